// SPDX-License-Identifier: Apache-2.0
//
// pointer_table_test.cc: as a map over random insertions and removals, with hashes that collide, and under readers.
#include "lib/guard/pointer_table.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/epoch.h"
#include "lib/guard/reclaimer.h"

namespace seriesguard {
namespace {

struct Element {
  uint64_t hash;
  int number;
};

Element* Find(const PointerTable<Element>& table, uint64_t hash, int number) {
  return table.Find(hash, [number](const Element& element) { return element.number == number; });
}

TEST(PointerTable, IsAMapWhateverTheHashes) {
  for (const uint64_t mask : {~uint64_t{0}, uint64_t{7}, uint64_t{0}, uint64_t{0xffff} << 48}) {
    Reclaimer reclaimer;
    PointerTable<Element> table(&reclaimer);
    std::map<int, std::unique_ptr<Element>> truth;
    std::mt19937_64 random(mask);
    for (int step = 0; step < 5000; ++step) {
      const int number = static_cast<int>(random() % 150);
      auto& place = truth[number];
      if (place == nullptr) {
        place.reset(new Element{(static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15u) & mask, number});
        if (random() % 2 == 0) table.ReserveOne();
        table.Insert(place.get());
      } else {
        table.Remove(place.get());
        truth.erase(number);
      }
      const int asked = static_cast<int>(random() % 150);
      const auto known = truth.find(asked);
      const uint64_t hash = (static_cast<uint64_t>(asked) * 0x9e3779b97f4a7c15u) & mask;
      ASSERT_EQ(Find(table, hash, asked), known == truth.end() ? nullptr : known->second.get());
      ASSERT_EQ(table.size(), truth.size());
      ASSERT_LE(table.size() * sizeof(void*) * 4, table.bytes()) << "at least three quarters are empty";
      if (step % 16 == 0) reclaimer.Collect();
    }
  }
}

// Readers always find what is there for good, while others come and go beside it.
TEST(PointerTable, ShowsReadersWhatStaysWhileOthersComeAndGo) {
  Reclaimer reclaimer;
  PointerTable<Element> table(&reclaimer);
  std::vector<std::unique_ptr<Element>> stay, change;
  for (int i = 0; i < 50; ++i) stay.emplace_back(new Element{static_cast<uint64_t>(i % 8), i});
  for (int i = 50; i < 100; ++i) change.emplace_back(new Element{static_cast<uint64_t>(i % 8), i});
  for (const auto& element : stay) table.Insert(element.get());
  std::atomic<bool> is_over{false};
  std::atomic<uint64_t> missed{0}, looked{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      while (!is_over) {
        for (const auto& element : stay) {
          const EpochRegion region;
          missed += Find(table, element->hash, element->number) != element.get();
          ++looked;
        }
      }
    });
  }
  std::mt19937 random(1);
  std::vector<bool> is_in(change.size(), false);
  for (int step = 0; step < 3000 || looked < 1000; ++step) {
    const size_t i = random() % change.size();
    is_in[i] ? table.Remove(change[i].get()) : table.Insert(change[i].get());
    is_in[i] = !is_in[i];
    reclaimer.Collect();
  }
  is_over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(missed, 0u);
}

}  // namespace
}  // namespace seriesguard
