// SPDX-License-Identifier: Apache-2.0
//
// crash_world_checks.cc: what must hold after a crash.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "gtest/gtest.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/multiprocess/byte_lock.h"
#include "lib/multiprocess/change_log.h"
#include "lib/multiprocess/family_definition.h"
#include "lib/multiprocess/own_names.h"
#include "lib/multiprocess/scrape.h"
#include "lib/multiprocess/service_memory.h"
#include "tests/lib/multiprocess/crash_world.h"

namespace seriesguard {
namespace {

// Far below the 5 s after which whoever waits for a lead gives up.
constexpr std::chrono::seconds kLongestScrape{20};

bool IsOurs(const std::string& name) {
  return name == "jobs_total" || name == "calls_total" || name == "sizes" || name == "late_total";
}

uint64_t CountOf(const CollectedFamily& family, const CollectedSeries& series) {
  if (family.type != CollectedType::kHistogram) return series.integer + static_cast<uint64_t>(series.value);
  uint64_t count = 0;
  for (size_t i = 0; i <= family.boundaries.size(); ++i) count += family.bucket_counts[series.buckets_begin + i];
  return count;
}

// By family and labels.
std::map<std::string, double> Numbers(const std::vector<CollectedFamily>& families, bool with_created) {
  std::map<std::string, double> shown;
  for (const CollectedFamily& family : families) {
    if (!IsOurs(family.name)) continue;
    for (const CollectedSeries& series : family.series) {
      const std::string created = with_created ? " of " + std::to_string(series.created_s) : "";
      shown[family.name + "{" + std::string(family.Labels(series)) + "}" + created] =
          static_cast<double>(CountOf(family, series));
    }
  }
  return shown;
}

}  // namespace

std::map<std::string, double> CrashWorld::Shown(WorldProcess* process, bool with_created) {
  return Numbers(process->registry().Collect(), with_created);
}

void CrashWorld::Remember() {
  ServiceMemory::Shape shape;
  shape.service = kWorldService;
  shape.max_workers = options_.max_workers;
  const auto memory = ServiceMemory::Open(folder_.path(), shape, options_.policy);
  ASSERT_TRUE(memory.ok()) << memory.status();
  shown_before_ = Numbers(Scrape(memory->get()).Read(false).families, false);
}

// What is exported, and what series that are gone had counted, are together what was finished.
void CrashWorld::ExpectTotals(WorldProcess* process, const std::string& who) {
  SCOPED_TRACE(who);
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<CollectedFamily> families = process->registry().Collect();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLongestScrape);
  const std::map<std::string, uint64_t> ledger = {{"jobs_total", facts_->jobs.load()},
                                                  {"calls_total", facts_->calls.load()},
                                                  {"sizes", facts_->sizes.load()},
                                                  {"late_total", facts_->late.load()}};
  const GuardReport report = process->registry().guard().Report();
  const bool was_reloaded = witness_->registry().guard().Report().reloads > 0;
  for (const CollectedFamily& family : families) {
    if (!IsOurs(family.name)) continue;
    SCOPED_TRACE(family.name);
    const auto of_report = std::find_if(report.families.begin(), report.families.end(),
                                        [&](const FamilyReport& one) { return one.name == family.name; });
    if (of_report == report.families.end()) continue;  // declared by another process only
    double total = of_report->retired.value, sum = of_report->retired.value;
    if (family.type == CollectedType::kHistogram) {
      total = 0;
      for (const double count : of_report->retired.buckets) total += count;
    }
    std::set<std::string> labels;
    std::string shown;
    for (const CollectedSeries& series : family.series) {
      const uint64_t count = CountOf(family, series);
      total += static_cast<double>(count);
      sum += series.value;
      EXPECT_TRUE(labels.emplace(family.Labels(series)).second) << "twice: " << family.Labels(series);
      shown += std::string(family.Labels(series)) + " " + std::to_string(count) + "\n";
    }
    EXPECT_EQ(total, static_cast<double>(ledger.at(family.name))) << shown << "retired " << of_report->retired.value;
    if (family.type == CollectedType::kHistogram) {
      EXPECT_EQ(sum, static_cast<double>(facts_->size_sum.load()));
    }
    // After a lowered limit what it found may stay, and that was at most the capacity.
    static const std::map<std::string, uint64_t> capacities = {
        {"jobs_total", 48}, {"calls_total", 20}, {"sizes", 120}, {"late_total", 32}};
    EXPECT_LE(of_report->series, was_reloaded ? capacities.at(family.name) : of_report->series_limit);
  }
  const ServiceRegistry::Health health = process->registry().health();
  EXPECT_EQ(health.problem, "");
  EXPECT_TRUE(health.problems.empty()) << health.problems[0].name << ": " << health.problems[0].reason;
  EXPECT_EQ(health.refused, 0u);
}

// A replica has the series that a scrape shows, each of values that have their place or are leaving.
void CrashWorld::ExpectReplica(WorldProcess* process, const std::string& who) {
  SCOPED_TRACE(who);
  for (const CollectedFamily& collected : process->registry().Collect()) {
    const FamilyGuard* const family = process->family(collected.name);
    if (family == nullptr) continue;
    SCOPED_TRACE(collected.name);
    std::set<std::string> scraped, known;
    for (const CollectedSeries& series : collected.series) scraped.emplace(collected.Labels(series));
    for (const auto& [identity, cell] : family->cells()) {
      std::string labels;
      for (const auto& [name, value] : cell->labels) AppendLabel(name, value, &labels);
      known.insert(labels);
      if (cell->state != Cell::State::kActive) continue;
      for (size_t i = 0; i < cell->values.size(); ++i) {
        const LabelValue* const value = cell->values[i];
        EXPECT_TRUE(value == &family->label(i).absent || value->named || value->is_reserved()) << value->text;
      }
    }
    EXPECT_EQ(scraped, known);
    EXPECT_EQ(family->exported_series(), known.size() * family->cost()) << "places and series";
  }
}

void CrashWorld::ExpectFiles() {
  ServiceMemory::Shape shape;
  shape.service = kWorldService;
  shape.max_workers = options_.max_workers;
  const absl::StatusOr<std::unique_ptr<ServiceMemory>> opened =
      ServiceMemory::Open(folder_.path(), shape, options_.policy);
  ASSERT_TRUE(opened.ok()) << opened.status();
  ServiceMemory& memory = **opened;
  const ServiceHeader& header = memory.header();
  EXPECT_EQ(header.log.count.load(), 0u) << "a transaction is left";
  EXPECT_EQ(IsByteLockedByOther(memory.lock_fd(), kLeadByte), LockAnswer::kNo);
  for (uint32_t i = 0; i < header.families.load(); ++i) {
    const FamilyRecord& family = memory.family(i);
    FamilyDefinition definition;
    ASSERT_TRUE(DecodeDefinition(memory.Definition(family), &definition));
    SCOPED_TRACE(definition.name);
    std::set<std::string> texts, names;
    for (uint32_t slot = 0; slot < family.slots; ++slot) {
      const uint64_t word = memory.series(family, slot).word.load();
      EXPECT_NE(StateOfWord(word), EntryState::kWriting) << "slot " << slot;
      if (StateOfWord(word) == EntryState::kFree || StateOfWord(word) == EntryState::kWriting) continue;
      const SeriesView view = ChangeLog(&memory).ReadSeries(family, slot);
      std::vector<std::string_view> values;
      EXPECT_TRUE(DecodeValues(view.text, definition.labels.size(), &values)) << "slot " << slot;
      EXPECT_TRUE(texts.insert(view.text).second) << "two entries of one series";
    }
    for (uint32_t value = 0; value < family.values; ++value) {
      EXPECT_NE(StateOfWord(memory.value(family, value).word.load()), EntryState::kWriting) << "value " << value;
      const ValueView view = ChangeLog(&memory).ReadValue(family, value);
      EXPECT_TRUE(!view.is_named || names.insert(std::to_string(view.label) + view.text).second) << view.text;
    }
    // What a dead process had taken for it was taken again.
    if (definition.name != "late_total") continue;
    EXPECT_EQ(header.next_byte.load(), family.archive_offset[1] + ArchiveShape(family).bytes()) << "bytes are lost";
    EXPECT_EQ(header.next_cells.load(), family.cells_offset + family.cells_bytes) << "cells are lost";
  }
  std::set<std::string> files, expected = {kGuardFileName};
  const WorkerTable workers = memory.workers();
  for (uint32_t index = 0; index < workers.max_workers(); ++index) {
    const WorkerView view = workers.Look(index);
    EXPECT_NE(view.state, WorkerState::kClaiming) << "worker " << index;
    if (view.state != WorkerState::kFree) expected.insert(WorkerFileName(index, view.incarnation).c_str());
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    const std::string name = entry.path().filename().string();
    if (ParseOwnName(name).kind != OwnName::Kind::kProbe) files.insert(name);  // a later Open removes those
  }
  EXPECT_EQ(files, expected);
}

void CrashWorld::ExpectSound(bool may_admit) {
  // Who was there before, at once: nothing is repaired yet but by this scrape.
  ExpectTotals(&witness(), "the witness");
  std::map<std::string, double> now = Shown(&witness());
  for (const auto& [series, value] : shown_before_) {
    const auto still = now.find(series);
    EXPECT_TRUE(still == now.end() || still->second >= value) << series << " went back";
  }
  ExpectReplica(&witness(), "the witness");
  const std::unique_ptr<WorldProcess> newcomer = OpenNewcomer();
  if (newcomer == nullptr) return;
  ExpectTotals(newcomer.get(), "the newcomer");
  ExpectReplica(newcomer.get(), "the newcomer");
  ExpectTotals(&actor(), "the actor's parent");
  ExpectReplica(&actor(), "the actor's parent");
  // What is retiring goes when all have let it go, which each does when it looks next.
  for (int i = 0; i < 3; ++i) {
    for (WorldProcess* process : {&witness(), newcomer.get(), &actor()}) process->Maintain();
  }
  EXPECT_EQ(Shown(newcomer.get()), Shown(&witness()));

  const std::string kind = "after-" + std::to_string(++newcomers_);
  witness().Job(kind, "GET");
  newcomer->Job(kind, "GET");
  ExpectTotals(&witness(), "the witness, afterwards");
  now = Shown(&witness());
  EXPECT_TRUE(!may_admit || now.count("jobs_total{kind=\"" + kind + "\",method=\"GET\"}") == 1) << "the next admission";
  ExpectTotals(newcomer.get(), "the newcomer, afterwards");
  ExpectReplica(&witness(), "the witness, afterwards");
  ExpectReplica(newcomer.get(), "the newcomer, afterwards");
  ExpectFiles();
  shown_before_ = std::move(now);
}

}  // namespace seriesguard
