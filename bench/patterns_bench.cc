// SPDX-License-Identifier: Apache-2.0
//
// patterns_bench.cc: what it costs to say what a label value is.
//
// BM_Classify takes distinct values of every pattern, of which it is known what they are (tests/analyzer/patterns);
// fewer than 98 % right is a failed run. BM_ClassifyOne does the same for one pattern; its argument is an index of
// kPatterns. Bytes are those of the values.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/value_pattern.h"
#include "benchmark/benchmark.h"
#include "tests/analyzer/patterns/labelled_values.h"

namespace seriesguard {
namespace {

constexpr uint64_t kSeed = 42;
constexpr size_t kOfEach = 1000;
constexpr double kLeastRight = 0.98;

constexpr const char* kPatterns[] = {"uuid",  "timestamp", "ip",      "email",  "token",      "url",    "sql",
                                     "path",  "host_port", "host",    "hex_id", "pod",        "text",   "word",
                                     "other", "integer",   "version", "number", "replicaset", "base64", "stack_trace"};

std::vector<LabelledValue> Distinct(std::string_view pattern) {
  std::vector<LabelledValue> values;
  std::set<std::string> seen;
  for (LabelledValue& one : MakeLabelledValues(kSeed, kOfEach)) {
    if ((pattern.empty() || one.pattern == pattern) && seen.insert(one.value).second) values.push_back(std::move(one));
  }
  return values;
}

void Run(benchmark::State& state, const std::vector<LabelledValue>& values) {
  size_t right = 0, bytes = 0;
  for (const LabelledValue& one : values) {
    right += ValuePatternName(ClassifyValue(one.value).pattern) == one.pattern ? 1 : 0;
    bytes += one.value.size();
  }
  if (static_cast<double>(right) < kLeastRight * static_cast<double>(values.size())) {
    return state.SkipWithError("too many wrong answers");
  }
  for (auto _ : state) {
    for (const LabelledValue& one : values) {
      ValueClass answer = ClassifyValue(one.value);
      benchmark::DoNotOptimize(answer);
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * values.size()));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}

void BM_Classify(benchmark::State& state) { Run(state, Distinct("")); }
BENCHMARK(BM_Classify);

void BM_ClassifyOne(benchmark::State& state) {
  const char* const pattern = kPatterns[state.range(0)];
  state.SetLabel(pattern);
  Run(state, Distinct(pattern));
}
BENCHMARK(BM_ClassifyOne)->DenseRange(0, static_cast<int>(std::size(kPatterns)) - 1);

}  // namespace
}  // namespace seriesguard
