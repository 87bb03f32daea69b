// SPDX-License-Identifier: Apache-2.0
//
// policy_load_bench.cc: what a service pays at start-up and at a reload: a policy read and checked, by number of rules.
#include <cstddef>
#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"

namespace seriesguard {
namespace {

// A policy of `rules` metrics; every fourth has routes, every fourth a regular expression in `match`.
std::string PolicyText(size_t rules) {
  std::string text =
      "version: 1\nbudget: {series_limit: 10000000}\nlabels:\n  code: {normalize: status_class}\nmetrics:\n";
  for (size_t i = 0; i < rules; ++i) {
    const std::string number = std::to_string(i);
    text += i % 4 == 1 ? "- match: \"team" + number + "_.*_total\"\n" : "- name: team" + number + "_requests_total\n";
    text += "  series_limit: 4000\n  owner: team-" + number + "\n  labels:\n    method: {allow: [GET, POST, PUT]}\n";
    text += i % 4 == 0 ? "    path: {route: [\"/api/orders/{id}\", \"/api/users/{id}/cart\", \"/static/**\"]}\n"
                       : "    tenant: {value_limit: 20, pin: [internal]}\n";
  }
  return text;
}

void BM_ReadPolicy(benchmark::State& state) {
  const size_t rules = static_cast<size_t>(state.range(0));
  const std::string text = PolicyText(rules);
  const PolicyReadResult check = ReadPolicy("bench.yaml", text);
  if (!check.policy || check.policy->metrics.size() != rules) {
    return state.SkipWithError(FormatDiagnostics(check, "bench.yaml", 100).substr(0, 300).c_str());
  }
  for (auto _ : state) {
    const PolicyReadResult result = ReadPolicy("bench.yaml", text);
    benchmark::DoNotOptimize(result.policy->metrics.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * rules));
}
BENCHMARK(BM_ReadPolicy)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace seriesguard
