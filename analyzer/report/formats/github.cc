// SPDX-License-Identifier: Apache-2.0
//
// github.cc: one line a command; a line break within a message is %0A.
#include "analyzer/report/formats/github.h"

#include <algorithm>

#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"

namespace seriesguard {
namespace {

std::string Escaped(std::string_view text, bool is_property) {
  std::string out;
  out.reserve(text.size());
  for (const char byte : text) {
    switch (byte) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += is_property ? "%3A" : ":"; break;
      case ',': out += is_property ? "%2C" : ","; break;
      default: out.push_back(byte);
    }
  }
  return out;
}

std::string_view CommandOf(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: break;
  }
  return "notice";
}

void PutCommand(std::string_view command, const FileLocation& place, std::string_view title, std::string_view message,
                std::string* out) {
  out->append("::").append(command).append(" ");
  if (!place.file.empty()) {
    out->append("file=").append(GithubProperty(Utf8Path(place.file)));
    out->append(",line=").append(std::to_string(place.line)).append(",");
  }
  out->append("title=").append(GithubProperty(title)).append("::").append(GithubMessage(message)).append("\n");
}

}  // namespace

std::string GithubMessage(std::string_view text) { return Escaped(text, false); }
std::string GithubProperty(std::string_view text) { return Escaped(text, true); }

std::string RenderGithub(const Report& report) {
  std::string out;
  if (report.verdict == ReportVerdict::kUndecided) {
    PutCommand("error", PlaceOfFinding(report, Finding()), "seriesguard: undecided",
               SafeMessage(report.undecided_reason), &out);
  }
  size_t shown = 0;
  uint64_t accepted = 0;
  for (const Finding& finding : report.findings) {
    accepted += finding.is_accepted;
    if (finding.is_accepted || shown == kMostGithubAnnotations) continue;
    ++shown;
    PutCommand(CommandOf(finding.severity), PlaceOfFinding(report, finding),
               "seriesguard: " + std::string(FindingRuleName(finding.rule)), FindingText(finding, "\n"), &out);
  }
  const uint64_t total = std::max<uint64_t>(report.findings_total, report.findings.size());
  const uint64_t others = total - accepted - shown;
  std::string rest;
  if (others > 0) rest = WithThousands(others) + " more findings, none worse than these";
  if (accepted > 0) rest += (rest.empty() ? "" : "; ") + WithThousands(accepted) + " accepted by the baseline";
  if (!rest.empty()) PutCommand("notice", FileLocation(), "seriesguard", rest, &out);
  return out;
}

}  // namespace seriesguard
