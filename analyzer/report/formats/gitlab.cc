// SPDX-License-Identifier: Apache-2.0
//
// gitlab.cc: an array of issues and nothing around it.
#include "analyzer/report/formats/gitlab.h"

#include <cstddef>
#include <string_view>
#include <vector>

#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {
namespace {

std::string_view SeverityOf(const Finding& finding) {
  if (finding.is_accepted) return "info";
  switch (finding.severity) {
    case Severity::kError: return "major";
    case Severity::kWarning: return "minor";
    case Severity::kNote: break;
  }
  return "info";
}

struct Issue {
  std::string description;
  std::string_view check_name;
  std::string fingerprint;
  std::string_view severity;
  FileLocation place;
};

void Put(const Issue& issue, JsonWriter* json) {
  const auto text = [json](std::string_view key, std::string_view value) { json->Key(key).String(value); };
  json->BeginObject();
  text("description", issue.description);
  text("check_name", issue.check_name);
  text("fingerprint", issue.fingerprint);
  text("severity", issue.severity);
  json->Key("location").BeginObject();
  text("path", Utf8Path(issue.place.file));
  json->Key("lines").BeginObject();
  json->Key("begin").Signed(issue.place.line);
  json->EndObject();
  json->EndObject();
  json->EndObject();
}

}  // namespace

std::string RenderGitlab(const Report& report) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray(JsonWriter::Layout::kLines);
  if (report.verdict == ReportVerdict::kUndecided) {
    Put({"undecided: " + SafeMessage(report.undecided_reason), "undecided", "undecided", "blocker",
         PlaceOfFinding(report, Finding())},
        &json);
  }
  const std::vector<std::string> fingerprints = UniqueFingerprints(report.findings);
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    Put({FindingText(finding, "; "), FindingRuleName(finding.rule), fingerprints[i], SeverityOf(finding),
         PlaceOfFinding(report, finding)},
        &json);
  }
  json.EndArray();
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
