// SPDX-License-Identifier: Apache-2.0
//
// finding_lines.cc: values are cut one by one and in number, so that no finding can grow without bound.
#include "analyzer/report/formats/finding_lines.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kShownValues = 3;
constexpr size_t kValueColumns = 80;
constexpr size_t kNameColumns = 200;

// "\"/a\", \"/b\" and 1,202 more"
std::string ValuesText(const Finding& finding) {
  std::string text;
  const size_t shown = std::min(kShownValues, finding.values.size());
  for (size_t i = 0; i < shown; ++i) {
    text += (i == 0 ? "\"" : ", \"") + SafeTextTruncated(finding.values[i], kValueColumns) + "\"";
  }
  const uint64_t total = std::max<uint64_t>(finding.values_total.value_or(0), finding.values.size());
  if (total > shown) text += " and " + WithThousands(total - shown) + " more";
  return text;
}

}  // namespace

std::string FindingSubject(const Finding& finding) {
  if (!finding.metric.empty()) return SafeTextTruncated(finding.metric, kNameColumns);
  if (!finding.input.empty()) return SafeTextTruncated(finding.input, kNameColumns);
  return "all inputs";
}

std::string FindingHeadline(const Finding& finding) {
  return FindingSubject(finding) + ": " + SafeMessage(finding.message);
}

std::vector<std::string> FindingLines(const Finding& finding) {
  std::vector<std::string> lines = {FindingHeadline(finding)};
  if (!finding.input.empty() && !finding.metric.empty()) {
    lines.push_back("input " + SafeTextTruncated(finding.input, kNameColumns));
  }
  if (!finding.label.empty()) lines.push_back("label " + SafeTextTruncated(finding.label, kNameColumns));
  if (!finding.values.empty()) lines.push_back("values " + ValuesText(finding));
  if (!finding.owner.empty()) lines.push_back("owner " + SafeTextTruncated(finding.owner, kNameColumns));
  if (!finding.remedy.empty()) lines.push_back("remedy: " + SafeMessage(finding.remedy));
  return lines;
}

std::string FindingText(const Finding& finding, std::string_view separator) {
  std::string text;
  for (const std::string& line : FindingLines(finding)) text.append(text.empty() ? "" : separator).append(line);
  return text;
}

std::vector<std::string> UniqueFingerprints(const std::vector<Finding>& findings) {
  std::map<std::string, size_t> seen;
  std::vector<std::string> all;
  all.reserve(findings.size());
  for (const Finding& finding : findings) {
    std::string fingerprint = Fingerprint(finding);
    const size_t times = ++seen[fingerprint];
    if (times > 1) fingerprint += ":" + std::to_string(times);
    all.push_back(std::move(fingerprint));
  }
  return all;
}

FileLocation PlaceOfFinding(const Report& report, const Finding& finding) {
  FileLocation place = finding.location;
  if (place.file.empty() && report.policy) place.file = report.policy->path;
  if (place.file.empty()) place.file = finding.input;
  if (place.file.empty() && !report.inputs.empty()) place.file = report.inputs.front().path;
  place.line = std::max(place.line, 1);
  return place;
}

std::string Utf8Path(std::string_view text) { return IsValidUtf8(text) ? std::string(text) : SafeText(text); }

}  // namespace seriesguard
