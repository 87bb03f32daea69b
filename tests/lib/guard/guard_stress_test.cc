// SPDX-License-Identifier: Apache-2.0
//
// guard_stress_test.cc: eight threads of calls and handles on shared families, one that scrapes, one that reloads: no
// increment is lost, and no scrape sees more series than there may be.
//
// SERIESGUARD_STRESS_CALLS: calls a thread (the long run: 12500000). Under ThreadSanitizer fewer.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "tests/lib/guard/guard_model_service.h"

namespace seriesguard {
namespace {

constexpr size_t kThreads = 8;
constexpr uint64_t kHighLimit = 60, kLowLimit = 30;

uint64_t CallsAThread() {
  const char* const text = std::getenv("SERIESGUARD_STRESS_CALLS");
  if (text != nullptr) return std::strtoull(text, nullptr, 10);
#if defined(SERIESGUARD_EPOCH_TSAN)
  return 20'000;
#else
  return 150'000;
#endif
}

std::string PolicyText(uint64_t limit, bool zero_first, const char* allowed, const char* otherwise) {
  const std::string end = "    method: {allow: [" + std::string(allowed) + "], otherwise: " + otherwise + "}\n";
  const std::string head = "  series_limit: " + std::to_string(limit) + "\n  capacity: 1000\n  freeze: 10s\n";
  return "version: 1\nscrape_interval: 1s\nmetrics:\n- name: first_total\n" + head +
         "  zero_first: " + (zero_first ? "true" : "false") +
         "\n  labels:\n    path: {value_limit: 12, pin: [/pinned]}\n" + end + "- name: busiest_total\n" + head +
         "  busiest: {half_life: 30s, new_series_per_hour: 100%}\n" +
         "  labels:\n    path: {value_limit: 10, admit: busiest}\n" + end;
}

// Skewed, so that there are hits, folds, newcomers and values that overtake others as `shift` grows.
std::string PathOf(std::mt19937* random, uint32_t shift) {
  const uint32_t draw = (*random)();
  if (draw % 8 == 0) return "/junk/" + std::to_string((*random)() % 100'000);
  const uint32_t rank = static_cast<uint32_t>(__builtin_ctz((draw >> 3) | 1u << 20));
  return "/path/" + std::to_string((rank * 3 + (draw >> 28) % 3 + shift) % 64);
}

struct Fixture {
  Fixture() : service(PolicyText(kHighLimit, false, "GET, POST", "other")) {
    for (const char* name : {"first_total", "busiest_total"}) families.push_back(service.Add(name, {"path", "method"}));
  }
  TestService service;
  std::vector<TestFamily> families;
  std::atomic<uint32_t> shift{0};
  std::atomic<bool> is_over{false};
  std::array<std::atomic<int64_t>, 2> increments{};
};

void Call(Fixture* fixture, uint32_t seed) {
  static constexpr std::string_view kMethods[] = {"GET", "POST", "BREW", ""};
  std::mt19937 random(seed);
  std::array<int64_t, 2> counted{};
  std::array<Cell*, 4> handles{};
  std::array<size_t, 4> handle_family{};
  const uint64_t calls = CallsAThread();
  for (uint64_t i = 0; i < calls; ++i) {
    const size_t which = random() % 2;
    FamilyGuard& family = fixture->families[which].guard();
    const std::string path = PathOf(&random, fixture->shift.load(std::memory_order_relaxed));
    const std::array<std::string_view, 2> values = {path, kMethods[random() % 4]};
    const uint32_t kind = random() % 1024;
    if (kind == 0) {
      const size_t place = random() % handles.size();
      if (handles[place] != nullptr) FamilyGuard::Unbind(handles[place]);
      handles[place] = family.Bind(values.data());
      handle_family[place] = which;
    } else if (kind < 32) {
      const size_t place = random() % handles.size();
      if (handles[place] == nullptr) continue;
      const EpochRegion region;
      SeriesOf(handles[place])->total.fetch_add(1, std::memory_order_relaxed);
      ++counted[handle_family[place]];
    } else {
      const EpochRegion region;
      static_cast<FakeSeries*>(family.Find(values).metric)->total.fetch_add(1, std::memory_order_relaxed);
      ++counted[which];
    }
  }
  for (Cell* cell : handles) {
    if (cell != nullptr) FamilyGuard::Unbind(cell);
  }
  for (size_t i = 0; i < counted.size(); ++i) fixture->increments[i] += counted[i];
}

// Lets a second of the guard's clock pass at each scrape, and looks at what is exported.
void Scrape(Fixture* fixture, std::atomic<uint64_t>* scrapes, std::atomic<uint64_t>* most) {
  while (!fixture->is_over) {
    fixture->service.Pass(1);
    fixture->service.guard.Maintain();
    for (TestFamily& family : fixture->families) *most = std::max<uint64_t>(*most, family.world().size());
    if (++*scrapes % 64 == 0) fixture->shift += 5;
    std::this_thread::yield();
  }
}

// Ends with the policy of the start in force.
void Reload(Fixture* fixture, std::atomic<uint64_t>* reloads) {
  const std::string policies[] = {
      PolicyText(kLowLimit, true, "GET, POST", "other"), PolicyText(kHighLimit, false, "GET", "other"),
      PolicyText(kHighLimit, true, "GET, POST", "rest"), PolicyText(kHighLimit, false, "GET, POST", "other")};
  for (size_t i = 0; !fixture->is_over || i % 4 != 0; ++i) {
    const absl::Status status = fixture->service.guard.ReloadFromText(policies[i % 4]);
    EXPECT_TRUE(status.ok()) << status.ToString();
    ++*reloads;
    const int64_t resume_ns = *fixture->service.now_ns + 7 * kSecondNs;
    while (!fixture->is_over && *fixture->service.now_ns < resume_ns) std::this_thread::yield();
  }
}

TEST(GuardStress, LosesNothingAndStaysBelowItsLimits) {
  Fixture fixture;
  std::atomic<uint64_t> scrapes{0}, reloads{0}, most{0};
  std::thread scraper(Scrape, &fixture, &scrapes, &most);
  std::thread reloader(Reload, &fixture, &reloads);
  std::vector<std::thread> callers;
  for (uint32_t seed = 0; seed < kThreads; ++seed) callers.emplace_back(Call, &fixture, seed);
  for (std::thread& caller : callers) caller.join();
  // On a busy machine the callers may be through before the first series is: time passes by scrapes.
  const auto has_retired = [&fixture] {
    const auto report = fixture.service.guard.Report();
    return std::all_of(report.families.begin(), report.families.end(),
                       [](const auto& family) { return family.retired.value > 0; });
  };
  const auto has_seen_enough = [&] { return scrapes > 10 && reloads > 3 && has_retired(); };
  for (int i = 0; i < 10'000 && !has_seen_enough(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  fixture.is_over = true;
  scraper.join();
  reloader.join();

  EXPECT_GT(reloads, 3u);
  EXPECT_GT(scrapes, 10u);
  // A reload that changes the overflow word while every place is taken: one label set of the new word must be made.
  EXPECT_LE(most, kHighLimit + 1);
  EXPECT_GT(most, kLowLimit / 2) << "or nothing was tried";
  for (size_t i = 0; i < fixture.families.size(); ++i) {
    TestFamily& family = fixture.families[i];
    const auto retired = static_cast<int64_t>(family.guard().RetiredTotal().value);
    EXPECT_EQ(family.world().Sum() + retired, fixture.increments[i]) << family.guard().name();
    EXPECT_EQ(family.world().size(), family.guard().exported_series());
    EXPECT_GT(retired, 0) << "nothing was ever retired";
  }
  // All handles are gone: what no policy names ends, and the guard is back below its limit.
  fixture.service.Scrape(60, 1);
  for (TestFamily& family : fixture.families) EXPECT_LE(family.world().size(), kHighLimit);
}

}  // namespace
}  // namespace seriesguard
