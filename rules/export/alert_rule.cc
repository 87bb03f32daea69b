// SPDX-License-Identifier: Apache-2.0
//
// alert_rule.cc: the same parts once as a template and once as text, so that a test expects what a template would show.
#include "rules/export/alert_rule.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "rules/export/quoted_text.h"

namespace seriesguard {

std::string AsTemplate(const AlertText& text) {
  std::string out;
  for (const TextPart& part : text) {
    switch (part.kind) {
      case TextPart::Kind::kText: out += QuotedForTemplate(part.text); break;
      case TextPart::Kind::kLabel: absl::StrAppend(&out, "{{ $labels.", part.text, " }}"); break;
      case TextPart::Kind::kPercent: out += "{{ $value | humanizePercentage }}"; break;
      case TextPart::Kind::kCount: out += "{{ $value | printf \"%.0f\" }}"; break;
      case TextPart::Kind::kTimes: out += "{{ $value | printf \"%.1f\" }}"; break;
    }
  }
  return out;
}

std::string AsShown(const AlertText& text, const TextPairs& labels, double value) {
  std::string out;
  for (const TextPart& part : text) {
    switch (part.kind) {
      case TextPart::Kind::kText: out += part.text; break;
      case TextPart::Kind::kLabel:
        for (const auto& [name, content] : labels) {
          if (name == part.text) out += content;
        }
        break;
      case TextPart::Kind::kPercent: out += absl::StrFormat("%.4g%%", value * 100); break;
      case TextPart::Kind::kCount: out += absl::StrFormat("%.0f", value); break;
      case TextPart::Kind::kTimes: out += absl::StrFormat("%.1f", value); break;
    }
  }
  return out;
}

}  // namespace seriesguard
