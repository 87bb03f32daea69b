// SPDX-License-Identifier: Apache-2.0
//
// normalize_bench.cc: what one value costs on its way through a label rule.
//
// Each case takes 1,024 values in turn that it has not compiled for, and checks all answers before the clock starts.
// Figures are for one value; BM_Replace shows why the hand-written forms exist beside RE2.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmark/benchmark.h"
#include "rules/label_rule.h"
#include "rules/normalizer.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kValues = 1024;

// A value and what the rule must make of it.
using Case = std::pair<std::string, std::string>;

void RunRule(benchmark::State& state, const LabelRule& rule, const std::vector<Case>& cases) {
  absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(rule);
  if (!compiled.ok()) return state.SkipWithError(compiled.status().ToString().c_str());
  std::string scratch;
  for (const auto& [raw, want] : cases) {
    const std::string_view got = compiled->Apply(raw, &scratch).value;
    if (got != want) return state.SkipWithError(("wrong answer for " + raw + ": " + std::string(got)).c_str());
  }
  size_t bytes = 0;
  size_t i = 0;
  for (auto _ : state) {
    if (++i >= cases.size()) i = 0;
    const Normalized normalized = compiled->Apply(cases[i].first, &scratch);
    benchmark::DoNotOptimize(normalized.value.data());
    bytes += cases[i].first.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

void BM_Path(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kPath;
  std::vector<Case> cases;
  for (size_t i = 0; i < kValues; ++i) {
    const std::string id = std::to_string(1000 + i * 7919);
    if (i % 2 == 0) {
      cases.emplace_back("/api/v1/users/" + id + "/orders", "/api/v1/users/{id}/orders");
    } else {
      cases.emplace_back("/api/v1/health/database", "/api/v1/health/database");
    }
  }
  RunRule(state, rule, cases);
}
BENCHMARK(BM_Path);

void BM_PathUuid(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kPath;
  std::vector<Case> cases;
  for (size_t i = 0; i < kValues; ++i) {
    cases.emplace_back("/carts/550e8400-e29b-41d4-a716-44665544" + std::to_string(1000 + i), "/carts/{id}");
  }
  RunRule(state, rule, cases);
}
BENCHMARK(BM_PathUuid);

// 100 templates: ten services of ten shapes; every path is another one.
LabelRule HundredRoutes() {
  LabelRule rule;
  rule.has_route = true;
  const char* const kShapes[] = {"",           "/{id}",       "/{id}/items", "/{id}/items/{item}", "/search",
                                 "/{id}/edit", "/export/csv", "/{id}/tags",  "/{id}/tags/{tag}",   "/archive/**"};
  for (int service = 0; service < 10; ++service) {
    for (const char* shape : kShapes) rule.routes.push_back("/api/service" + std::to_string(service) + shape);
  }
  return rule;
}

void BM_Route(benchmark::State& state) {
  std::vector<Case> cases;
  for (size_t i = 0; i < kValues; ++i) {
    const std::string service = "/api/service" + std::to_string(i % 10);
    const std::string id = std::to_string(i * 7919);
    switch (i % 4) {
      case 0: cases.emplace_back(service + "/" + id + "/items/" + id, service + "/{id}/items/{item}"); break;
      case 1: cases.emplace_back(service + "/" + id, service + "/{id}"); break;
      case 2: cases.emplace_back(service + "/archive/2024/" + id + "?page=2", service + "/archive/**"); break;
      default: cases.emplace_back(service + "/" + id + "/tags/blue", service + "/{id}/tags/{tag}");
    }
  }
  RunRule(state, HundredRoutes(), cases);
}
BENCHMARK(BM_Route);

void BM_RouteNone(benchmark::State& state) {
  std::vector<Case> cases;
  for (size_t i = 0; i < kValues; ++i) {
    cases.emplace_back("/api/service" + std::to_string(i % 10) + "/" + std::to_string(i) + "/nothing/here", "other");
  }
  RunRule(state, HundredRoutes(), cases);
}
BENCHMARK(BM_RouteNone);

void BM_Replace(benchmark::State& state) {
  LabelRule rule;
  rule.replacements = {{"([a-z]+)-[0-9]+", "$1", {}}};
  std::vector<Case> cases;
  for (size_t i = 0; i < kValues; ++i) {
    if (i % 2 == 0) {
      cases.emplace_back("worker-" + std::to_string(i), "worker");
    } else {
      cases.emplace_back("Worker/" + std::to_string(i), "Worker/" + std::to_string(i));
    }
  }
  RunRule(state, rule, cases);
}
BENCHMARK(BM_Replace);

void BM_Allow(benchmark::State& state) {
  LabelRule rule;
  rule.has_allow = true;
  std::vector<Case> cases;
  for (size_t i = 0; i < 50; ++i) rule.allow.push_back("tenant-" + std::to_string(i));
  for (size_t i = 0; i < kValues; ++i) {
    const std::string tenant = "tenant-" + std::to_string(i % 100);
    cases.emplace_back(tenant, i % 100 < 50 ? tenant : "other");
  }
  RunRule(state, rule, cases);
}
BENCHMARK(BM_Allow);

void BM_HttpMethod(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kHttpMethod;
  RunRule(state, rule, {{"GET", "GET"}, {"post", "POST"}, {"OPTIONS", "OPTIONS"}, {"BREW", "other"}});
}
BENCHMARK(BM_HttpMethod);

void BM_StatusClass(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kStatusClass;
  RunRule(state, rule, {{"200", "2xx"}, {"404", "4xx"}, {"5xx", "5xx"}, {"OK", "other"}});
}
BENCHMARK(BM_StatusClass);

void BM_Ranges(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kRanges;
  rule.ranges = {10, 100, 1000, 10000};
  RunRule(state, rule, {{"7", "<=10"}, {"420.5", "100..1000"}, {"99999", ">10000"}, {"10..100", "10..100"}});
}
BENCHMARK(BM_Ranges);

void BM_Host(benchmark::State& state) {
  LabelRule rule;
  rule.normalizer = Normalizer::kHost;
  RunRule(state, rule, {{"Shop.example.com:8443", "shop.example.com"}, {"10.0.0.17:80", "10.0.0.17"}});
}
BENCHMARK(BM_Host);

// The door to the terminal: printable ASCII, which most values are, and text with escapes.
void BM_SafeText(benchmark::State& state) {
  const std::string value = state.range(0) == 0 ? "/api/v1/users/{id}/orders" : "/api/\x1b[31m\xe6\x9d\xb1\n\xff";
  const std::string want = state.range(0) == 0 ? value : "/api/\\x1B[31m\xe6\x9d\xb1\\n\\xFF";
  if (SafeText(value) != want) return state.SkipWithError("wrong answer");
  for (auto _ : state) benchmark::DoNotOptimize(SafeText(value));
}
BENCHMARK(BM_SafeText)->Arg(0)->Arg(1);

}  // namespace
}  // namespace seriesguard
