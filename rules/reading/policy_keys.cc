// SPDX-License-Identifier: Apache-2.0
//
// policy_keys.cc: the table of keys.
#include "rules/reading/policy_keys.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rules/nearest_name.h"

namespace seriesguard {
namespace {

struct SectionRow {
  PolicySection section;
  std::string_view name;
  std::string_view phrase;
  std::vector<std::string_view> keys;
};

const std::vector<SectionRow>& Rows() {
  static const auto* const rows = new std::vector<SectionRow>{
      {PolicySection::kPolicy,
       "policy",
       "a policy",
       {"version", "mode", "scrape_interval", "budget", "defaults", "labels", "metrics"}},
      {PolicySection::kBudget, "budget", "the budget", {"series_limit", "unguarded", "fleet_series_limit"}},
      {PolicySection::kDefaults, "defaults", "the defaults", {"series_limit", "value_limit", "otherwise"}},
      {PolicySection::kMetric,
       "metric",
       "a metric rule",
       {"name", "match", "series_limit", "owner", "reason", "required", "zero_first", "freeze", "fold", "capacity",
        "max_workers", "busiest", "labels"}},
      {PolicySection::kBusiest, "busiest", "busiest", {"half_life", "advantage", "new_series_per_hour"}},
      {PolicySection::kLabel,
       "label",
       "a label rule",
       {"drop", "normalize", "ranges", "truncate", "replace", "route", "allow", "value_limit", "otherwise", "admit",
        "pin", "expect"}},
      {PolicySection::kNormalize, "normalize", "normalize", {"ranges", "truncate", "replace"}},
      {PolicySection::kReplacement, "replacement", "a replacement", {"match", "with"}},
  };
  return *rows;
}

const SectionRow& RowOf(PolicySection section) {
  return *std::find_if(Rows().begin(), Rows().end(),
                       [section](const SectionRow& row) { return row.section == section; });
}

}  // namespace

std::string JoinWords(const std::vector<std::string_view>& words) {
  std::string joined;
  for (const std::string_view word : words) {
    if (!joined.empty()) joined += ", ";
    joined += word;
  }
  return joined;
}

std::string_view SectionName(PolicySection section) { return RowOf(section).name; }

std::string_view SectionPhrase(PolicySection section) { return RowOf(section).phrase; }

const std::vector<std::string_view>& KeysOf(PolicySection section) { return RowOf(section).keys; }

std::string HintForUnknownKey(PolicySection section, std::string_view key) {
  const std::vector<std::string_view>& keys = KeysOf(section);
  std::string homes;
  for (const SectionRow& row : Rows()) {
    if (std::find(row.keys.begin(), row.keys.end(), key) == row.keys.end()) continue;
    homes += (homes.empty() ? "" : " or of ") + std::string(row.phrase);
  }
  if (!homes.empty()) return '"' + std::string(key) + "\" is a key of " + homes;  // known, so it is plain ASCII
  const std::string_view nearest = NearestName(key, keys);
  if (!nearest.empty()) return "did you mean \"" + std::string(nearest) + "\"?";
  return "expected one of: " + JoinWords(keys);
}

}  // namespace seriesguard
