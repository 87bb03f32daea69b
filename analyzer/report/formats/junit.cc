// SPDX-License-Identifier: Apache-2.0
//
// junit.cc: findings are dealt to cases first, so that the counts of the head are known.
#include "analyzer/report/formats/junit.h"

#include <cstddef>
#include <map>
#include <vector>

#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

struct Case {
  std::string class_name;
  std::string name;
  std::string error;  // the case could not be tried
  std::vector<const Finding*> failures;
  std::vector<const Finding*> remarks;
};

std::string Attribute(std::string_view name, std::string_view safe) {
  return " " + std::string(name) + "=\"" + XmlText(safe) + "\"";
}

std::vector<Case> DealFindings(const Report& report) {
  std::vector<Case> cases;
  Case verdict{"seriesguard", "verdict", "", {}, {}};
  if (report.verdict == ReportVerdict::kUndecided) verdict.error = "undecided: " + SafeMessage(report.undecided_reason);
  cases.push_back(verdict);
  for (const JudgedRule& judged : report.judged) {
    cases.push_back({"seriesguard." + judged.kind, SafeText(judged.name), "", {}, {}});
  }
  std::map<FindingRule, size_t> others;  // to the case
  for (const Finding& finding : report.findings) {
    size_t place = 0;
    if (finding.judged && *finding.judged < report.judged.size()) {
      place = *finding.judged + 1;
    } else {
      const auto [found, is_new] = others.emplace(finding.rule, cases.size());
      if (is_new) cases.push_back({"seriesguard.finding", std::string(FindingRuleName(finding.rule)), "", {}, {}});
      place = found->second;
    }
    Case& at = cases[place];
    (finding.severity == Severity::kError && !finding.is_accepted ? at.failures : at.remarks).push_back(&finding);
  }
  return cases;
}

std::string Place(const Report& report, const Finding& finding) {
  const FileLocation place = PlaceOfFinding(report, finding);
  return place.file.empty() ? "" : "\nat " + SafeText(place.file) + ":" + std::to_string(place.line);
}

// Several failures of one case are one element: the schema takes more, but not every server shows more than the first.
void PutFailures(const Report& report, const Case& one, std::string* out) {
  std::string message = FindingHeadline(*one.failures.front());
  if (one.failures.size() > 1) message += " (and " + Quantity(one.failures.size() - 1, "more finding") + ")";
  std::string text;
  for (const Finding* const finding : one.failures) {
    if (!text.empty()) text += "\n\n";
    text += FindingText(*finding, "\n") + Place(report, *finding);
  }
  out->append("      <failure").append(Attribute("message", message));
  out->append(Attribute("type", FindingRuleName(one.failures.front()->rule))).append(">");
  out->append(XmlText(text)).append("</failure>\n");
}

void PutCase(const Report& report, const Case& one, std::string* out) {
  out->append("    <testcase").append(Attribute("classname", one.class_name)).append(Attribute("name", one.name));
  if (one.error.empty() && one.failures.empty() && one.remarks.empty()) {
    out->append("/>\n");
    return;
  }
  out->append(">\n");
  if (!one.error.empty()) {
    out->append("      <error").append(Attribute("message", one.error)).append(Attribute("type", "undecided"));
    out->append("/>\n");
  }
  if (!one.failures.empty()) PutFailures(report, one, out);
  if (!one.remarks.empty()) {
    std::string text;
    for (const Finding* const finding : one.remarks) {
      text.append(text.empty() ? "" : "\n\n")
          .append(finding->is_accepted ? "accepted" : SeverityName(finding->severity));
      text += ": " + FindingText(*finding, "\n") + Place(report, *finding);
    }
    out->append("      <system-out>").append(XmlText(text)).append("</system-out>\n");
  }
  out->append("    </testcase>\n");
}

}  // namespace

std::string XmlText(std::string_view safe) {
  std::string out;
  out.reserve(safe.size());
  for (size_t i = 0; i < safe.size(); ++i) {
    switch (safe[i]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n': out += "&#10;"; break;
      case '\xEF':
        if (safe.substr(i, 3) == "\xEF\xBF\xBE" || safe.substr(i, 3) == "\xEF\xBF\xBF") {
          out += "\xEF\xBF\xBD";
          i += 2;
          break;
        }
        out.push_back(safe[i]);
        break;
      default: out.push_back(safe[i]);
    }
  }
  return out;
}

std::string RenderJunit(const Report& report) {
  const std::vector<Case> cases = DealFindings(report);
  size_t failures = 0;
  size_t errors = 0;
  for (const Case& one : cases) {
    failures += !one.failures.empty();
    errors += !one.error.empty();
  }
  const std::string counts = Attribute("tests", std::to_string(cases.size())) +
                             Attribute("failures", std::to_string(failures)) +
                             Attribute("errors", std::to_string(errors));
  const std::string name = report.policy ? SafeText(report.policy->path) : "seriesguard";
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + Attribute("name", "seriesguard");
  out += counts + ">\n  <testsuite" + Attribute("name", name) + counts + ">\n";
  for (const Case& one : cases) PutCase(report, one, &out);
  out += "  </testsuite>\n</testsuites>\n";
  return out;
}

}  // namespace seriesguard
