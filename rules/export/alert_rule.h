// SPDX-License-Identifier: Apache-2.0
//
// alert_rule.h: an alert of Prometheus as plain data, with the series under which it fires and those under which not.
//
// Use:      made by MakeAlertRules, written by rule_file.h and rule_tests.h.
// Threads:  plain data, pure functions.
// Source:   Prometheus, alerting rules and `promtool test rules`.
#ifndef SERIESGUARD_RULES_EXPORT_ALERT_RULE_H_
#define SERIESGUARD_RULES_EXPORT_ALERT_RULE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seriesguard {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

// A part of an annotation.
struct TextPart {
  enum class Kind : uint8_t {
    kText,     // `text` as it is, whatever it holds
    kLabel,    // the value of the label `text` of the alert
    kPercent,  // the alert's value as a percentage
    kCount,    // the alert's value, rounded to a whole number
    kTimes,    // the alert's value with one decimal
  };
  Kind kind = Kind::kText;
  std::string text;
};
using AlertText = std::vector<TextPart>;

// A series of a test: what it shows before, and what from then on. In the notation of promtool, `N` for the number of
// further steps: "950+0xN". Empty: absent.
struct ExampleSeries {
  std::string series;
  std::string before;
  std::string after;
};

// Series under which the alert fires, and the alert that comes of them.
struct AlertExample {
  std::vector<ExampleSeries> inputs;
  TextPairs labels;  // beside those of the rule
  double value = 0;
};

struct AlertRule {
  std::string name;
  std::string expression;
  int64_t for_ns = 0;
  TextPairs labels;  // plain texts
  std::vector<std::pair<std::string, AlertText>> annotations;

  int64_t before_ns = 0;                // how long a test shows the series of before
  std::vector<AlertExample> examples;   // empty: no metric was found that only this rule speaks for
  std::vector<ExampleSeries> harmless;  // series that must not make it fire, before and after
};

// Returns `text` as Prometheus' template.
std::string AsTemplate(const AlertText& text);

// Returns what Prometheus makes of the template for an alert with these labels and this value.
//
// Requires:  percentages of at most four digits.
std::string AsShown(const AlertText& text, const TextPairs& labels, double value);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_ALERT_RULE_H_
