// SPDX-License-Identifier: Apache-2.0
//
// policy_arithmetic.cc: the checks, and the sentences that show the sums.
#include "rules/reading/policy_arithmetic.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "rules/reading/policy_codes.h"
#include "rules/reading/quantity.h"
#include "rules/reserve.h"

namespace seriesguard {
namespace {

constexpr size_t kMaxTermsShown = 6;

// "1,234", or "more than 9,007,199,254,740,991" for a saturated number.
std::string Series(int64_t series) {
  if (series > kMaxReserveSeries) return "more than " + GroupedNumber(kMaxReserveSeries);
  return GroupedNumber(series);
}

const std::string& NameOf(const MetricRule& rule) { return rule.name.empty() ? rule.match : rule.name; }

// "7 (method) x 4 (path) = 28", the largest factors first; factors of 1 are not shown.
std::string ReserveText(const MetricRule& rule, bool with_top_level) {
  std::vector<std::pair<int64_t, const LabelRule*>> factors;
  for (const LabelRule& label : rule.labels) {
    if (label.is_top_level && !with_top_level) continue;
    if (ReserveFactor(label) > 1) factors.emplace_back(ReserveFactor(label), &label);
  }
  std::stable_sort(factors.begin(), factors.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (size_t i = 0; i < factors.size() && i < kMaxTermsShown; ++i) {
    text += (i == 0 ? "" : " x ") + GroupedNumber(factors[i].first) + " (" + Quoted(factors[i].second->label) + ')';
  }
  if (factors.size() > kMaxTermsShown) {
    text += " x " + std::to_string(factors.size() - kMaxTermsShown) + " more factors";
  }
  const int64_t reserve = ReserveSeries(rule, 1, with_top_level);
  return factors.empty() ? Series(reserve) : text + " = " + Series(reserve);
}

void CheckReserve(const MetricRule& rule, Findings* findings) {
  const SourceLocation location = rule.series_limit_from_defaults ? rule.location : rule.series_limit_location;
  const std::string limit_text = std::string(rule.series_limit_from_defaults ? "the default " : "") +
                                 "\"series_limit\" is " + GroupedNumber(*rule.series_limit);
  const std::string hint =
      "the reserve is what allowed, routed and pinned values always need, and one \"otherwise\" a label; raise the "
      "limit "
      "or shorten the lists";
  if (ReserveSeries(rule, 1, false) > *rule.series_limit) {
    findings->Error(
        policy_code::kReserveAboveLimit, location,
        "the reserve of " + Quoted(NameOf(rule)) + " is " + ReserveText(rule, false) + " series, " + limit_text, hint);
  } else if (ReserveSeries(rule, 1, true) > *rule.series_limit) {
    findings->Warning(policy_code::kReserveMayExceed, location,
                      "with the top-level label rules the reserve of " + Quoted(NameOf(rule)) + " is " +
                          ReserveText(rule, true) + " series, " + limit_text +
                          ": too small if the metric has all of these labels",
                      hint);
  }
}

// "GET, POST and 5 more are 7 values": what takes places for sure.
void CheckPlaces(int64_t needed, std::string_view what, std::string_view code, SourceLocation location,
                 const LabelRule& rule, Findings* findings) {
  if (needed <= *rule.value_limit) return;
  findings->Error(code, location,
                  "label " + Quoted(rule.label) + ": " + std::string(what) + " need " + GroupedNumber(needed) +
                      " places, " + (rule.value_limit_from_defaults ? "the default " : "") + "\"value_limit\" is " +
                      GroupedNumber(*rule.value_limit),
                  "\"otherwise\" and the empty value need no place; raise \"value_limit\" by " +
                      GroupedNumber(needed - *rule.value_limit));
}

}  // namespace

void CheckLabelLimits(const LabelRule& rule, PolicyMode mode, Findings* findings) {
  if (rule.drop) return;
  if (rule.value_limit) {
    if (rule.has_allow) {
      CheckPlaces(static_cast<int64_t>(rule.allow.size()), "the allowed values", policy_code::kAllowAboveLimit,
                  rule.allow_location, rule, findings);
    } else if (rule.has_route) {
      CheckPlaces(static_cast<int64_t>(rule.routes.size()), "the routes", policy_code::kAllowAboveLimit,
                  rule.route_location, rule, findings);
    }
    CheckPlaces(static_cast<int64_t>(rule.pins.size()), "the pinned values", policy_code::kPinsAboveLimit,
                rule.pin_location, rule, findings);
  }
  if (rule.expect && rule.value_limit && mode == PolicyMode::kEnforce && *rule.expect > *rule.value_limit) {
    findings->Warning(policy_code::kWillFold, rule.expect_location,
                      "label " + Quoted(rule.label) + ": " + GroupedNumber(*rule.expect) + " values expected, " +
                          (rule.value_limit_from_defaults ? "the default " : "") + "\"value_limit\" is " +
                          GroupedNumber(*rule.value_limit) + ": " + GroupedNumber(*rule.expect - *rule.value_limit) +
                          " values will fold into " + Quoted(rule.otherwise));
  }
  if (rule.admit == Admission::kBusiest && (rule.has_allow || !rule.value_limit)) {
    findings->Warning(policy_code::kNoEffect, rule.admit_location,
                      "\"admit: busiest\" of label " + Quoted(rule.label) + " has no effect: " +
                          (rule.has_allow ? "each allowed value has its place" : "the label has no \"value_limit\""));
  }
}

void CheckMetricLimits(const MetricRule& rule, const Budget& budget, Findings* findings) {
  if (!rule.series_limit) return;
  CheckReserve(rule, findings);
  if (rule.capacity && *rule.capacity < *rule.series_limit) {
    findings->Error(policy_code::kCapacityBelowLimit, rule.capacity_location,
                    "\"capacity\" is " + GroupedNumber(*rule.capacity) + ", less than " +
                        (rule.series_limit_from_defaults ? "the default " : "") + "\"series_limit\", " +
                        GroupedNumber(*rule.series_limit),
                    "\"capacity\" is what a reload may raise the limit to; without the key it is twice the limit");
  }
  if (!rule.series_limit_from_defaults && budget.series_limit && *rule.series_limit > *budget.series_limit) {
    findings->Warning(policy_code::kLimitAboveBudget, rule.series_limit_location,
                      "\"series_limit\" of " + Quoted(NameOf(rule)) + " is " + GroupedNumber(*rule.series_limit) +
                          ", more than the whole budget, " + GroupedNumber(*budget.series_limit));
  }
}

void CheckBudget(const Budget& budget, const std::vector<const MetricRule*>& named, Findings* findings) {
  if (!budget.series_limit) return;
  // Reserve and metric, the largest first, so that a long sum shows what matters.
  std::vector<std::pair<int64_t, const MetricRule*>> terms;
  int64_t sum = budget.unguarded.value_or(0);
  for (const MetricRule* const rule : named) {
    terms.emplace_back(ReserveSeries(*rule, 1, false), rule);
    sum = SaturatingSum(sum, terms.back().first);
  }
  if (sum <= *budget.series_limit) return;
  std::stable_sort(terms.begin(), terms.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (size_t i = 0; i < terms.size() && i < kMaxTermsShown; ++i) {
    text += Series(terms[i].first) + " (" + Quoted(terms[i].second->name) + ") + ";
  }
  if (terms.size() > kMaxTermsShown) {
    int64_t others = 0;
    for (size_t i = kMaxTermsShown; i < terms.size(); ++i) others = SaturatingSum(others, terms[i].first);
    text += Series(others) + " (" + std::to_string(terms.size() - kMaxTermsShown) + " others) + ";
  }
  if (budget.unguarded) {
    text += GroupedNumber(*budget.unguarded) + " (unguarded)";
  } else {
    text.resize(text.size() - 3);
  }
  findings->Error(policy_code::kReservesAboveBudget, budget.series_limit_location,
                  "the reserves of the named metrics do not fit into the budget: " + text + " = " + Series(sum) +
                      " series, \"series_limit\" of the budget is " + GroupedNumber(*budget.series_limit),
                  "raise the budget, or shorten the lists of the largest");
}

}  // namespace seriesguard
