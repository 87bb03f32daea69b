// SPDX-License-Identifier: Apache-2.0
//
// dump_table.cc: see the header.
#include "analyzer/simulation/dump_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analyzer/exposition/entry_scanner.h"
#include "analyzer/exposition/go_float.h"
#include "analyzer/exposition/sample_value.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

DumpTable::DumpTable(bool canonical_boundaries)
    : canonical_boundaries_(canonical_boundaries), symbols_(HashKey::Random()) {}

Symbol DumpTable::SymbolOf(std::string_view raw, bool has_escapes) {
  if (!has_escapes || raw.find('\\') == std::string_view::npos) return symbols_.Intern(raw);
  buffer_.clear();
  UnescapeQuoted(raw, &buffer_);
  return symbols_.Intern(buffer_);
}

uint32_t DumpTable::ShapeOf(const SampleEvent& sample) {
  shape_key_.clear();
  shape_key_.push_back(SymbolOf(sample.name(), sample.has_escapes));
  for (size_t i = 0; i < sample.label_count; ++i) {
    shape_key_.push_back(SymbolOf(sample.label_name(i), sample.has_escapes));
  }
  const auto [found, is_new] = shape_of_.try_emplace(shape_key_, static_cast<uint32_t>(shapes_.size()));
  if (!is_new) return found->second;
  std::vector<uint32_t> order(sample.label_count);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return Text(shape_key_[a + 1]) < Text(shape_key_[b + 1]); });
  SampleShape shape;
  shape.name = shape_key_[0];
  for (const uint32_t place : order) shape.labels.push_back(shape_key_[place + 1]);
  shapes_.push_back(std::move(shape));
  orders_.push_back(std::move(order));
  return found->second;
}

// Prometheus 3 writes the boundary of a histogram or summary anew when it parses it.
Symbol DumpTable::Canonical(Symbol boundary) {
  const auto [found, is_new] = canonical_.try_emplace(boundary, boundary);
  double value = 0;
  if (is_new && ParseGoLabelFloat(Text(boundary), &value)) {
    const Symbol canonical = symbols_.Intern(FormatOpenMetricsFloat(value));
    canonical_[boundary] = canonical;
    return canonical;
  }
  return found->second;
}

void DumpTable::Add(const SampleEvent& sample) {
  const uint32_t shape = sample.same_names && !rows_.empty() ? previous_shape_ : ShapeOf(sample);
  const size_t unchanged = sample.same_names && !rows_.empty() ? sample.unchanged_labels : 0;
  line_values_.resize(sample.label_count);
  for (size_t i = unchanged; i < sample.label_count; ++i) {
    line_values_[i] = SymbolOf(sample.label_value(i), sample.has_escapes);
  }
  SampleRow row;
  row.shape = previous_shape_ = shape;
  row.first_value = values_.size();
  row.line = static_cast<uint32_t>(std::min<uint64_t>(sample.line_number, UINT32_MAX));
  if (sample.has_timestamp) row.timestamp_ms = sample.timestamp_ms;
  if (!ParseGoFloat(SampleValueText(sample), &row.value)) row.value = std::nan("");  // (the parser accepted it)
  const bool rewrites_le = canonical_boundaries_ && type_in_force_ == MetricType::kHistogram;
  const bool rewrites_quantile = canonical_boundaries_ && type_in_force_ == MetricType::kSummary;
  for (size_t i = 0; i < sample.label_count; ++i) {
    Symbol value = line_values_[orders_[shape][i]];
    if (rewrites_le || rewrites_quantile) {
      const std::string_view label = Text(shapes_[shape].labels[i]);
      if (label == (rewrites_le ? "le" : "quantile")) value = Canonical(value);
    }
    values_.push_back(value);
  }
  // A name that stands twice, once without a value, is taken away whole. (Twice with one loses the scrape.)
  Symbol* const values = values_.data() + row.first_value;
  const std::vector<Symbol>& labels = shapes_[shape].labels;
  for (size_t begin = 0, end = 0; begin < labels.size(); begin = end) {
    bool is_emptied = false;
    for (end = begin; end < labels.size() && labels[end] == labels[begin]; ++end) {
      is_emptied = is_emptied || values[end] == kNoSymbol;
    }
    if (is_emptied) std::fill(values + begin, values + end, kNoSymbol);
  }
  rows_.push_back(row);
}

void DumpTable::SetHelp(std::string_view raw_name, std::string_view raw_text) {
  const auto unescaped = [](std::string_view raw) {
    std::string text;
    UnescapeQuoted(raw, &text);
    return text;
  };
  helps_.try_emplace(unescaped(raw_name), unescaped(raw_text));
}

std::string_view DumpTable::HelpOf(std::string_view name) const {
  const auto found = helps_.find(name);
  return found == helps_.end() ? std::string_view() : std::string_view(found->second);
}

size_t DumpTable::bytes() const {
  return symbols_.bytes() + rows_.capacity() * sizeof(SampleRow) + values_.capacity() * sizeof(Symbol);
}

}  // namespace seriesguard
