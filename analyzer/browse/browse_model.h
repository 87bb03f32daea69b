// SPDX-License-Identifier: Apache-2.0
//
// browse_model.h: the questions that the terminal view puts to the census, answered when somebody walks there.
//
// Use:      one a run, by Browser; nothing is counted before it is asked for.
// Threads:  one at a time, as the census.
// Memory:   answers about sets of labels are kept, at most kKeptAnswers of them.
// Cost:     Metrics: a look at each family. Labels: one pass a label over the metric's rows, once. Values and Series:
//           one pass over the rows.
// Errors:   none; an estimated census has no values and no series, and nothing is known of what would be left.
#ifndef SERIESGUARD_ANALYZER_BROWSE_BROWSE_MODEL_H_
#define SERIESGUARD_ANALYZER_BROWSE_BROWSE_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/browse/browse_level.h"
#include "analyzer/census/census.h"
#include "analyzer/report/finding.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// What the command knows beside the census.
struct BrowseFacts {
  Report report;                                // inputs, findings and verdict; its metrics are not looked at
  std::vector<std::optional<uint64_t>> limits;  // by family, series of one target; empty without a policy
};

class BrowseModel {
 public:
  static constexpr size_t kMostSeries = 1000;  // a level of series lists at most so many
  static constexpr size_t kKeptAnswers = 1024;

  // Lifetime:  views `census`.
  BrowseModel(const Census& census, BrowseFacts facts);

  const Census& census() const { return census_; }
  const BrowseFacts& facts() const { return facts_; }
  uint64_t total_series() const { return total_series_; }

  std::unique_ptr<const BrowseLevel> Metrics() const;
  std::unique_ptr<const BrowseLevel> Labels(size_t family);
  std::unique_ptr<const BrowseLevel> Values(size_t family, const std::string& label) const;
  // `series` is what the row of the value says.
  std::unique_ptr<const BrowseLevel> Series(size_t family, const std::string& label, std::string_view value,
                                            uint64_t series) const;

  // Series of the metric that are left when `labels` (by name, each once) are aggregated away together, exactly;
  // nothing for an estimated census.
  std::optional<uint64_t> LeftWithout(size_t family, const std::vector<std::string>& labels);
  // The same when `label` goes as well; one pass answers for every label of the metric.
  std::optional<uint64_t> LeftWithout(size_t family, const std::vector<std::string>& labels, const std::string& label);

  // The label to blame by what is left without it; empty where no label splits the metric's series.
  std::string CulpritOf(size_t family);

  // The findings that speak of a metric, worst first.
  const std::vector<const Finding*>& FindingsOf(size_t family) const { return findings_of_[family]; }

 private:
  const FamilyCount& CountWithout(size_t family, const std::vector<std::string>& labels);

  const Census& census_;
  BrowseFacts facts_;
  uint64_t total_series_;
  std::vector<std::vector<const Finding*>> findings_of_;                               // by family
  std::map<std::pair<size_t, std::vector<std::string>>, FamilyCount> counts_without_;  // by family and labels
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BROWSE_BROWSE_MODEL_H_
