// SPDX-License-Identifier: Apache-2.0
//
// cell_store.cc: see the header.
#include "lib/metrics/cell_store.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace seriesguard {
namespace {

// In seconds, to the millisecond: what a server keeps, and a shorter text than all of a double's digits.
double CreatedSeconds(int64_t created_ns) { return static_cast<double>((created_ns + 500'000) / 1'000'000) / 1e3; }

}  // namespace

void CellStore::Deleter::operator()(char* memory) const {
  ::operator delete (memory, std::align_val_t{kCellAlignment});
}

void CellStore::Grow() {
  const size_t slots = chunks_.empty() ? kFirstSlots : std::min(chunks_.back()->cells.slots() * 2, kMostSlots);
  const size_t bytes = FamilyCells::BytesFor(layout_, slots, stripes_);
  auto chunk = std::make_unique<Chunk>();
  chunk->memory.reset(static_cast<char*>(::operator new (bytes, std::align_val_t{kCellAlignment})));
  std::memset(chunk->memory.get(), 0, bytes);
  chunk->cells = FamilyCells(layout_, slots, stripes_, chunk->memory.get());
  if (layout_.is_striped) chunk->exemplars = std::make_unique<ExemplarShelf>(chunk->cells, &exemplar_counts_);
  chunk->series.resize(slots);
  free_.reserve(this->slots() + slots);
  chunks_.push_back(std::move(chunk));
  Chunk& added = *chunks_.back();
  for (size_t slot = slots; slot-- > 0;) {
    added.series[slot].cells = &added.cells;
    added.series[slot].exemplars = added.exemplars.get();
    added.series[slot].slot = static_cast<uint32_t>(slot);
    free_.push_back(&added.series[slot]);
  }
}

CellSeries* CellStore::Take(std::string labels, int64_t created_ns) {
  if (free_.empty()) Grow();
  CellSeries* const series = free_.back();
  free_.pop_back();
  series->labels = std::move(labels);
  series->created_ns = created_ns;
  series->is_taken = true;
  if (++series->generation == 0) ++series->generation;  // 0 is nobody's
  FamilyCells cells = *series->cells;
  cells.Zero(series->slot);
  cells.SetGeneration(series->slot, series->generation);
  ++taken_;
  label_bytes_ += series->labels.size();
  return series;
}

void CellStore::Give(CellSeries* series) {
  FamilyCells cells = *series->cells;
  cells.SetGeneration(series->slot, 0);
  --taken_;
  label_bytes_ -= series->labels.size();
  series->is_taken = false;
  series->labels = {};  // its memory as well
  series->metric = nullptr;
  free_.push_back(series);
}

void CellStore::Collect(bool with_created, CollectedFamily* family) const {
  family->series.reserve(family->series.size() + taken_);
  family->label_text.reserve(family->label_text.size() + label_bytes_);
  const bool is_histogram = family->type == CollectedType::kHistogram;
  const bool is_gauge = family->type == CollectedType::kGauge;
  if (is_histogram) family->bucket_counts.reserve(family->bucket_counts.size() + taken_ * layout_.int_words);
  for (const auto& chunk : chunks_) {
    for (const CellSeries& series : chunk->series) {
      if (!series.is_taken) continue;
      CollectedSeries collected;
      collected.labels_begin = static_cast<uint32_t>(family->label_text.size());
      collected.labels_size = static_cast<uint32_t>(series.labels.size());
      family->label_text += series.labels;
      if (is_histogram) {
        collected.buckets_begin = static_cast<uint32_t>(family->bucket_counts.size());
        family->bucket_counts.resize(family->bucket_counts.size() + layout_.int_words);
        chunk->cells.AddTotal(series.slot, &family->bucket_counts[collected.buckets_begin], &collected.value);
      } else {
        chunk->cells.AddTotal(series.slot, &collected.integer, &collected.value);
        if (is_gauge) collected.integer = 0;  // a time
      }
      if (series.exemplars != nullptr) {
        series.exemplars->Append(series.slot, series.generation, &collected, family);
      }
      if (with_created && !is_gauge) collected.created_s = CreatedSeconds(series.created_ns);
      family->series.push_back(collected);
    }
  }
}

size_t CellStore::slots() const {
  size_t sum = 0;
  for (const auto& chunk : chunks_) sum += chunk->cells.slots();
  return sum;
}

}  // namespace seriesguard
