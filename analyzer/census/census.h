// SPDX-License-Identifier: Apache-2.0
//
// census.h: everything that was counted in one run, and the questions that may be put to it.
//
// Use:      built by CensusBuilder; then asked by the verdict and the report.
// Threads:  every const call from one thread at a time unless it says otherwise.
// Memory:   dictionary-encoded columns: what a series costs depends on its labels (docs/counting.md).
// Cost:     each call says its own; n = rows of the family, L = its labels.
#ifndef SERIESGUARD_ANALYZER_CENSUS_CENSUS_H_
#define SERIESGUARD_ANALYZER_CENSUS_CENSUS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/census/count.h"
#include "analyzer/census/dump_remarks.h"
#include "analyzer/census/guard_sample.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/census/symbol_bytes.h"

namespace seriesguard {

class CensusData;  // columns and dictionaries; private to the census
class RowKeys;     // likewise

class Census {
 public:
  // Counts every family once, on `threads` threads.
  explicit Census(std::unique_ptr<CensusData> data, int threads = 1);
  Census(Census&&) noexcept;
  Census& operator=(Census&&) noexcept;
  ~Census();

  const std::vector<InputCount>& inputs() const;

  // Families in the order of their names.
  size_t family_count() const;
  const FamilyInfo& family(size_t family) const;
  // Returns family_count() when there is none of that name.
  size_t FindFamily(std::string_view name) const;

  // Returns the count of kAllInputs as it was made with the census, without what CountOptions adds: for callers that
  // only look. Lifetime: the census's.
  const FamilyCount& plain(size_t family) const { return plain_[family]; }

  // Counts one family. The plain count of kAllInputs was made with the census and is cheap; what_if costs O(n) a
  // label; one input alone costs O(rows of that input).
  FamilyCount Count(size_t family, const CountOptions& options) const;

  // Counts one family as if the transforms had been applied to every series first (series that become equal are one).
  FamilyCount Recount(size_t family, const CountOptions& options, const std::vector<LabelTransform>& transforms) const;

  // Series of all families: sum over targets (kAllInputs), one target, or the union over targets.
  uint64_t TotalSeries(const CountOptions& options) const;

  // Calls `visit` for every distinct value of a label within one input (or all), in order of first appearance.
  // The view lives as long as the census. Does nothing where the family has no such label.
  void ForEachValue(size_t family, std::string_view label, size_t input,
                    const std::function<void(std::string_view value, uint64_t series)>& visit) const;

  // Label pairs where one determines the other, or all but does (dependencies.h has the rule; le and quantile left out;
  // constant labels never named), among the 64 labels with the most values. O(n L^2).
  std::vector<Dependency> Dependencies(size_t family) const;

  // What is left without each two and each three of the labels that save most; see label_set_search.h.
  // Requires: `count` is of kAllInputs with CountOptions::what_if. Empty for an estimated census.
  LabelSetSearch SearchLabelSets(size_t family, const FamilyCount& count) const;

  // Distinct combinations of the values of these labels over all inputs and sample names, absence being a value.
  // Labels that the family does not have add nothing. O(n) a label. 0 for an estimated census.
  uint64_t JointValues(size_t family, const std::vector<std::string>& labels) const;

  // The strings of each family and which of them others have too; empty for an estimated census (symbol_bytes.h).
  CensusSymbols CountSymbols() const;

  // At most `limit` series of the family, spread over its rows, as name{label="value"}; raw bytes.
  std::vector<std::string> ExampleSeries(size_t family, size_t limit) const;

  // The same among the series whose `label` has `value`, each once; an empty `value`: among those that lack the label.
  // Empty where the family has no such label, and for an estimated census. O(n).
  std::vector<std::string> SeriesOfValue(size_t family, std::string_view label, std::string_view value,
                                         size_t limit) const;

  // Samples that repeat a series at the same timestamp: how many, and the first of them (at most 100).
  uint64_t duplicate_samples() const;
  const std::vector<DuplicateSample>& duplicates() const;

  // What the guard in the service says of itself, in the order of the inputs; and how many such samples were left out
  // (guard_sample.h).
  const std::vector<GuardSample>& guard_samples() const;
  uint64_t left_out_guard_samples() const;

  // What is odd about the inputs although a server stores them; at most `limit` of each kind.
  std::vector<DumpRemark> Remarks(size_t limit) const;

  // True when --memory-limit turned counts into sketches. Then FamilyCount::relative_error says how good a count is,
  // and what needs the series themselves is not known: values, series_without, examples, duplicates, dependencies;
  // Recount leaves its transforms out.
  bool estimated() const;

 private:
  std::unique_ptr<CensusData> data_;
  std::unique_ptr<RowKeys> row_keys_;  // keeps its scratch memory between questions
  std::vector<FamilyCount> plain_;     // by family: kAllInputs, ten values a label
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_CENSUS_H_
