// SPDX-License-Identifier: Apache-2.0
//
// scrape.cc: see the header.
#include "lib/multiprocess/scrape.h"

#include <algorithm>
#include <map>
#include <utility>

#include "lib/metrics/family_cells.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/multiprocess/archive.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/own_names.h"

namespace seriesguard {
namespace {

constexpr int kMostAttempts = 50;

CollectedType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return CollectedType::kCounter;
    case MetricKind::kGauge: return CollectedType::kGauge;
    case MetricKind::kHistogram: return CollectedType::kHistogram;
    case MetricKind::kSummary: break;
  }
  return CollectedType::kUnknown;
}

// What one process has made of a gauge; the living come before the ended, and then who set it last.
struct OfProcess {
  bool is_live = false;
  uint64_t set_ns = 0;
  double value = 0;
  bool operator<(const OfProcess& other) const {
    return is_live != other.is_live ? other.is_live : set_ns < other.set_ns;
  }
};

// The sum of fractions depends in its last digits on the order in which workers are added, which changes as they come
// and go: a total could go back by that, and a server would take it for a restart. So what is less than was shown
// before, by rounding only, is shown as before. (2^-40: as many roundings as workers and stripes, each of 2^-53.)
double NotBelowShown(double sum, std::atomic<double>* shown) {
  double before = shown->load(std::memory_order_relaxed);
  while (!(sum <= before)) {
    if (shown->compare_exchange_weak(before, sum, std::memory_order_relaxed)) return sum;
  }
  return before - sum <= before * 0x1p-40 ? before : sum;
}

void AddSeries(std::string_view labels, CollectedSeries series, CollectedFamily* family) {
  series.labels_begin = static_cast<uint32_t>(family->label_text.size());
  series.labels_size = static_cast<uint32_t>(labels.size());
  family->label_text.append(labels);
  family->series.push_back(series);
}

}  // namespace

ScrapeResult Scrape::Read(bool with_created) {
  ScrapeResult result;
  for (int i = 0; i < kMostAttempts; ++i) {
    result = ScrapeResult();
    if (Attempt(with_created, &result)) return result;
  }
  result.is_whole = false;
  return result;
}

bool Scrape::Attempt(bool with_created, ScrapeResult* result) {
  const ServiceHeader& header = memory_.header();
  const uint64_t archive = header.archive_version.load(std::memory_order_acquire);
  const uint32_t families = static_cast<uint32_t>(header.families.load(std::memory_order_acquire));
  std::vector<OpenWorker> workers;
  if (!OpenWorkers(memory_, archive, &workers, &result->problems)) return false;
  known_.resize(families);
  for (uint32_t i = 0; i < families; ++i) {
    const FamilyRecord& record = memory_.family(i);
    if (!Know(record)) continue;
    ReadFamily(record, archive, workers, with_created, result);
    if (header.archive_version.load(std::memory_order_acquire) != archive) return false;
  }
  result->workers = memory_.workers().Count();
  return header.archive_version.load(std::memory_order_acquire) == archive;
}

bool Scrape::Know(const FamilyRecord& record) {
  Known& known = known_[record.index];
  if (!known.rendered.empty()) return true;
  if (!DecodeDefinition(memory_.Definition(record), &known.definition)) return false;
  known.rendered.resize(record.slots);
  return true;
}

// What the archive includes has ended with it, though its entry may still say that it is about to: before this look is
// over its place may be another series', and both would be shown.
void Scrape::FindShown(const FamilyRecord& record, uint64_t archive, Known* known) {
  const uint64_t news = log_.news();
  if (news == known->shown_at_news && archive == known->shown_of_archive) return;
  const ArchiveView archived(memory_, record, archive);
  std::vector<Shown>& shown = known->shown;
  shown.clear();
  for (uint32_t slot = 0; slot < record.slots; ++slot) {
    const SeriesEntry& entry = memory_.series(record, slot);
    const uint64_t word = entry.word.load(std::memory_order_acquire);
    if (!IsExported(StateOfWord(word))) continue;
    if (archived.included[slot].load(std::memory_order_relaxed) >= GenerationOfWord(word)) continue;
    Shown series{slot, GenerationOfWord(word), entry.created_s.load(std::memory_order_relaxed)};
    Rendered& rendered = known->rendered[slot];
    if (rendered.generation != series.generation) {
      const SeriesView view = log_.ReadSeries(record, slot);
      std::vector<std::string_view> values;
      if (!IsExported(view.state) || !DecodeValues(view.text, known->definition.labels.size(), &values)) continue;
      series.generation = rendered.generation = view.generation;
      series.created_s = view.created_s;
      rendered.labels.clear();
      for (size_t i = 0; i < values.size(); ++i) {
        if (!values[i].empty()) AppendLabel(known->definition.labels[i], values[i], &rendered.labels);
      }
    }
    shown.push_back(series);
  }
  known->shown_at_news = news;
  known->shown_of_archive = archive;
}

void Scrape::ReadFamily(const FamilyRecord& record, uint64_t archive, const std::vector<OpenWorker>& workers,
                        bool with_created, ScrapeResult* result) {
  Known& known = known_[record.index];
  CollectedFamily family;
  family.name = known.definition.name;
  family.help = known.definition.help;
  family.unit = known.definition.unit;
  family.type = TypeOf(known.definition.kind);
  family.boundaries = known.definition.boundaries;
  FindShown(record, archive, &known);
  const std::vector<Shown>& shown = known.shown;
  const uint32_t slots = shown.empty() ? 0 : shown.back().slot + 1;
  size_t label_bytes = 0;
  for (const Shown& series : shown) label_bytes += known.rendered[series.slot].labels.size();
  family.label_text.reserve(label_bytes);
  family.series.reserve(shown.size());

  const ArchiveView archived(memory_, record, archive);
  std::vector<uint64_t> folds(record.folds);
  for (size_t i = 0; i < folds.size(); ++i) folds[i] = archived.folds[i].load(std::memory_order_relaxed);
  std::vector<uint32_t> expected(slots, 0);
  std::vector<uint64_t> ints(size_t{slots} * record.int_words);
  std::vector<double> doubles(size_t{slots} * record.double_words);
  const bool is_gauge = family.type == CollectedType::kGauge;
  for (const Shown& series : shown) {
    const uint32_t slot = series.slot;
    expected[slot] = series.generation;
    for (uint32_t i = 0; i < record.int_words; ++i) {
      const size_t word = size_t{slot} * record.int_words + i;
      ints[word] = archived.ints[word].load(std::memory_order_relaxed);
    }
    for (uint32_t i = 0; i < record.double_words; ++i) {
      const size_t word = size_t{slot} * record.double_words + i;
      doubles[word] = archived.doubles[word].load(std::memory_order_relaxed);
    }
  }
  Archive::AddWorkers(workers, record, is_gauge ? 0 : slots, expected, &ints, &doubles, &folds, &result->problems);
  result->folds.push_back(std::move(folds));
  if (is_gauge) {
    AddGauges(record, archive, workers, shown, known, &family, &result->problems);
    result->families.push_back(std::move(family));
    return;
  }
  const bool is_histogram = family.type == CollectedType::kHistogram;
  const auto kept = exemplars_.find(family.name);
  const ExemplarShelf* const exemplars = kept == exemplars_.end() ? nullptr : kept->second;
  for (const Shown& series : shown) {
    CollectedSeries one;
    one.created_s = with_created ? series.created_s : 0;
    one.value = NotBelowShown(doubles[series.slot], &memory_.series(record, series.slot).shown);
    if (is_histogram) {
      one.buckets_begin = static_cast<uint32_t>(family.bucket_counts.size());
      const auto begin = ints.begin() + static_cast<ptrdiff_t>(size_t{series.slot} * record.int_words);
      family.bucket_counts.insert(family.bucket_counts.end(), begin, begin + record.int_words);
    } else {
      one.integer = ints[series.slot];
    }
    if (exemplars != nullptr) exemplars->Append(series.slot, series.generation, &one, &family);
    AddSeries(known.rendered[series.slot].labels, one, &family);
  }
  result->families.push_back(std::move(family));
}

void Scrape::AddGauges(const FamilyRecord& record, uint64_t archive, const std::vector<OpenWorker>& workers,
                       const std::vector<Shown>& shown, const Known& known, CollectedFamily* family,
                       std::vector<FileProblem>* problems) {
  const GaugeMode mode = known.definition.gauge_mode;
  const uint32_t slots = shown.empty() ? 0 : shown.back().slot + 1;
  const ArchiveView archived(memory_, record, archive);
  const WorkerTable table = memory_.workers();
  std::vector<JoinedGauge> joined(slots);
  if (!IsLive(mode) && !IsPerProcess(mode)) {
    for (const Shown& series : shown) {
      joined[series.slot].value = archived.doubles[series.slot].load(std::memory_order_relaxed);
      joined[series.slot].set_ns = archived.ints[series.slot].load(std::memory_order_relaxed);
    }
  }
  std::vector<uint64_t> image;
  std::string problem, labels;
  // By slot and pid: a pid comes again, after its first process ended or in another namespace, but a series only once.
  std::map<std::pair<uint32_t, uint64_t>, OfProcess> of_processes;
  for (const OpenWorker& worker : workers) {
    // What an ended worker had set stands in the archive, or with `all` still in its file.
    if (!worker.counts && mode != GaugeMode::kAll) continue;
    if (IsLive(mode)) {
      if (worker.state != WorkerState::kLive) continue;
      if (table.IsDead(memory_.probe_fd(), memory_.identity(), table.Look(worker.ticket.index), worker.ticket.index)) {
        continue;
      }
    }
    if (slots == 0 || !ReadCells(worker, record, slots, &image, &problem)) {
      if (!problem.empty()) {
        problems->push_back({WorkerFileName(worker.ticket.index, worker.ticket.incarnation).c_str(), problem});
      }
      continue;
    }
    const FamilyCells cells(LayoutOf(record), slots, 1, image.data());
    for (const Shown& series : shown) {
      if (cells.generation(series.slot) != series.generation) continue;
      const double value = cells.doubles(series.slot)->load(std::memory_order_relaxed);
      const uint64_t set_ns = cells.ints(series.slot)->load(std::memory_order_relaxed);
      if (!IsPerProcess(mode)) {
        joined[series.slot].Add(mode, value, set_ns);
      } else if (set_ns != 0) {
        OfProcess one{worker.state == WorkerState::kLive, set_ns, value};
        OfProcess& shown_one = of_processes[{series.slot, worker.pid}];
        if (shown_one < one) shown_one = one;
      }
    }
  }
  if (IsPerProcess(mode)) {
    for (const auto& [slot_and_pid, process] : of_processes) {
      labels = known.rendered[slot_and_pid.first].labels;
      AppendLabel("pid", std::to_string(slot_and_pid.second), &labels);
      CollectedSeries one;
      one.value = process.value;
      AddSeries(labels, one, family);
    }
    return;
  }
  for (const Shown& series : shown) {
    if (joined[series.slot].set_ns == 0) continue;  // nobody who counts has set it
    CollectedSeries one;
    one.value = joined[series.slot].value;
    AddSeries(known.rendered[series.slot].labels, one, family);
  }
}

}  // namespace seriesguard
