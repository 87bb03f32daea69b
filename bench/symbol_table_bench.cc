// SPDX-License-Identifier: Apache-2.0
//
// symbol_table_bench.cc: what it costs to look up a label value that is known, to add one that is not, and to hash one.
//
// The argument is the number of distinct values of 36 bytes (a UUID); known ones are asked for in random order.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "analyzer/census/symbol_table.h"
#include "benchmark/benchmark.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

std::vector<std::string> Values(size_t count) {
  std::mt19937_64 random(1);
  std::vector<std::string> values;
  values.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    char text[40];
    const unsigned long long word = random();
    std::snprintf(text, sizeof text, "%08llx-%04llx-4%03llx-a%03llx-%012zx", word >> 32, word >> 16 & 0xffff,
                  word >> 4 & 0xfff, word & 0xfff, i);
    values.emplace_back(text);
  }
  return values;
}

// Whether the table has each of the values once, by number and by bytes.
bool IsRight(const SymbolTable& table, const std::vector<std::string>& values) {
  if (table.size() != values.size() + 1) return false;
  for (const std::string& value : values) {
    const Symbol symbol = table.Find(value);
    if (symbol == kNoSymbol || table.Text(symbol) != value) return false;
  }
  return true;
}

void BM_InternKnown(benchmark::State& state) {
  std::vector<std::string> values = Values(static_cast<size_t>(state.range(0)));
  SymbolTable table(HashKey::Random());
  for (const std::string& value : values) table.Intern(value);
  if (!IsRight(table, values)) return state.SkipWithError("wrong answer");
  std::mt19937_64 random(2);
  for (size_t i = values.size(); i > 1; --i) values[i - 1].swap(values[random() % i]);
  size_t i = 0;
  for (auto _ : state) {
    if (++i >= values.size()) i = 0;
    benchmark::DoNotOptimize(table.Intern(values[i]));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(BM_InternKnown)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void BM_InternNew(benchmark::State& state) {
  const std::vector<std::string> values = Values(static_cast<size_t>(state.range(0)));
  size_t bytes = 0;
  {
    SymbolTable table(HashKey::Random());
    for (const std::string& value : values) table.Intern(value);
    if (!IsRight(table, values)) return state.SkipWithError("wrong answer");
    bytes = table.bytes();
  }
  for (auto _ : state) {
    SymbolTable table(HashKey::Random());
    for (const std::string& value : values) benchmark::DoNotOptimize(table.Intern(value));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * values.size()));
  state.counters["bytes_per_value"] = static_cast<double>(bytes) / static_cast<double>(values.size());
}
BENCHMARK(BM_InternNew)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_KeyedHash(benchmark::State& state) {
  const HashKey key = HashKey::Random();
  std::string text(static_cast<size_t>(state.range(0)), 'x');
  const uint64_t before = key(text);
  text[0] = 'y';
  if (key(text) == before || HashKey::Random()(text) == key(text)) return state.SkipWithError("the hash has no key");
  for (auto _ : state) {
    benchmark::DoNotOptimize(text.data());
    benchmark::DoNotOptimize(key(text));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_KeyedHash)->Arg(4)->Arg(16)->Arg(64);

}  // namespace
}  // namespace seriesguard
