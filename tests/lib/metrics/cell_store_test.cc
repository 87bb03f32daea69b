// SPDX-License-Identifier: Apache-2.0
//
// cell_store_test.cc: slots that are taken, given back and taken again, and what a scrape sees of them.
#include "lib/metrics/cell_store.h"

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/family_cells.h"

namespace seriesguard {
namespace {

CollectedFamily Collected(const CellStore& store, CollectedType type, bool with_created = true) {
  CollectedFamily family;
  family.type = type;
  store.Collect(with_created, &family);
  return family;
}

TEST(CellStore, GivesEachSeriesASlotOfItsOwnThatStaysWhereItIs) {
  CellStore store(CellLayout::Counter(), 2);
  std::vector<CellSeries*> series;
  std::set<std::pair<const FamilyCells*, uint32_t>> places;
  for (uint64_t i = 0; i < 5000; ++i) {
    series.push_back(store.Take("n=\"" + std::to_string(i) + "\"", 0));
    places.insert({series[i]->cells, series[i]->slot});
    series[i]->cells->ints(series[i]->slot, i % 2)->store(i);
  }
  EXPECT_EQ(places.size(), 5000u);
  EXPECT_EQ(store.taken(), 5000u);
  EXPECT_LT(store.slots(), 5000 + CellStore::kMostSlots);
  const CollectedFamily family = Collected(store, CollectedType::kCounter);
  ASSERT_EQ(family.series.size(), 5000u);
  for (const CollectedSeries& one : family.series) {
    EXPECT_EQ(family.Labels(one), "n=\"" + std::to_string(one.integer) + "\"");
  }
}

TEST(CellStore, IsSmallForFewSeries) {
  CellStore store(CellLayout::Histogram(12), 8);
  store.Take("", 0);
  EXPECT_EQ(store.slots(), CellStore::kFirstSlots);
}

TEST(CellStore, TakesGivenSlotsAgainAtZeroWithAnotherGeneration) {
  CellStore store(CellLayout::Histogram(2), 2);
  CellSeries* const first = store.Take("a=\"1\"", 5);
  const uint32_t generation = first->generation;
  const FamilyCells& cells = *first->cells;
  const uint32_t slot = first->slot;
  EXPECT_NE(generation, 0u);
  EXPECT_EQ(cells.generation(slot), generation);
  cells.ints(slot, 1)[2].store(7);
  cells.doubles(slot, 0)->store(1.5);
  store.Give(first);
  EXPECT_EQ(cells.generation(slot), 0u);
  EXPECT_TRUE(Collected(store, CollectedType::kHistogram).series.empty());
  CellSeries* const second = store.Take("a=\"2\"", 6);
  ASSERT_EQ(second, first);
  EXPECT_NE(second->generation, generation);
  EXPECT_EQ(cells.generation(slot), second->generation);
  const CollectedFamily family = Collected(store, CollectedType::kHistogram);
  ASSERT_EQ(family.series.size(), 1u);
  EXPECT_EQ(family.Labels(family.series[0]), "a=\"2\"");
  EXPECT_EQ(family.bucket_counts, std::vector<uint64_t>(3, 0));
  EXPECT_EQ(family.series[0].value, 0);
}

TEST(CellStore, DoesNotGrowWhileSlotsAreFree) {
  CellStore store(CellLayout::Counter(), 1);
  std::mt19937 random(3);
  std::vector<CellSeries*> held;
  for (int i = 0; i < 20'000; ++i) {
    if (held.size() < 100 && random() % 2 == 0) {
      held.push_back(store.Take("x=\"y\"", 0));
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      store.Give(held.back());
      held.pop_back();
    }
  }
  EXPECT_EQ(store.taken(), held.size());
  EXPECT_LE(store.slots(), 16u + 32 + 64);
}

TEST(CellStore, TellsWhenASeriesBeganToTheMillisecond) {
  CellStore store(CellLayout::Counter(), 1);
  store.Take("", 1'795'375'000'123'567'891);
  EXPECT_EQ(Collected(store, CollectedType::kCounter).series.at(0).created_s, 1795375000.124);
}

TEST(CellStore, CollectsWhatTheTypeSays) {
  CellStore counters(CellLayout::Counter(), 2);
  const CellSeries* series = counters.Take("", 2'500'000'000);
  series->cells->ints(0, 0)->store(3);
  series->cells->ints(0, 1)->store(4);
  series->cells->doubles(0, 1)->store(0.5);
  CollectedSeries one = Collected(counters, CollectedType::kCounter).series.at(0);
  EXPECT_EQ(one.integer, 7u);
  EXPECT_EQ(one.value, 0.5);
  EXPECT_EQ(one.created_s, 2.5);
  EXPECT_EQ(one.labels_size, 0u);
  EXPECT_EQ(Collected(counters, CollectedType::kCounter, /*with_created=*/false).series.at(0).created_s, 0);

  CellStore gauges(CellLayout::Gauge(), 2);
  series = gauges.Take("", 2'500'000'000);
  series->cells->ints(0)->store(123);  // a time
  series->cells->doubles(0)->store(-1);
  one = Collected(gauges, CollectedType::kGauge).series.at(0);
  EXPECT_EQ(one.integer, 0u);
  EXPECT_EQ(one.value, -1);
  EXPECT_EQ(one.created_s, 0);

  CellStore histograms(CellLayout::Histogram(1), 2);
  for (uint64_t i = 0; i < 2; ++i) {
    series = histograms.Take("", 1'000'000'000);
    series->cells->ints(series->slot, 0)[0].store(10 * i + 1);
    series->cells->ints(series->slot, 1)[1].store(10 * i + 2);
    series->cells->doubles(series->slot, 1)->store(static_cast<double>(i) + 0.25);
  }
  const CollectedFamily family = Collected(histograms, CollectedType::kHistogram);
  EXPECT_EQ(family.bucket_counts, (std::vector<uint64_t>{1, 2, 11, 12}));
  EXPECT_EQ(family.series.at(0).buckets_begin, 0u);
  EXPECT_EQ(family.series.at(1).buckets_begin, 2u);
  EXPECT_EQ(family.series.at(1).value, 1.25);
  EXPECT_EQ(family.series.at(1).created_s, 1);
}

}  // namespace
}  // namespace seriesguard
