// SPDX-License-Identifier: Apache-2.0
//
// churn.cc: each series knows the snapshot that had it last; the rest follows from that.
#include "analyzer/forecast/churn.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace seriesguard {
namespace {

constexpr std::string_view kStartTime = "process_start_time_seconds";
constexpr uint32_t kNever = UINT32_MAX;

// The process' start by input, where its dump says it.
std::vector<std::optional<double>> StartTimes(const CensusData& data, FamilyRows* rows) {
  std::vector<std::optional<double>> times(data.inputs.size());
  for (const FamilyTables& family : data.families) {
    if (family.info.name != kStartTime) continue;
    rows->Select(family);
    const std::vector<double>* const values = rows->PartValues(0);
    if (values == nullptr) return times;
    for (const RowSpan& span : rows->spans()) times[span.input] = (*values)[span.first];
  }
  return times;
}

// Marks the inputs in which a counter of events is lower than in the one before.
void MarkFalls(size_t inputs, FamilyRows* rows, std::vector<bool>* fell) {
  const std::vector<double> events = rows->Events();
  if (events.empty()) return;
  const RowNumbers series = rows->Series({});
  std::vector<double> latest(series.count, 0);
  std::vector<uint32_t> latest_input(series.count, kNever);
  ForEachRowByInput(*rows, inputs, [&](size_t input, size_t row) {
    if (std::isnan(events[row])) return;
    const uint64_t number = series.of_row[row];
    if (latest_input[number] + 1 == input && events[row] < latest[number]) (*fell)[input] = true;
    latest_input[number] = static_cast<uint32_t>(input);
    latest[number] = events[row];
  });
}

}  // namespace

std::vector<bool> FindRestarts(const CensusData& data, FamilyRows* rows) {
  const size_t inputs = data.inputs.size();
  const std::vector<std::optional<double>> times = StartTimes(data, rows);
  std::vector<bool> restarts(inputs, false), fell(inputs, false);
  bool asks_counters = false;
  for (size_t i = 1; i < inputs; ++i) {
    const bool is_said = times[i] && times[i - 1];
    restarts[i] = is_said && *times[i] != *times[i - 1];
    asks_counters = asks_counters || !is_said;
  }
  if (!asks_counters) return restarts;
  for (const FamilyTables& family : data.families) {
    rows->Select(family);
    MarkFalls(inputs, rows, &fell);
  }
  for (size_t i = 1; i < inputs; ++i) {
    if (!times[i] || !times[i - 1]) restarts[i] = fell[i];
  }
  return restarts;
}

Churn CountChurn(const std::vector<bool>& restarts, const std::vector<std::string>& ignored_labels, FamilyRows* rows) {
  const size_t inputs = restarts.size();
  const RowNumbers series = rows->Series({});
  const bool asks_replaced = !ignored_labels.empty();
  const RowNumbers others = asks_replaced ? rows->Series(ignored_labels) : RowNumbers{};
  std::vector<uint32_t> last_seen(series.count, kNever), others_seen(others.count, kNever);
  std::vector<uint64_t> present(inputs, 0), stayed(inputs, 0), born(inputs, 0), returned(inputs, 0);
  Churn churn;
  for (size_t input = 0; input < inputs; ++input) {
    std::vector<size_t> new_rows;
    const auto of_input = [&](auto visit) {
      for (const RowSpan& span : rows->spans()) {
        if (span.input != input) continue;
        for (size_t row = span.offset; row < span.offset + span.count; ++row) visit(row);
      }
    };
    of_input([&](size_t row) {
      uint32_t& seen = last_seen[series.of_row[row]];
      if (seen == input) return;  // the series once more
      ++present[input];
      if (seen == kNever) {
        ++born[input];
        if (asks_replaced) new_rows.push_back(row);
      } else if (seen + 1 == input) {
        ++stayed[input];
      } else {
        ++returned[input];
      }
      seen = static_cast<uint32_t>(input);
    });
    if (!asks_replaced) continue;
    for (const size_t row : new_rows) {
      const uint32_t seen = others_seen[others.of_row[row]];
      churn.replaced += input > 0 && seen != kNever && seen + 1 == input;
    }
    of_input([&](size_t row) { others_seen[others.of_row[row]] = static_cast<uint32_t>(input); });
  }
  for (size_t input = 1; input < inputs; ++input) {
    Comings& comings = restarts[input] ? churn.at_restarts : churn.between;
    comings.born += born[input];
    comings.returned += returned[input];
    comings.died += present[input - 1] - stayed[input];
  }
  return churn;
}

}  // namespace seriesguard
