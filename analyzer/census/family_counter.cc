// SPDX-License-Identifier: Apache-2.0
//
// family_counter.cc: see the header for the method.
#include "analyzer/census/family_counter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kDependencyLabels = 64;  // pairs are looked for among the labels with the most values
constexpr uint64_t kMaxBound = uint64_t{1} << 62;
constexpr uint64_t kMaxExactProduct = (uint64_t{1} << 53) - 1;

bool IsBoundary(std::string_view label) { return label == "le" || label == "quantile"; }

const LabelTransform* FindTransform(const std::vector<LabelTransform>& transforms, std::string_view label) {
  for (const LabelTransform& transform : transforms) {
    if (transform.label == label) return &transform;
  }
  return nullptr;
}

}  // namespace

void FamilyCounter::SelectRows(const FamilyTables& family, size_t input) {
  spans_.clear();
  size_t offset = 0;
  for (uint32_t part = 0; part < family.tables.size(); ++part) {
    const SeriesTable& table = data_.tables[family.tables[part]];
    for (size_t i = 0; i < table.inputs.size(); ++i) {
      const SeriesTable::InputRows& rows_of = table.inputs[i];
      if (input != kAllInputs && rows_of.input != input) continue;
      const uint32_t end = i + 1 == table.inputs.size() ? table.rows : table.inputs[i + 1].first_row;
      if (end == rows_of.first_row) continue;
      spans_.push_back({&table, part, rows_of.input, rows_of.first_row, end - rows_of.first_row, offset});
      offset += end - rows_of.first_row;
    }
  }
  keys_.assign(offset, 0);
  has_repeats_ = false;
  bound_ = 1;
}

// Makes the target (the input) the first digit of every key: series are then summed over targets.
void FamilyCounter::BeginKeysWithTarget() {
  for (const Span& span : spans_) {
    std::fill_n(keys_.begin() + static_cast<ptrdiff_t>(span.offset), span.count, span.input);
  }
  bound_ = data_.inputs.size();
}

inline uint32_t FamilyCounter::CodeOf(Symbol symbol, const LabelTransform* transform, Coding* coding) {
  const uint64_t known = codes_[symbol];
  if ((known >> 32) == stamp_) return static_cast<uint32_t>(known);
  return NewCodeOf(symbol, transform, coding);
}

uint32_t FamilyCounter::NewCodeOf(Symbol symbol, const LabelTransform* transform, Coding* coding) {
  uint32_t code;
  if (symbol == kNoSymbol) return 0;
  if (transform == nullptr || !transform->map) {
    code = static_cast<uint32_t>(coding->radix++);
    coding->symbols.push_back(symbol);
    coding->series.push_back(0);
  } else {
    const Symbol mapped = transformed_->Intern(transform->map(data_.symbols.Text(symbol)));
    if (mapped >= code_of_transformed_.size()) code_of_transformed_.resize(mapped + mapped / 2 + 16, 0);
    code = code_of_transformed_[mapped];
    if (code == 0 && mapped != kNoSymbol) {
      code = code_of_transformed_[mapped] = static_cast<uint32_t>(coding->radix++);
      coding->symbols.push_back(mapped);
      coding->series.push_back(0);
    }
  }
  codes_[symbol] = (uint64_t{stamp_} << 32) | code;
  return code;
}

template <typename Use>
void FamilyCounter::ForEachCode(Symbol label, const LabelTransform* transform, Coding* coding, Use use) {
  if (codes_.size() < data_.symbols.size()) codes_.resize(data_.symbols.size(), 0);
  if (++stamp_ == 0) {
    std::fill(codes_.begin(), codes_.end(), 0);
    stamp_ = 1;
  }
  codes_[kNoSymbol] = uint64_t{stamp_} << 32;  // absence has code 0
  coding->label = label;
  coding->radix = 1;
  coding->symbols.assign(1, kNoSymbol);
  coding->series.assign(1, 0);
  if (transform != nullptr && transform->map) {
    transformed_ = std::make_unique<SymbolTable>(data_.key);
    code_of_transformed_.clear();
  }
  uint32_t buffer[NumberColumn::kSegmentRows];
  for (size_t s = 0; s < spans_.size();) {
    // All spans of one table in one walk over its column.
    const SeriesTable& table = *spans_[s].table;
    size_t s_end = s;
    while (s_end < spans_.size() && spans_[s_end].table == &table) ++s_end;
    const LabelColumn* column = table.FindColumn(label);
    if (column == nullptr) {
      for (; s < s_end; ++s) use(spans_[s], 0, spans_[s].count, nullptr, 0);
      continue;
    }
    uint32_t segment_begin = 0;
    for (const NumberColumn::Segment& segment : column->values.segments()) {
      const uint32_t segment_end = segment_begin + segment.rows;
      while (s < s_end && spans_[s].first + spans_[s].count <= segment_begin) ++s;
      for (size_t t = s; t < s_end && spans_[t].first < segment_end; ++t) {
        const Span& span = spans_[t];
        const uint32_t from = std::max(span.first, segment_begin);
        const uint32_t to = std::min(span.first + span.count, segment_end);
        const std::vector<Symbol>& remap = data_.remaps[segment.dictionary];
        if (segment.width == 0) {
          const Symbol symbol = segment.dictionary == 0 ? segment.base : remap[segment.base];
          use(span, from - span.first, to - from, nullptr, CodeOf(symbol, transform, coding));
          continue;
        }
        DecodeSegment(segment, from - segment_begin, to - from, buffer);
        if (segment.dictionary != 0) {
          for (uint32_t i = 0; i < to - from; ++i) buffer[i] = remap[buffer[i]];
        }
        for (uint32_t i = 0; i < to - from; ++i) buffer[i] = CodeOf(buffer[i], transform, coding);
        use(span, from - span.first, to - from, buffer, 0);
      }
      segment_begin = segment_end;
    }
    s = s_end;
  }
}

// Codes a label and adds its digit to every key.
void FamilyCounter::AddLabel(Symbol label, const LabelTransform* transform, Coding* coding) {
  const uint64_t stride = bound_;
  // A label has fewer values than there are rows and symbols; only where even that could overflow, densify first.
  const uint64_t most = std::min<uint64_t>(keys_.size(), data_.symbols.size()) + 1;
  if (stride > kMaxBound / most) {
    bound_ = distinct_.Densify(keys_.data(), keys_.size());
    AddLabel(label, transform, coding);
    coding->stride = 0;
    return;
  }
  bool any_absent = false;
  ForEachCode(label, transform, coding,
              [&](const Span& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                uint64_t* keys = keys_.data() + span.offset + row;
                if (codes == nullptr) {
                  any_absent |= code == 0;
                  coding->series[code] += count;
                  if (code == 0) return;
                  const uint64_t digit = code * stride;
                  for (uint32_t i = 0; i < count; ++i) keys[i] += digit;
                  return;
                }
                for (uint32_t i = 0; i < count; ++i) {
                  ++coding->series[codes[i]];
                  keys[i] += codes[i] * stride;
                }
              });
  coding->any_absent = any_absent || coding->series[0] > 0;
  coding->stride = stride;
  bound_ = stride * coding->radix;
}

// Counts each value's series once more, rows that repeat an earlier series left out.
void FamilyCounter::RecountValues(const LabelTransform* transform, Coding* coding) {
  Coding again;
  ForEachCode(coding->label, transform, &again,
              [&](const Span& span, uint32_t row, uint32_t count, const uint32_t* codes, uint32_t code) {
                if (codes == nullptr && code == 0) return;
                for (uint32_t i = 0; i < count; ++i) {
                  if (!repeats_[span.offset + row + i]) ++again.series[codes == nullptr ? code : codes[i]];
                }
              });
  coding->series = std::move(again.series);
}

// Distinct keys, part by part: series of different sample names are different.
uint64_t FamilyCounter::CountParts(const FamilyTables& family, const uint64_t* keys, uint64_t bound,
                                   std::vector<uint64_t>* parts) {
  uint64_t sum = 0;
  if (parts != nullptr) parts->assign(family.tables.size(), 0);
  for (size_t s = 0; s < spans_.size();) {
    const size_t begin = spans_[s].offset;
    const uint32_t part = spans_[s].part;
    size_t end = begin;
    for (; s < spans_.size() && spans_[s].part == part; ++s) end = spans_[s].offset + spans_[s].count;
    const uint64_t series = distinct_.Count(keys + begin, end - begin, bound);
    if (parts != nullptr) (*parts)[part] = series;
    sum += series;
  }
  return sum;
}

// The same where the target is a part of the identity, so that no two spans share a series.
uint64_t FamilyCounter::CountTargets(const std::vector<Span>& spans, std::vector<uint64_t>* parts,
                                     std::vector<uint64_t>* series_of_input) {
  uint64_t sum = 0;
  for (const Span& span : spans) {
    const uint64_t series = distinct_.Count(keys_.data() + span.offset, span.count, bound_);
    (*parts)[span.part] += series;
    if (series_of_input != nullptr) (*series_of_input)[span.input] += series;
    sum += series;
  }
  return sum;
}

// What remains when the target, the first digit of every key, is taken out.
uint64_t FamilyCounter::CountUnion(const FamilyTables& family) {
  const uint64_t targets = data_.inputs.size();
  other_keys_.resize(keys_.size());
  for (size_t i = 0; i < keys_.size(); ++i) other_keys_[i] = keys_[i] / targets;
  return CountParts(family, other_keys_.data(), bound_ / targets, nullptr);
}

// Fills repeats_ from keys_: sample names are part of the identity, so rows of different parts never repeat another.
void FamilyCounter::MarkRepeatedRows() {
  repeats_.assign(keys_.size(), false);
  has_repeats_ = false;
  std::vector<bool> repeats;
  for (size_t s = 0; s < spans_.size();) {
    const size_t begin = spans_[s].offset;
    const uint32_t part = spans_[s].part;
    size_t end = begin;
    for (; s < spans_.size() && spans_[s].part == part; ++s) end = spans_[s].offset + spans_[s].count;
    if (distinct_.Count(keys_.data() + begin, end - begin, bound_) == end - begin) continue;
    has_repeats_ = true;
    distinct_.MarkRepeats(keys_.data() + begin, end - begin, &repeats, nullptr);
    std::copy(repeats.begin(), repeats.end(), repeats_.begin() + static_cast<ptrdiff_t>(begin));
  }
}

std::string_view FamilyCounter::ValueText(Symbol symbol, const LabelTransform* transform) const {
  return transform != nullptr && transform->map ? transformed_->Text(symbol) : data_.symbols.Text(symbol);
}

LabelCount FamilyCounter::Describe(const Coding& coding, const LabelTransform* transform, size_t top_values) const {
  LabelCount count;
  count.name = std::string(data_.symbols.Text(coding.label));
  const SymbolTable& texts = transform != nullptr && transform->map ? *transformed_ : data_.symbols;
  std::vector<uint32_t> top;  // codes, best first
  const auto better = [&](uint32_t a, uint32_t b) {
    if (coding.series[a] != coding.series[b]) return coding.series[a] > coding.series[b];
    return texts.Text(coding.symbols[a]) < texts.Text(coding.symbols[b]);
  };
  constexpr uint32_t kPrefetchDistance = 8;
  for (uint32_t code = 1; code < coding.radix; ++code) {
    const uint64_t series = coding.series[code];
    if (series == 0) continue;
    ++count.values;
    count.series_with += series;
    if (top_values == 0) continue;
    if (top.size() == top_values) {
      // Most labels with many values have them once each, so that ties, which need the bytes, are the rule.
      if (series < coding.series[top.back()]) continue;
      if (code + kPrefetchDistance < coding.radix) texts.PrefetchText(coding.symbols[code + kPrefetchDistance]);
      if (!better(code, top.back())) continue;
      top.pop_back();
    }
    top.insert(std::upper_bound(top.begin(), top.end(), code, better), code);
  }
  count.other_values = count.values - top.size();
  count.other_series = count.series_with;
  for (const uint32_t code : top) {
    count.top.push_back({std::string(ValueText(coding.symbols[code], transform)), coding.series[code]});
    count.other_series -= coding.series[code];
  }
  return count;
}

// Takes one label's digit out of every key again and counts.
uint64_t FamilyCounter::CountWithout(const FamilyTables& family, const Coding& coding,
                                     const LabelTransform* transform) {
  Coding again;
  other_keys_ = keys_;
  ForEachCode(coding.label, transform, &again,
              [&](const Span& span, uint32_t row, uint32_t rows, const uint32_t* codes, uint32_t code) {
                uint64_t* keys = other_keys_.data() + span.offset + row;
                if (codes == nullptr && code == 0) return;
                for (uint32_t r = 0; r < rows; ++r) keys[r] -= (codes == nullptr ? code : codes[r]) * coding.stride;
              });
  return CountParts(family, other_keys_.data(), bound_, nullptr);
}

// The same where digits cannot be taken out, because keys were densified on the way: keys_ hold all labels but those
// of [begin, end); halving that range adds each label to the keys of its absence log2(labels) times.
void FamilyCounter::CountWithoutEach(const FamilyTables& family, const std::vector<Coding>& codings,
                                     const std::vector<const LabelTransform*>& transforms, size_t begin, size_t end,
                                     std::vector<LabelCount>* labels) {
  if (end - begin == 1) {
    (*labels)[begin].series_without = CountParts(family, keys_.data(), bound_, nullptr);
    return;
  }
  const size_t middle = begin + (end - begin) / 2;
  const std::vector<uint64_t> kept = keys_;
  const uint64_t kept_bound = bound_;
  Coding again;
  for (size_t i = middle; i < end; ++i) AddLabel(codings[i].label, transforms[i], &again);
  CountWithoutEach(family, codings, transforms, begin, middle, labels);
  keys_ = kept;
  bound_ = kept_bound;
  for (size_t i = begin; i < middle; ++i) AddLabel(codings[i].label, transforms[i], &again);
  CountWithoutEach(family, codings, transforms, middle, end, labels);
}

FamilyCount FamilyCounter::Count(const FamilyTables& family, const CountOptions& options,
                                 const std::vector<LabelTransform>& transforms,
                                 std::vector<uint64_t>* series_of_input) {
  FamilyCount count;
  SelectRows(family, options.input);
  if (spans_.empty()) return count;
  count.samples = keys_.size();
  // Series are summed over targets: the target is the first digit of every key.
  const bool per_target = options.input == kAllInputs && !options.union_of_targets && data_.inputs.size() > 1;
  if (per_target) BeginKeysWithTarget();

  // Labels that are no boundary first: the keys are then the label sets.
  std::vector<Coding> codings;
  std::vector<const LabelTransform*> coded_transforms;
  std::vector<uint64_t> label_set_keys;
  codings.reserve(family.labels.size());
  double log10_product = 0;
  uint64_t product = 1;
  bool product_exact = true;
  size_t densified = 0;  // codings before this one cannot be taken out of the keys
  std::vector<LabelCount> labels;
  const auto add = [&](size_t i) {
    const LabelTransform* transform = FindTransform(transforms, family.info.labels[i]);
    if (transform != nullptr && transform->drop) return false;
    codings.emplace_back();
    coded_transforms.push_back(transform);
    AddLabel(family.labels[i], transform, &codings.back());
    if (codings.back().stride == 0) {
      for (; densified < codings.size(); ++densified) codings[densified].stride = 0;
    }
    labels.push_back(Describe(codings.back(), transform, options.top_values));
    return true;
  };
  bool has_boundary = false;
  for (size_t i = 0; i < family.labels.size(); ++i) {
    if (IsBoundary(family.info.labels[i])) {
      has_boundary = true;
      continue;
    }
    if (!add(i)) continue;
    const uint64_t factor = labels.back().values + (codings.back().any_absent ? 1 : 0);
    if (factor <= 1) continue;
    log10_product += std::log10(static_cast<double>(factor));
    product_exact = product_exact && product <= kMaxExactProduct / factor;
    if (product_exact) product *= factor;
  }
  const uint64_t label_set_bound = bound_;
  const bool several_parts = family.tables.size() > 1;
  if (has_boundary || several_parts) {
    // One key a run is enough: the lines of one label set mostly stand together.
    other_keys_.clear();
    uint64_t last = UINT64_MAX;
    for (const uint64_t key : keys_) {
      if (key != last) other_keys_.push_back(key);
      last = key;
    }
    count.label_sets = distinct_.Count(other_keys_.data(), other_keys_.size(), label_set_bound);
    if (options.boundaries) label_set_keys = keys_;
  }
  for (size_t i = 0; has_boundary && i < family.labels.size(); ++i) {
    if (IsBoundary(family.info.labels[i])) add(i);
  }

  std::vector<uint64_t> part_series(family.tables.size(), 0);
  count.series = per_target ? CountTargets(spans_, &part_series, series_of_input)
                            : CountParts(family, keys_.data(), bound_, &part_series);
  if (!has_boundary && !several_parts) count.label_sets = count.series;
  for (uint32_t part = 0; part < family.tables.size(); ++part) {
    uint64_t samples = 0;
    for (const Span& span : spans_) samples += span.part == part ? span.count : 0;
    if (samples == 0) continue;
    count.parts.push_back({family.info.parts[part], part_series[part], samples});
  }
  for (const Span& span : spans_) count.bytes += span.table->RowsOfInput(span.input).bytes;

  if (count.series < count.samples) {
    // Repeated samples: a value's series are the rows that are not one.
    MarkRepeatedRows();
    for (size_t i = 0; i < codings.size(); ++i) {
      RecountValues(coded_transforms[i], &codings[i]);
      labels[i] = Describe(codings[i], coded_transforms[i], options.top_values);
    }
  }

  if (product_exact) count.product = product;
  count.product_log10 = log10_product;
  count.density = product_exact ? static_cast<double>(count.label_sets) / static_cast<double>(product)
                                : std::pow(10.0, std::log10(static_cast<double>(count.label_sets)) - log10_product);
  // A label set a target: the product is of one target, so that many targets do not make it look over-full.
  if (per_target) count.density /= static_cast<double>(data_.inputs.size());
  count.density = std::min(count.density, 1.0);

  for (const Coding& coding : codings) {
    const std::string_view name = data_.symbols.Text(coding.label);
    if (!IsBoundary(name)) continue;
    // A family that has both, by some accident, shows the one that its type means.
    if (!count.boundaries.label.empty() && family.info.type != MetricType::kSummary) continue;
    count.boundaries.label = std::string(name);
    count.boundaries.distinct = 0;
    for (uint32_t code = 1; code < coding.radix; ++code) count.boundaries.distinct += coding.series[code] > 0;
    if (options.boundaries) {
      const BoundaryCount sizes = CountBoundaries(family, label_set_keys, coding);
      count.boundaries.min_per_label_set = sizes.min_per_label_set;
      count.boundaries.max_per_label_set = sizes.max_per_label_set;
    }
  }

  if (options.also_union && !per_target) count.union_series = count.series;
  if (options.also_union && per_target && densified == 0) count.union_series = CountUnion(family);
  if (options.what_if) {
    const bool rebuilt = std::any_of(codings.begin(), codings.end(), [](const Coding& c) { return c.stride == 0; });
    if (rebuilt) {
      keys_.assign(keys_.size(), 0);
      bound_ = 1;
      if (per_target) BeginKeysWithTarget();
      CountWithoutEach(family, codings, coded_transforms, 0, codings.size(), &labels);
    } else {
      for (size_t i = 0; i < codings.size(); ++i) {
        labels[i].series_without = CountWithout(family, codings[i], coded_transforms[i]);
      }
    }
  }
  for (LabelCount& label : labels) {
    if (label.values > 0) count.labels.push_back(std::move(label));
  }
  std::sort(count.labels.begin(), count.labels.end(),
            [](const LabelCount& a, const LabelCount& b) { return a.name < b.name; });
  if (options.also_union && !count.union_series) {  // the target went when keys were densified: last, for it begins anew
    CountOptions as_union;
    as_union.union_of_targets = true;
    as_union.top_values = 0;
    count.union_series = Count(family, as_union, transforms).series;
  }
  return count;
}

// How many boundaries the label set with the fewest, and the one with the most, has.
BoundaryCount FamilyCounter::CountBoundaries(const FamilyTables&, const std::vector<uint64_t>& label_set_keys,
                                             const Coding& boundary) const {
  std::vector<uint64_t> bucket_keys;  // one a series that has the boundary label
  for (const Span& span : spans_) {
    const LabelColumn* column = span.table->FindColumn(boundary.label);
    if (column == nullptr) continue;
    uint32_t begin = 0;
    uint32_t buffer[NumberColumn::kSegmentRows];
    for (const NumberColumn::Segment& segment : column->values.segments()) {
      if (begin >= span.first + span.count) break;
      if (begin + segment.rows <= span.first) {
        begin += segment.rows;
        continue;
      }
      for (uint32_t at = 0; at < segment.rows; at += NumberColumn::kSegmentRows) {
        const uint32_t rows = std::min(segment.rows - at, NumberColumn::kSegmentRows);
        DecodeSegment(segment, at, rows, buffer);
        for (uint32_t i = 0; i < rows; ++i) {
          const uint32_t row = begin + at + i;
          if (buffer[i] == kNoSymbol || row < span.first || row >= span.first + span.count) continue;
          const size_t index = span.offset + (row - span.first);
          if (has_repeats_ && repeats_[index]) continue;
          bucket_keys.push_back(label_set_keys[index]);
        }
      }
      begin += segment.rows;
    }
  }
  BoundaryCount count;
  std::sort(bucket_keys.begin(), bucket_keys.end());
  for (size_t i = 0; i < bucket_keys.size();) {
    size_t end = i;
    while (end < bucket_keys.size() && bucket_keys[end] == bucket_keys[i]) ++end;
    const uint64_t size = end - i;
    count.min_per_label_set = count.min_per_label_set == 0 ? size : std::min(count.min_per_label_set, size);
    count.max_per_label_set = std::max(count.max_per_label_set, size);
    i = end;
  }
  return count;
}

uint64_t FamilyCounter::FindDuplicates(const FamilyTables& family, size_t limit,
                                       std::vector<DuplicateSample>* duplicates) {
  SelectRows(family, kAllInputs);
  BeginKeysWithTarget();
  for (const Symbol label : family.labels) {
    Coding coding;
    AddLabel(label, nullptr, &coding);
  }
  uint64_t found = 0;
  for (const Span& span : spans_) {
    uint64_t* const keys = keys_.data() + span.offset;
    const std::vector<int64_t>& timestamps = span.table->timestamps;
    if (!timestamps.empty()) {
      // The timestamp is one more digit: number the distinct ones.
      std::vector<uint64_t> times(span.count);
      for (uint32_t i = 0; i < span.count; ++i) times[i] = static_cast<uint64_t>(timestamps[span.first + i]);
      const uint64_t time_count = distinct_.Densify(times.data(), times.size());
      distinct_.Densify(keys, span.count);
      for (uint32_t i = 0; i < span.count; ++i) keys[i] = keys[i] * time_count + times[i];
    }
    std::vector<bool> repeats;
    std::vector<size_t> first;
    distinct_.MarkRepeats(keys, span.count, &repeats, &first, limit - std::min(limit, duplicates->size()));
    size_t next = 0;
    for (uint32_t i = 0; i < span.count; ++i) {
      if (!repeats[i]) continue;
      ++found;
      if (next == first.size()) continue;
      const size_t first_row = first[next++];
      DuplicateSample duplicate;
      duplicate.input = span.input;
      duplicate.first_line = LineOfRow(*span.table, span.first + static_cast<uint32_t>(first_row));
      duplicate.again_line = LineOfRow(*span.table, span.first + i);
      duplicate.series = SeriesTextOfRow(data_, *span.table, span.first + static_cast<uint32_t>(first_row));
      duplicates->push_back(std::move(duplicate));
    }
  }
  return found;
}

std::vector<Dependency> FamilyCounter::Dependencies(const FamilyTables& family) {
  SelectRows(family, kAllInputs);
  struct Codes {
    size_t label;
    uint64_t radix;
    std::vector<uint32_t> codes;
  };
  std::vector<Codes> all;
  for (size_t i = 0; i < family.labels.size(); ++i) {
    if (IsBoundary(family.info.labels[i])) continue;
    Coding coding;
    std::vector<uint32_t> codes(keys_.size(), 0);
    ForEachCode(family.labels[i], nullptr, &coding,
                [&](const Span& span, uint32_t row, uint32_t count, const uint32_t* run, uint32_t code) {
                  for (uint32_t r = 0; r < count; ++r) codes[span.offset + row + r] = run == nullptr ? code : run[r];
                });
    if (coding.radix <= 2) continue;  // one value: everything determines it, which tells nobody anything
    all.push_back({i, coding.radix, std::move(codes)});
    if (all.size() > kDependencyLabels) {
      all.erase(
          std::min_element(all.begin(), all.end(), [](const Codes& a, const Codes& b) { return a.radix < b.radix; }));
    }
  }
  std::vector<Dependency> dependencies;
  for (const Codes& x : all) {
    for (const Codes& y : all) {
      if (&x == &y || x.radix < y.radix) continue;  // a label with fewer values cannot determine one with more
      std::vector<uint32_t> image(x.radix, UINT32_MAX);
      bool determines = true;
      for (size_t row = 0; row < x.codes.size() && determines; ++row) {
        if (x.codes[row] == 0 && y.codes[row] == 0) continue;
        uint32_t& known = image[x.codes[row]];
        if (known == UINT32_MAX) known = y.codes[row];
        determines = known == y.codes[row];
      }
      if (determines) dependencies.push_back({family.info.labels[x.label], family.info.labels[y.label]});
    }
  }
  return dependencies;
}

void FamilyCounter::ForEachValue(const FamilyTables& family, Symbol label, size_t input,
                                 const std::function<void(std::string_view value, uint64_t series)>& visit) {
  SelectRows(family, input);
  if (spans_.empty()) return;
  std::vector<Coding> codings(family.labels.size());
  const Coding* wanted = nullptr;
  if (data_.inputs.size() > 1 && input == kAllInputs) BeginKeysWithTarget();
  for (size_t i = 0; i < family.labels.size(); ++i) {
    AddLabel(family.labels[i], nullptr, &codings[i]);
    if (family.labels[i] == label) wanted = &codings[i];
  }
  if (wanted == nullptr) return;
  Coding result = *wanted;
  MarkRepeatedRows();
  if (has_repeats_) RecountValues(nullptr, &result);
  for (uint32_t code = 1; code < result.radix; ++code) {
    if (result.series[code] > 0) visit(data_.symbols.Text(result.symbols[code]), result.series[code]);
  }
}

uint64_t LineOfRow(const SeriesTable& table, uint32_t row) {
  const uint32_t line = NumberOfRow(table.line_less_row, row) + row;
  for (const SeriesTable::ContinuedRows& rows : table.continued) {
    if (row >= rows.first && row < rows.end) return line + rows.lines_before;
  }
  return line;
}

std::string SeriesTextOfRow(const CensusData& data, const SeriesTable& table, uint32_t row) {
  struct Pair {
    std::string_view name, value;
  };
  std::vector<Pair> pairs;
  for (const LabelColumn& column : table.columns) {
    uint8_t dictionary = 0;
    Symbol symbol = NumberOfRow(column.values, row, &dictionary);
    if (dictionary != 0) symbol = data.remaps[dictionary][symbol];
    if (symbol != kNoSymbol) pairs.push_back({data.symbols.Text(column.label), data.symbols.Text(symbol)});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.name < b.name; });
  std::string text(data.symbols.Text(table.name));
  if (pairs.empty()) return text;
  text.push_back('{');
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) text.push_back(',');
    text.append(pairs[i].name).append("=\"").append(EscapeLabelValue(pairs[i].value)).append("\"");
  }
  text.push_back('}');
  return text;
}

}  // namespace seriesguard
