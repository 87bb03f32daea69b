// SPDX-License-Identifier: Apache-2.0
//
// family_rows.h: the rows of one family with what is asked of each: its series, its label set, its value.
//
// Use:      one object a run; Select a family, then ask.
// Threads:  one.
// Memory:   8 bytes a row and answer, given back with the answer.
// Cost:     row_keys.h: adding each label once an answer.
#ifndef SERIESGUARD_ANALYZER_FORECAST_FAMILY_ROWS_H_
#define SERIESGUARD_ANALYZER_FORECAST_FAMILY_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/census/census_data.h"
#include "analyzer/census/row_keys.h"
#include "analyzer/forecast/sample_values.h"

namespace seriesguard {

// Rows that stand for the same thing have the same number; numbers are below `count`.
struct RowNumbers {
  std::vector<uint64_t> of_row;  // by row
  uint64_t count = 0;
};

class FamilyRows {
 public:
  FamilyRows(const CensusData& data, const SampleValues& values) : keys_(data), values_(values) {}

  // The rows of all inputs, part by part. The family outlives the answers.
  void Select(const FamilyTables& family);

  const FamilyTables& family() const { return *family_; }
  const std::vector<RowSpan>& spans() const { return keys_.spans(); }
  size_t rows() const { return keys_.rows(); }

  // Numbers the series (the target is no part of them), with some labels left out of each.
  RowNumbers Series(const std::vector<std::string>& without);
  // Numbers the label sets: sample name, le and quantile left out, and some more labels.
  RowNumbers LabelSets(const std::vector<std::string>& without);
  // Numbers the values of one label: 0 where it is absent.
  RowNumbers Values(size_t label);

  // How often what a row counts has happened; NaN where the row does not say. Empty where the family counts nothing.
  //
  // Rows that say it are those of a counter, and of a histogram or summary those of `_count`. A counter of anything but
  // events does not: its name ends in a unit, or a value is not whole.
  std::vector<double> Events() const;

  // The values of one part's rows, in their order; null where they are not known.
  const std::vector<double>* PartValues(size_t part) const;

 private:
  RowNumbers Number(const std::vector<std::string>& without, bool with_boundaries);

  RowKeys keys_;
  const SampleValues& values_;
  const FamilyTables* family_ = nullptr;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_FORECAST_FAMILY_ROWS_H_
