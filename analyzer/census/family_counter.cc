// SPDX-License-Identifier: Apache-2.0
//
// family_counter.cc: labels that are no boundary are coded first: the keys are then the label sets. With the
// boundaries they are the series.
#include "analyzer/census/family_counter.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "analyzer/census/boundary_counts.h"
#include "analyzer/census/boundary_label.h"
#include "analyzer/census/describe_label.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMaxExactProduct = (uint64_t{1} << 53) - 1;

const LabelTransform* FindTransform(const std::vector<LabelTransform>& transforms, std::string_view label) {
  for (const LabelTransform& transform : transforms) {
    if (transform.label == label) return &transform;
  }
  return nullptr;
}

// The product of the labels' variants, exact as long as that can be.
struct Product {
  uint64_t exact = 1;
  bool is_exact = true;
  double log10 = 0;

  void Multiply(uint64_t factor) {
    if (factor <= 1) return;
    log10 += std::log10(static_cast<double>(factor));
    is_exact = is_exact && exact <= kMaxExactProduct / factor;
    if (is_exact) exact *= factor;
  }
  double Density(uint64_t label_sets) const {
    const double sets = static_cast<double>(label_sets);
    return is_exact ? sets / static_cast<double>(exact) : std::pow(10.0, std::log10(sets) - log10);
  }
};

}  // namespace

// One sample name, one target and at most one label that differs: nothing that a key would have to join.
bool FamilyCounter::NeedsKeys(const FamilyTables& family, const CountOptions& options) const {
  if (family.tables.size() > 1 || per_target_ || options.what_if || options.boundaries) return true;
  size_t differing = 0;
  for (size_t i = 0; i < family.labels.size() && differing < 2; ++i) {
    differing += keys_.codes().IsConstant(family.labels[i]) ? 0 : 1;
  }
  return differing > 1;
}

// Codes a label that is not dropped and describes its values as if no row repeated another.
void FamilyCounter::AddLabel(const FamilyTables& family, size_t index, const std::vector<LabelTransform>& transforms,
                             size_t top_values, LabelCount* label) {
  const LabelTransform* transform = FindTransform(transforms, family.info.labels[index]);
  if (transform != nullptr && transform->drop) return;
  uint64_t stride = 0;
  if (has_keys_) {
    stride = keys_.AddLabel(family.labels[index], transform, &coding_);
  } else {
    keys_.codes().Count(family.labels[index], transform, &coding_);
  }
  *label = DescribeLabel(family.info.labels[index], coding_, top_values);
  coded_.push_back({index, transform, stride, label->values + (coding_.any_absent() ? 1 : 0)});
}

void FamilyCounter::CountSeries(const FamilyTables& family, FamilyCount* count,
                                std::vector<uint64_t>* series_of_input) {
  std::vector<uint64_t> part_series(family.tables.size(), 0);
  std::vector<uint64_t> part_samples(family.tables.size(), 0);
  if (!has_keys_) {
    count->series = 1;
    for (const CodedLabel& coded : coded_) count->series *= coded.variants;
    part_series[0] = count->series;
  } else {
    count->series = per_target_ ? keys_.CountTargets(&part_series, series_of_input) : keys_.CountParts(&part_series);
  }
  for (const RowSpan& span : keys_.spans()) {
    part_samples[span.part] += span.count;
    count->bytes += span.table->RowsOfInput(span.input).bytes;
  }
  for (size_t part = 0; part < part_samples.size(); ++part) {
    if (part_samples[part] == 0) continue;
    count->parts.push_back({family.info.parts[part], part_series[part], part_samples[part]});
  }
}

// Describes every label once more, rows that repeat an earlier series left out.
void FamilyCounter::CountValuesAgain(const FamilyTables& family, uint64_t series, size_t top_values,
                                     std::vector<LabelCount>* labels) {
  if (has_keys_) keys_.MarkRepeats(&repeats_);
  for (const CodedLabel& coded : coded_) {
    const Symbol label = family.labels[coded.index];
    if (!has_keys_) {
      // A value of the one label that differs is one series; what all rows have, all series have.
      keys_.codes().Count(label, coded.transform, &coding_);
      std::fill(coding_.series.begin(), coding_.series.end(), static_cast<uint32_t>(coded.variants > 1 ? 1 : series));
    } else {
      keys_.codes().ForEach(
          label, coded.transform, &coding_,
          [&](const RowSpan& span, uint32_t row, uint32_t rows, const uint32_t* codes, uint32_t code) {
            for (uint32_t i = 0; i < rows; ++i) {
              if (!repeats_[span.offset + row + i]) ++coding_.series[codes == nullptr ? code : codes[i]];
            }
          });
    }
    (*labels)[coded.index] = DescribeLabel(family.info.labels[coded.index], coding_, top_values);
  }
}

void FamilyCounter::DescribeBoundary(const FamilyTables& family, const std::vector<uint64_t>& label_set_keys,
                                     bool sizes, FamilyCount* count) {
  for (const CodedLabel& coded : coded_) {
    const std::string& name = family.info.labels[coded.index];
    if (!IsBoundaryName(name)) continue;
    // A family that has both, by some accident, shows the one that its type means.
    if (!count->boundaries.label.empty() && family.info.type != MetricType::kSummary) continue;
    count->boundaries.label = name;
    count->boundaries.distinct = count->labels[coded.index].values;
    if (sizes) {
      CountBoundaries(family.labels[coded.index], label_set_keys, repeats_, &keys_.codes(), &count->boundaries);
    }
  }
}

// Fills series_without where digits cannot be taken out, because keys were densified on the way: the keys hold all
// labels but those of [begin, end); halving that range adds each label to the keys of its absence log2(labels) times.
void FamilyCounter::CountWithoutEach(const FamilyTables& family, size_t begin, size_t end,
                                     std::vector<LabelCount>* labels) {
  if (end - begin == 1) {
    (*labels)[coded_[begin].index].series_without = keys_.CountParts(nullptr);
    return;
  }
  const size_t middle = begin + (end - begin) / 2;
  const auto add = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      keys_.AddLabel(family.labels[coded_[i].index], coded_[i].transform, &coding_);
    }
  };
  const RowKeys::Kept kept = keys_.Keep();
  add(middle, end);
  CountWithoutEach(family, begin, middle, labels);
  keys_.Restore(kept);
  add(begin, middle);
  CountWithoutEach(family, middle, end, labels);
}

void FamilyCounter::FillSeriesWithout(const FamilyTables& family, std::vector<LabelCount>* labels) {
  if (keys_.densified()) {
    keys_.BeginAgain(per_target_);
    CountWithoutEach(family, 0, coded_.size(), labels);
    return;
  }
  for (const CodedLabel& coded : coded_) {
    (*labels)[coded.index].series_without =
        keys_.CountWithout(family.labels[coded.index], coded.transform, coded.stride);
  }
}

FamilyCount FamilyCounter::Count(const FamilyTables& family, const CountOptions& options,
                                 const std::vector<LabelTransform>& transforms,
                                 std::vector<uint64_t>* series_of_input) {
  FamilyCount count;
  per_target_ = options.input == kAllInputs && !options.union_of_targets && data_.inputs.size() > 1;
  keys_.Begin(family, options.input, per_target_);
  if (keys_.spans().empty()) return count;
  count.samples = keys_.rows();
  has_keys_ = NeedsKeys(family, options);
  coded_.clear();
  repeats_.clear();

  count.labels.resize(family.labels.size());
  Product product;
  const auto add = [&](size_t i) { AddLabel(family, i, transforms, options.top_values, &count.labels[i]); };
  for (size_t i = 0; i < family.labels.size(); ++i) {
    if (!IsBoundaryName(family.info.labels[i])) add(i);
  }
  for (const CodedLabel& coded : coded_) product.Multiply(coded.variants);
  const bool has_boundary = std::any_of(family.info.labels.begin(), family.info.labels.end(), IsBoundaryName);
  const bool sets_are_series = !has_boundary && family.tables.size() == 1;
  std::vector<uint64_t> label_set_keys;
  if (!has_keys_) {
    count.label_sets = product.exact;  // of at most one factor, so it is exact
  } else if (!sets_are_series) {
    count.label_sets = keys_.CountOverParts();
    if (options.boundaries) label_set_keys = keys_.Keep().keys;
  }
  for (size_t i = 0; has_boundary && i < family.labels.size(); ++i) {
    if (IsBoundaryName(family.info.labels[i])) add(i);
  }
  CountSeries(family, &count, series_of_input);
  if (sets_are_series) count.label_sets = count.series;
  if (count.series < count.samples) CountValuesAgain(family, count.series, options.top_values, &count.labels);

  if (product.is_exact) count.product = product.exact;
  count.product_log10 = product.log10;
  count.density = product.Density(count.label_sets);
  // A label set a target: the product is of one target, so that many targets do not make it look over-full.
  if (per_target_) count.density /= static_cast<double>(data_.inputs.size());
  count.density = std::min(count.density, 1.0);
  DescribeBoundary(family, label_set_keys, options.boundaries, &count);

  if (options.also_union && !per_target_) count.union_series = count.series;
  if (options.also_union && per_target_ && !keys_.densified()) count.union_series = keys_.CountUnion();
  if (options.what_if) FillSeriesWithout(family, &count.labels);
  count.labels.erase(std::remove_if(count.labels.begin(), count.labels.end(),
                                    [](const LabelCount& label) { return label.values == 0; }),
                     count.labels.end());
  if (options.also_union &&
      !count.union_series) {  // the target went when keys were densified: last, for it begins anew
    CountOptions as_union;
    as_union.union_of_targets = true;
    as_union.top_values = 0;
    count.union_series = Count(family, as_union, transforms).series;
  }
  return count;
}

void FamilyCounter::ForEachValue(const FamilyTables& family, Symbol label, size_t input, bool repeats,
                                 const std::function<void(std::string_view value, uint64_t series)>& visit) {
  if (std::find(family.labels.begin(), family.labels.end(), label) == family.labels.end()) return;
  keys_.Begin(family, input, data_.inputs.size() > 1 && input == kAllInputs);
  if (keys_.spans().empty()) return;
  if (!repeats) {
    keys_.codes().Count(label, nullptr, &coding_);
  } else {
    for (const Symbol each : family.labels) keys_.AddLabel(each, nullptr, &coding_);
    keys_.MarkRepeats(&repeats_);
    keys_.codes().ForEach(label, nullptr, &coding_,
                          [&](const RowSpan& span, uint32_t row, uint32_t rows, const uint32_t* codes, uint32_t code) {
                            for (uint32_t i = 0; i < rows; ++i) {
                              const bool is_again = repeats_[span.offset + row + i];
                              coding_.series[codes == nullptr ? code : codes[i]] += is_again ? 0 : 1;
                            }
                          });
  }
  for (uint32_t code = 1; code < coding_.radix(); ++code) {
    if (coding_.series[code] > 0) visit(data_.symbols.Text(coding_.symbols[code]), coding_.series[code]);
  }
}

}  // namespace seriesguard
