// SPDX-License-Identifier: Apache-2.0
//
// busiest_values_race_test.cc: eight threads at once. What is read is whole, and no value stands twice.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/busiest_values.h"
#include "tests/lib/guard/busiest_values_recorder.h"

namespace seriesguard {
namespace {

// The places of one set are written all the time, because ageing keeps the counts so low that every other value gets in. A
// value is one byte, 256 times, and its hash tells which.
TEST(BusiestValues, ReadersNeverSeeTwoValuesInOne) {
  BusiestValues values(64);
  std::vector<std::string> names;
  for (int byte = 0; byte < 20; ++byte) names.emplace_back(256, static_cast<char>(byte));
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (uint64_t t = 0; t < 7; ++t) {
    writers.emplace_back([&values, &names, &stop, t] {
      uint64_t state = t;
      while (!stop) {
        state = state * 6364136223846793005 + 1442695040888963407;
        const uint64_t byte = (state >> 33) % 20;
        values.Record(InFirstSet(byte + 1), names[byte]);
        if ((state >> 60) == 0) values.Decay(0.6, 1);
      }
    });
  }
  size_t read = 0, torn = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (read < 2'000'000 && std::chrono::steady_clock::now() < end) {
    for (const BusiestValue& value : values.Top(8)) {
      ++read;
      if (value.value != names[(value.hash >> 32) - 1]) ++torn;
    }
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(read, 0u);
  EXPECT_EQ(torn, 0u);
  for (uint64_t byte = 1; byte <= 20; ++byte) {  // invariant 2: at most once
    values.Forget(InFirstSet(byte));
    EXPECT_FALSE(values.Forget(InFirstSet(byte))) << byte;
  }
}

// Six threads record known values and junk of many lengths, two age, forget and read: every value that is read is whole,
// no count is above what was recorded, and what was recorded most leads.
TEST(BusiestValues, ThreadsReadWholeValuesOnly) {
  Recorder recorder(64);
  constexpr int kRecords = 40'000;
  std::atomic<int> recording{6};
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 6; ++t) {
    threads.emplace_back([&recorder, &recording, t] {
      std::mt19937 random(t);
      for (int i = 0; i < kRecords; ++i) {
        if (random() % 4 == 0) {
          recorder.Record("hot");
        } else {
          recorder.Record(std::to_string(random()) + std::string(random() % 280, static_cast<char>('a' + t)));
        }
      }
      --recording;
    });
  }
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&recorder, &recording, t] {
      do {
        const std::vector<BusiestValue> top = recorder->Top(SIZE_MAX);
        ExpectWhole(recorder, top);
        for (const BusiestValue& value : top) EXPECT_LE(value.count, 6u * kRecords);
        if (t == 0) recorder->Decay(0.99, 1);
        if (t == 1 && !top.empty()) recorder->Forget(top.back().hash);
      } while (recording > 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 1000; ++i) recorder.Record("hot");
  EXPECT_EQ(recorder->Top(1).at(0).value, "hot");
  ExpectWhole(recorder, recorder->Top(SIZE_MAX));
}

}  // namespace
}  // namespace seriesguard
