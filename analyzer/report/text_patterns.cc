// SPDX-License-Identifier: Apache-2.0
//
// text_patterns.cc: see the header.
#include "analyzer/report/text_patterns.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "analyzer/patterns/label_patterns.h"
#include "analyzer/patterns/personal_parts.h"
#include "analyzer/patterns/value_pattern.h"
#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kIndent = 4;
constexpr size_t kNameColumns = 40;
constexpr size_t kTemplateColumns = 60;
constexpr size_t kShownPatterns = 4;

std::string SharesText(const LabelPatterns& patterns) {
  uint64_t values = 0;
  for (const PatternShare& share : patterns.shares) values += share.values;
  std::string text;
  const size_t shown = std::min(patterns.shares.size(), kShownPatterns);
  for (size_t i = 0; i < shown; ++i) {
    const PatternShare& share = patterns.shares[i];
    if (i > 0) text += ", ";
    text += std::string(ValuePatternName(share.pattern));
    if (patterns.shares.size() > 1) {
      text += " " + Percent(static_cast<double>(share.values) / static_cast<double>(values));
    }
  }
  if (patterns.shares.size() > shown) text += ", " + Quantity(patterns.shares.size() - shown, "other pattern");
  return text;
}

std::string TemplateText(const LabelPatterns& patterns) {
  if (patterns.most_common_template.empty()) return "";
  std::string text = "; " + Quantity(patterns.template_values, "value") +
                     (patterns.template_values == 1 ? " is " : " are ") +
                     SafeTextTruncated(patterns.most_common_template, kTemplateColumns);
  if (patterns.templates > 1) text += ", " + WithThousands(patterns.templates) + " forms in all";
  if (patterns.series_after_template) {
    text += "; " + Quantity(*patterns.series_after_template, "series") + " left with templates";
  }
  return text;
}

}  // namespace

void PutPatterns(const MetricRow& metric, TextCanvas* canvas) {
  const auto is_known = [](const LabelPatterns& patterns) { return !patterns.shares.empty(); };
  if (std::none_of(metric.patterns.begin(), metric.patterns.end(), is_known)) return;
  canvas->EndLine();
  canvas->Line("What the values are", Ink::kBold);
  for (size_t i = 0; i < metric.patterns.size(); ++i) {
    const LabelPatterns& patterns = metric.patterns[i];
    if (!is_known(patterns)) continue;
    canvas->Put("  ");
    canvas->Put(SafeTextTruncated(metric.count.labels[i].name, kNameColumns) + ": ");
    canvas->PutWrapped(SharesText(patterns) + TemplateText(patterns), kIndent);
    if (patterns.personal != kPersonalNone) {
      canvas->Put("; ");
      canvas->Put("personal", Ink::kWarn);
      canvas->Put(": ");
      canvas->PutWrapped(PersonalKindNames(patterns.personal) + " in " + Quantity(patterns.personal_values, "value"),
                         kIndent);
    }
    canvas->EndLine();
  }
}

}  // namespace seriesguard
