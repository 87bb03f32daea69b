// SPDX-License-Identifier: Apache-2.0
//
// family_diff.cc: labels are coded, keys compared; only labels with a value that one side lacks are looked at again,
// and only in the rows of series that one side lacks.
#include "analyzer/diff/family_diff.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/census/boundary_label.h"
#include "analyzer/diff/value_change.h"

namespace seriesguard {
namespace {

constexpr uint8_t kByLabels = 0xFF;
constexpr uint8_t kBits[2] = {kAfterBit, kBeforeBit};    // by direction: the side that has the series
constexpr uint8_t kOthers[2] = {kBeforeBit, kAfterBit};  // and the one that lacks it

}  // namespace

FamilyDiff::FamilyDiff(const CensusData& data, const std::vector<TargetPair>& pairs,
                       const std::vector<uint8_t>& bit_of_input, const std::vector<std::string>& ignored_labels)
    : pairs_(pairs),
      bit_of_input_(bit_of_input),
      ignored_(ignored_labels),
      pair_of_input_(data.inputs.size(), 0),
      keys_(data, bit_of_input) {
  for (size_t pair = 0; pair < pairs.size(); ++pair) {
    for (const std::optional<size_t>& input : {pairs[pair].before, pairs[pair].after}) {
      if (input) pair_of_input_[*input] = pair;
    }
  }
}

void FamilyDiff::CodeLabels(const FamilyTables& family, MetricChange* change) {
  differing_.clear();
  DifferingLabel label;
  for (uint32_t i = 0; i < family.labels.size(); ++i) {
    if (std::find(ignored_.begin(), ignored_.end(), family.info.labels[i]) != ignored_.end()) continue;
    LabelCoding coding;
    keys_.AddLabel(family.labels[i], &coding, &label.sides);
    // A side without the metric knows neither presence nor absence.
    if (!change->is_before || !change->is_after) label.sides[0] = 0;
    LabelChange counts;
    counts.name = family.info.labels[i];
    bool differs = false;
    for (size_t code = 0; code < label.sides.size(); ++code) {
      const uint8_t sides = label.sides[code];
      differs |= sides == kBeforeBit || sides == kAfterBit;
      if (code == 0) continue;
      counts.values_before += (sides & kBeforeBit) != 0;
      counts.values_after += (sides & kAfterBit) != 0;
    }
    if (!differs) continue;
    label.index = i;
    label.is_named[kAdded] = counts.values_before > 0;
    label.is_named[kGone] = counts.values_after > 0;
    differing_.push_back(std::move(label));
    label = DifferingLabel();
    change->labels.push_back(std::move(counts));
  }
}

void FamilyDiff::AddOneSided(Direction direction, size_t offset, const std::vector<uint32_t>& rows, uint8_t cause) {
  std::vector<OneSided>& one_sided = one_sided_[direction];
  one_sided.reserve(one_sided.size() + rows.size());
  for (const uint32_t row : rows) one_sided.push_back({offset + row, LabelSets::kEmptySet, cause});
}

void FamilyDiff::CompareTargets(MetricChange* change, std::vector<TargetChange>* targets) {
  const std::vector<RowSpan>& spans = keys_.spans();
  const uint64_t* const keys = keys_.Keys();
  uint64_t added = 0;
  uint64_t gone = 0;
  std::map<size_t, std::pair<const RowSpan*, const RowSpan*>> of_pair;  // before, after
  for (size_t s = 0; s < spans.size();) {
    of_pair.clear();
    const uint32_t part = spans[s].part;
    bool has_part[2] = {};  // by direction: the side that has the series
    for (; s < spans.size() && spans[s].part == part; ++s) {
      const bool is_after = bit_of_input_[spans[s].input] == kAfterBit;
      auto& pair = of_pair[pair_of_input_[spans[s].input]];
      (is_after ? pair.second : pair.first) = &spans[s];
      has_part[is_after ? kAdded : kGone] = true;
    }
    for (const auto& [pair, sides] : of_pair) {
      const auto keys_of = [keys](const RowSpan* span) {
        return span == nullptr ? KeyCompare::Keys{nullptr, 0} : KeyCompare::Keys{keys + span->offset, span->count};
      };
      const KeyCompare::Distinct distinct =
          compare_.Compare(keys_of(sides.first), keys_of(sides.second), keys_.bound(), &gone_rows_, &added_rows_);
      const auto cause = [&](bool has_target, bool has_metric, bool has_sample_name) {
        return !has_target        ? static_cast<uint8_t>(ChangeCause::kTarget)
               : !has_metric      ? static_cast<uint8_t>(ChangeCause::kMetric)
               : !has_sample_name ? static_cast<uint8_t>(ChangeCause::kSampleName)
                                  : kByLabels;
      };
      if (sides.second != nullptr) {
        AddOneSided(kAdded, sides.second->offset, added_rows_,
                    cause(pairs_[pair].before.has_value(), change->is_before, has_part[kGone]));
      }
      if (sides.first != nullptr) {
        AddOneSided(kGone, sides.first->offset, gone_rows_,
                    cause(pairs_[pair].after.has_value(), change->is_after, has_part[kAdded]));
      }
      change->before += distinct.before;
      change->after += distinct.after;
      added += added_rows_.size();
      gone += gone_rows_.size();
      TargetChange& target = (*targets)[pair];
      target.before += distinct.before;
      target.after += distinct.after;
      target.added += added_rows_.size();
      target.gone += gone_rows_.size();
    }
  }
  change->added = added;
  change->gone = gone;
  // The rows of a target do not stand together where there are several.
  for (std::vector<OneSided>& one_sided : one_sided_) {
    if (pairs_.size() == 1) continue;
    std::sort(one_sided.begin(), one_sided.end(),
              [](const OneSided& a, const OneSided& b) { return a.offset < b.offset; });
  }
}

LabelChange FamilyDiff::MarkLabel(const FamilyTables& family, DifferingLabel* label) {
  LabelCoding coding;
  size_t next[2] = {0, 0};
  for (const Direction direction : {kAdded, kGone}) {
    sets_[direction].BeginLabel(label->index);
    label->series[direction].assign(label->sides.size(), 0);
  }
  keys_.codes().ForEach(family.labels[label->index], nullptr, &coding,
                        [&](const RowSpan& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                          const size_t begin = span.offset + row;
                          const Direction direction = bit_of_input_[span.input] == kAfterBit ? kAdded : kGone;
                          std::vector<OneSided>& one_sided = one_sided_[direction];
                          for (size_t& i = next[direction]; i < one_sided.size(); ++i) {
                            OneSided& series = one_sided[i];
                            if (series.offset >= begin + count) break;
                            const uint32_t of_row = codes == nullptr ? code : codes[series.offset - begin];
                            if ((label->sides[of_row] & kOthers[direction]) != 0) continue;
                            ++label->series[direction][of_row];
                            if (series.cause == kByLabels) series.set = sets_[direction].With(series.set);
                          }
                        });
  LabelChange change;
  change.added = DescribeValues(coding, label->sides, kBits[kAdded], label->series[kAdded]);
  change.gone = DescribeValues(coding, label->sides, kBits[kGone], label->series[kGone]);
  if (IsBoundaryName(family.info.labels[label->index])) change.respelled = CountRespelled(coding, label->sides);
  return change;
}

CauseCount FamilyDiff::CauseOfSet(const FamilyTables& family, Direction direction, uint32_t set) const {
  CauseCount count;
  std::vector<std::string> boundaries;
  std::vector<std::string> unnamed;
  for (const uint32_t index : sets_[direction].Labels(set)) {
    const std::string& name = family.info.labels[index];
    const auto label = std::find_if(differing_.begin(), differing_.end(),
                                    [index](const DifferingLabel& differing) { return differing.index == index; });
    if (!label->is_named[direction]) unnamed.push_back(name);
    if (IsBoundaryName(name)) boundaries.push_back(name);
    count.labels.push_back(name);
  }
  if (!unnamed.empty()) {
    count.cause = ChangeCause::kLabel;
    count.labels = std::move(unnamed);
  } else if (!boundaries.empty()) {
    count.cause = ChangeCause::kBucket;
    count.labels = std::move(boundaries);
  } else {
    count.cause = count.labels.empty()       ? ChangeCause::kCombination
                  : count.labels.size() == 1 ? ChangeCause::kValue
                                             : ChangeCause::kValues;
  }
  return count;
}

void FamilyDiff::CountCauses(const FamilyTables& family, Direction direction, std::vector<CauseCount>* causes) {
  std::vector<uint64_t> of_set(sets_[direction].size(), 0);
  std::vector<uint64_t> of_cause(kChangeCauseNames.size(), 0);
  for (const OneSided& series : one_sided_[direction]) {
    ++(series.cause == kByLabels ? of_set[series.set] : of_cause[series.cause]);
  }
  // Several sets may have one cause: the new label counts, whatever else is new.
  std::map<std::pair<ChangeCause, std::vector<std::string>>, uint64_t> sums;
  for (uint32_t set = 0; set < of_set.size(); ++set) {
    if (of_set[set] == 0) continue;
    CauseCount count = CauseOfSet(family, direction, set);
    sums[{count.cause, std::move(count.labels)}] += of_set[set];
  }
  for (size_t cause = 0; cause < of_cause.size(); ++cause) {
    if (of_cause[cause] > 0) sums[{static_cast<ChangeCause>(cause), {}}] += of_cause[cause];
  }
  for (const auto& [key, series] : sums) causes->push_back({key.first, key.second, series});
  std::stable_sort(causes->begin(), causes->end(),
                   [](const CauseCount& a, const CauseCount& b) { return a.series > b.series; });
}

MetricChange FamilyDiff::Compare(const FamilyTables& family, std::vector<TargetChange>* targets) {
  MetricChange change;
  change.name = family.info.name;
  keys_.Begin(family);
  for (const RowSpan& span : keys_.spans()) {
    (bit_of_input_[span.input] == kAfterBit ? change.is_after : change.is_before) = true;
  }
  for (const Direction direction : {kAdded, kGone}) {
    one_sided_[direction].clear();
    sets_[direction].Clear();
  }
  CodeLabels(family, &change);
  CompareTargets(&change, targets);
  for (size_t i = 0; i < differing_.size(); ++i) {
    LabelChange marked = MarkLabel(family, &differing_[i]);
    LabelChange& label = change.labels[i];
    label.added = std::move(marked.added);
    label.gone = std::move(marked.gone);
    label.respelled = marked.respelled;
  }
  CountCauses(family, kAdded, &change.added_causes);
  CountCauses(family, kGone, &change.gone_causes);
  return change;
}

}  // namespace seriesguard
