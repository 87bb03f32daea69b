// SPDX-License-Identifier: Apache-2.0
//
// rule_file.cc: everything of a policy stands between double quotes; expressions are block scalars, because PromQL's own
// quotes leave nothing in them that is not printable.
#include "rules/export/rule_file.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "rules/export/quoted_text.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

constexpr int64_t kStepNs = 1200'000'000'000;
constexpr std::string_view kStep = "20m";

std::string Duration(int64_t ns) { return ns == 0 ? "0s" : DurationText(ns); }

int64_t StepsOf(int64_t ns) { return (ns + kStepNs - 1) / kStepNs; }

std::string AtStep(int64_t step) { return Duration(step * kStepNs); }

void AppendExpression(const std::string& expression, std::string* out) {
  absl::StrAppend(out, "    expr: |\n      ", absl::StrReplaceAll(expression, {{"\n", "\n      "}}), "\n");
}

// `values`, its N replaced, as `steps` samples; absent ones where it is empty.
std::string Values(const std::string& values, int64_t steps) {
  if (values.empty()) return steps == 1 ? "_" : absl::StrCat("_x", steps);
  return absl::StrReplaceAll(values, {{"N", absl::StrCat(steps - 1)}});
}

void AppendInput(const ExampleSeries& input, int64_t before, int64_t after, std::string* out) {
  const std::string first = before > 0 ? Values(input.before, before) + " " : "";
  absl::StrAppend(out, "  - series: ", QuotedForYaml(input.series), "\n    values: \"", first,
                  Values(input.after, after), "\"\n");
}

void AppendPairs(const TextPairs& pairs, std::string_view indent, std::string* out) {
  for (const auto& [name, value] : pairs) {
    absl::StrAppend(out, std::string(indent), name, ": ", QuotedForYaml(value), "\n");
  }
}

std::string TestHead(const Policy& policy, std::string_view to, std::string_view rule_file) {
  return absl::StrCat(FileHead(policy, to), "# Run: promtool test rules THIS_FILE\nrule_files:\n- ",
                      QuotedForYaml(rule_file), "\nevaluation_interval: ", std::string(kStep), "\n");
}

// All rules of one alert's name: each of their examples is there at once, and each must come out by itself.
void AppendTest(const std::vector<const AlertRule*>& rules, std::string* out) {
  int64_t before = 0, hold = 0;
  for (const AlertRule* rule : rules) {
    before = std::max(before, StepsOf(rule->before_ns));
    hold = std::max(hold, StepsOf(rule->for_ns));
  }
  const int64_t fires_at = before + std::max<int64_t>(hold, 1) + 1;
  const int64_t after = fires_at - before + 1;
  absl::StrAppend(out, "- name: ", rules[0]->name, "\n  interval: ", std::string(kStep), "\n  input_series:\n");
  for (const AlertRule* rule : rules) {
    for (const AlertExample& example : rule->examples) {
      for (const ExampleSeries& input : example.inputs) AppendInput(input, before, after, out);
    }
    for (const ExampleSeries& input : rule->harmless) AppendInput(input, before, after, out);
  }
  absl::StrAppend(out, "  alert_rule_test:\n  - eval_time: ", AtStep(before - 1), "\n    alertname: ", rules[0]->name,
                  "\n    exp_alerts: []\n  - eval_time: ", AtStep(fires_at), "\n    alertname: ", rules[0]->name,
                  "\n    exp_alerts:\n");
  for (const AlertRule* rule : rules) {
    for (const AlertExample& example : rule->examples) {
      TextPairs labels = example.labels;
      labels.insert(labels.end(), rule->labels.begin(), rule->labels.end());
      *out += "    - exp_labels:\n";
      AppendPairs(labels, "        ", out);
      *out += "      exp_annotations:\n";
      for (const auto& [name, text] : rule->annotations) {
        absl::StrAppend(out, "        ", name, ": ", QuotedForYaml(AsShown(text, labels, example.value)), "\n");
      }
    }
  }
}

}  // namespace

std::string FileHead(const Policy& policy, std::string_view to) {
  return absl::StrCat("# Made by seriesguard policy export --to ", std::string(to), " from ", ForComment(policy.path),
                      ", hash ", policy.hash, ".\n");
}

std::string AlertFile(const Policy& policy, const std::vector<AlertRule>& rules) {
  std::string out = FileHead(policy, "alerts");
  if (!policy.budget.series_limit) {
    out += "# The policy has no budget.series_limit, so there is no alert on the series of a whole target.\n";
  }
  out += "groups:\n- name: seriesguard-alerts\n  rules:\n";
  for (const AlertRule& rule : rules) {
    absl::StrAppend(&out, "  - alert: ", rule.name, "\n");
    AppendExpression(rule.expression, &out);
    absl::StrAppend(&out, "    for: ", Duration(rule.for_ns), "\n    labels:\n");
    for (const auto& [name, value] : rule.labels) {
      absl::StrAppend(&out, "      ", name, ": ", QuotedForYaml(QuotedForTemplate(value)), "\n");
    }
    out += "    annotations:\n";
    for (const auto& [name, text] : rule.annotations) {
      absl::StrAppend(&out, "      ", name, ": ", QuotedForYaml(AsTemplate(text)), "\n");
    }
  }
  return out;
}

std::string RecordingFile(const Policy& policy, const std::vector<RecordingRule>& rules) {
  std::string out = FileHead(policy, "recording") + "groups:\n- name: seriesguard-recording\n  rules:\n";
  for (const RecordingRule& rule : rules) {
    absl::StrAppend(&out, "  - record: ", rule.name, "\n");
    AppendExpression(rule.expression, &out);
  }
  return out;
}

std::string AlertTestFile(const Policy& policy, const std::vector<AlertRule>& rules, std::string_view rule_file) {
  std::string tests;
  std::string untested;
  std::vector<const std::string*> names;
  for (const AlertRule& rule : rules) {
    if (rule.examples.empty()) {
      absl::StrAppend(&untested, "# Not tested, for no metric was found that its rule alone speaks for: ", rule.name);
      for (const auto& [name, value] : rule.labels) absl::StrAppend(&untested, ", ", name, " ", ForComment(value));
      untested += "\n";
      continue;
    }
    const auto is_same = [&rule](const std::string* name) { return *name == rule.name; };
    if (std::none_of(names.begin(), names.end(), is_same)) names.push_back(&rule.name);
  }
  for (const std::string* name : names) {
    std::vector<const AlertRule*> same;
    for (const AlertRule& rule : rules) {
      if (rule.name == *name && !rule.examples.empty()) same.push_back(&rule);
    }
    AppendTest(same, &tests);
  }
  return absl::StrCat(TestHead(policy, "alerts", rule_file), untested, tests.empty() ? "tests: []\n" : "tests:\n",
                      tests);
}

std::string RecordingTestFile(const Policy& policy, const std::vector<RecordingRule>& rules,
                              std::string_view rule_file) {
  constexpr int64_t kSteps = 3;
  std::string out = TestHead(policy, "recording", rule_file) + "tests:\n";
  for (const RecordingRule& rule : rules) {
    if (rule.samples.empty()) continue;
    absl::StrAppend(&out, "- name: ", QuotedForYaml(rule.name), "\n  interval: ", std::string(kStep),
                    "\n  input_series:\n");
    for (const ExampleSeries& input : rule.inputs) AppendInput(input, 0, kSteps, &out);
    absl::StrAppend(&out, "  promql_expr_test:\n  - expr: ", QuotedForYaml(rule.name),
                    "\n    eval_time: ", AtStep(kSteps - 1), "\n    exp_samples:\n");
    for (const auto& [labels, value] : rule.samples) {
      std::string series = rule.name + "{";
      for (size_t i = 0; i < labels.size(); ++i) {
        absl::StrAppend(&series, i > 0 ? "," : "", labels[i].first, "=", QuotedForPromql(labels[i].second));
      }
      absl::StrAppend(&out, "    - labels: ", QuotedForYaml(series + "}"), "\n      value: ", value, "\n");
    }
  }
  return out;
}

}  // namespace seriesguard
