// SPDX-License-Identifier: Apache-2.0
//
// guard_bench.cc: what a guarded increment costs, beside what it replaces and what it is made of, in one run.
//
// Reading:  compare rows of one run with each other; ns on shared machines mean little.
//   hit             With({method, path, code}) on known values, increment included; /sets label sets in random order
//   prometheus-cpp  the same labels through Family::Add(...).Increment()
//   flat_hash_map   a bare absl::flat_hash_map<array<string, 3>> look-up and the same increment, without any lock
//   mutex_map       std::mutex and std::map, what people write by hand
//   fold            a path that is not admitted, again and again: sketches, counts; busiest: the label keeps the busiest ones
//   fold, fresh     the same with a path that never came before: the rules besides
//   flood           values that came once and are rejected: random ones, and ones prepared so that with a key that is known
//                   all fall into one set of the hit cache, or one bucket of a label's table; the guard has another key
//   look-up         With alone; private counter: what a loop without anything shared gains from a second thread
//   handle          Bind()ed, beside a kept prometheus::Counter&, and a bare atomic add
#include <benchmark/benchmark.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lib/guard/guard.h"
#include "lib/guard/guarded_label.h"
#include "lib/guard/label_gate.h"
#include "lib/guard/raw_key.h"
#include "lib/guard/reclaimer.h"
#include "lib/guard/value_key.h"
#include "lib/prometheus_cpp/wrap.h"
#include "lib/series/keyed_hash.h"
#include "rules/label_rule.h"
#include "rules/normalizer.h"

namespace seriesguard {
namespace {

using Key = std::array<std::string, 3>;
using View = std::array<std::string_view, 3>;

// Allows absl's map to be asked with views.
struct KeyHash {
  using is_transparent = void;
  template <typename K>
  size_t operator()(const K& key) const {
    return absl::Hash<std::tuple<absl::string_view, absl::string_view, absl::string_view>>()(
        {{key[0].data(), key[0].size()}, {key[1].data(), key[1].size()}, {key[2].data(), key[2].size()}});
  }
};
struct KeyEq {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return std::string_view(a[0]) == b[0] && std::string_view(a[1]) == b[1] && std::string_view(a[2]) == b[2];
  }
};

constexpr size_t kOrder = 1 << 14;

// Label sets as a service has them, and a random order in which they come.
struct Traffic {
  explicit Traffic(size_t count) {
    const char* const methods[] = {"GET", "POST", "PUT", "DELETE"};
    const char* const codes[] = {"200", "404", "500"};
    for (size_t i = 0; sets.size() < count; ++i) {
      sets.push_back({methods[i % 4], "/api/v1/resource/" + std::to_string(i / 12), codes[i / 4 % 3]});
    }
    std::mt19937 random(1);
    for (size_t i = 0; i < kOrder; ++i) order.push_back(static_cast<uint32_t>(random() % count));
  }
  const Key& at(size_t i) const { return sets[order[i % kOrder]]; }
  std::vector<Key> sets;
  std::vector<uint32_t> order;
};

const Traffic& TrafficOf(int64_t sets) {
  static auto* const all = new std::map<int64_t, Traffic>();
  return all->try_emplace(sets, static_cast<size_t>(sets)).first->second;
}

struct Service {
  explicit Service(const std::string& policy)
      : registry(std::make_shared<prometheus::Registry>()),
        family(&prometheus::BuildCounter().Name("http_requests_total").Register(*registry)),
        guard(Check(Guard::FromText(policy))),
        requests(Check(guard.Wrap(*family, {"method", "path", "code"}))) {}
  template <typename T>
  static T Check(absl::StatusOr<T> value) {
    if (!value.ok()) std::abort();
    return std::move(*value);
  }
  std::shared_ptr<prometheus::Registry> registry;
  prometheus::Family<prometheus::Counter>* family;
  Guard guard;
  GuardedFamily<prometheus::Counter, 3> requests;
};

const char kWide[] =
    "version: 1\nmetrics:\n- name: http_requests_total\n  series_limit: 20000\n"
    "  labels: {method: {allow: [GET, POST, PUT, DELETE]}, path: {value_limit: 10000}, code: {value_limit: 10}}\n";
const char kNarrow[] =
    "version: 1\nmetrics:\n- name: http_requests_total\n  series_limit: 1000\n"
    "  labels: {method: {allow: [GET, POST, PUT, DELETE]}, path: {value_limit: 5}, code: {value_limit: 10}}\n";
const char kBusiest[] =
    "version: 1\nmetrics:\n- name: http_requests_total\n  series_limit: 1000\n"
    "  labels: {method: {allow: [GET, POST, PUT, DELETE]}, path: {value_limit: 5, admit: busiest}, code: {value_limit: "
    "10}}\n";

void BM_Hit(benchmark::State& state) {
  static Service* service = nullptr;
  const Traffic& traffic = TrafficOf(state.range(0));
  if (state.thread_index() == 0) {
    service = new Service(kWide);
    for (int round = 0; round < 3; ++round) {
      for (const Key& key : traffic.sets) service->requests.With({key[0], key[1], key[2]}).Increment();
    }
  }
  size_t i = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    service->requests.With({key[0], key[1], key[2]}).Increment();
  }
  if (state.thread_index() == 0) {
    double sum = 0;
    for (const auto& family : service->registry->Collect()) {
      for (const auto& metric : family.metric) sum += metric.counter.value;
    }
    if (sum < static_cast<double>(state.iterations())) state.SkipWithError("increments were lost");
    delete service;
  }
}
BENCHMARK(BM_Hit)->Arg(50)->Arg(5000)->UseRealTime();
BENCHMARK(BM_Hit)->Arg(50)->Arg(5000)->Threads(2)->UseRealTime();

void BM_PrometheusCppAdd(benchmark::State& state) {
  const Traffic& traffic = TrafficOf(state.range(0));
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("http_requests_total").Register(registry);
  size_t i = 0;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    family.Add({{"method", key[0]}, {"path", key[1]}, {"code", key[2]}}).Increment();
  }
}
BENCHMARK(BM_PrometheusCppAdd)->Arg(50)->Arg(5000)->UseRealTime();

void BM_FlatHashMap(benchmark::State& state) {
  const Traffic& traffic = TrafficOf(state.range(0));
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("http_requests_total").Register(registry);
  absl::flat_hash_map<Key, prometheus::Counter*, KeyHash, KeyEq> map;
  for (const Key& key : traffic.sets) {
    map[key] = &family.Add({{"method", key[0]}, {"path", key[1]}, {"code", key[2]}});
  }
  size_t i = 0;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    map.find(View{key[0], key[1], key[2]})->second->Increment();
  }
}
BENCHMARK(BM_FlatHashMap)->Arg(50)->Arg(5000)->UseRealTime();

void BM_MutexMap(benchmark::State& state) {
  const Traffic& traffic = TrafficOf(state.range(0));
  std::mutex mutex;
  std::map<Key, double> map;
  for (const Key& key : traffic.sets) map[key] = 0;
  size_t i = 0;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    const std::lock_guard<std::mutex> lock(mutex);
    ++map[key];
  }
}
BENCHMARK(BM_MutexMap)->Arg(50)->Arg(5000)->UseRealTime();

// `sets` label sets, each with a path that is not named: as many different ones as there are sets.
void FoldWith(benchmark::State& state, const char* policy) {
  Service service(policy);
  const Traffic& traffic = TrafficOf(state.range(0));
  for (const char* path : {"/1", "/2", "/3", "/4", "/5"}) {
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
      for (const char* code : {"200", "404", "500"}) service.requests.With({method, path, code}).Increment();
    }
  }
  service.guard.Maintain();
  size_t i = 0;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    service.requests.With({key[0], key[1], key[2]}).Increment();
  }
  if (service.guard.Report().families[0].series > 72) state.SkipWithError("a value was named that should fold");
}
void BM_Fold(benchmark::State& state) { FoldWith(state, kNarrow); }
void BM_FoldBusiest(benchmark::State& state) { FoldWith(state, kBusiest); }
BENCHMARK(BM_Fold)->Arg(50)->Arg(5000);
BENCHMARK(BM_FoldBusiest)->Arg(50)->Arg(5000);

// A path that never came before at each call.
void BM_FoldFresh(benchmark::State& state) {
  Service service(kNarrow);
  for (const char* path : {"/1", "/2", "/3", "/4", "/5"}) {
    for (const char* code : {"200", "404", "500"}) service.requests.With({"GET", path, code}).Increment();
  }
  service.requests.With({"GET", "/6", "200"}).Increment();
  std::string path = "/scan/0000000000";
  for (auto _ : state) {
    for (size_t i = path.size(); ++path[--i] > '9';) path[i] = '0';
    service.requests.With({"GET", path, "200"}).Increment();
  }
  if (service.guard.Report().families[0].series > 72) state.SkipWithError("a value was named that should fold");
}
BENCHMARK(BM_FoldFresh);

enum class Flood { kRandom, kOneHitSet, kOneBucket };

// Paths that somebody prepared against our hashes, who knows all of them but the guard's key.
const std::vector<std::string>& FloodOf(Flood flood) {
  static auto* const made = new std::map<Flood, std::vector<std::string>>();
  std::vector<std::string>& values = (*made)[flood];
  const KeySecret known((HashKey(1)));
  std::mt19937_64 random(7);
  while (values.size() < kOrder) {
    std::string value = "/scan/" + std::to_string(random() % 10'000'000'000);
    const std::string_view view = value;
    const bool is_wanted = flood == Flood::kRandom ||
                           (flood == Flood::kOneHitSet && RawKey<1>(known, &view).hash() >> 54 == 77) ||
                           (flood == Flood::kOneBucket && (ValueKey(known, view).hash & 1023) == 77);
    if (is_wanted) values.push_back(std::move(value));
  }
  return values;
}

// One label, so that what was prepared for it is what is hashed; a thousand values have places, all others fold.
void FloodWith(benchmark::State& state, Flood flood) {
  const std::vector<std::string>& values = FloodOf(flood);
  prometheus::Registry registry;
  auto& family = prometheus::BuildCounter().Name("requests_total").Register(registry);
  Guard guard =
      Service::Check(Guard::FromText("version: 1\nmetrics:\n- name: requests_total\n  series_limit: 2000\n"
                                     "  labels: {path: {value_limit: 1000, admit: busiest}}\n"));
  auto requests = Service::Check(guard.Wrap(family, {"path"}));
  for (const std::string& value : values) requests.With({value}).Increment();
  uint64_t sent = values.size();
  for (auto _ : state) requests.With({values[sent++ % kOrder]}).Increment();
  double sum = 0;
  for (const auto& collected : registry.Collect()) {
    for (const auto& metric : collected.metric) sum += metric.counter.value;
  }
  if (sum != static_cast<double>(sent)) state.SkipWithError("increments were lost");
  if (guard.Report().families[0].series != 1001) state.SkipWithError("not a thousand values and the overflow");
}
BENCHMARK_CAPTURE(FloodWith, random, Flood::kRandom)->Name("BM_FloodRandom");
BENCHMARK_CAPTURE(FloodWith, one_hit_set, Flood::kOneHitSet)->Name("BM_FloodForOneHitSet");
BENCHMARK_CAPTURE(FloodWith, one_bucket, Flood::kOneBucket)->Name("BM_FloodForOneBucket");

// The look-up alone, and a loop that shares nothing, for how two threads scale.
void BM_LookUp(benchmark::State& state) {
  static Service* service = nullptr;
  const Traffic& traffic = TrafficOf(state.range(0));
  if (state.thread_index() == 0) {
    service = new Service(kWide);
    for (int round = 0; round < 3; ++round) {
      for (const Key& key : traffic.sets) service->requests.With({key[0], key[1], key[2]}).Increment();
    }
  }
  size_t i = static_cast<size_t>(state.thread_index()) * 7919;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    auto&& metric = service->requests.With({key[0], key[1], key[2]});
    benchmark::DoNotOptimize(&metric);
  }
  if (state.thread_index() == 0) delete service;
}
BENCHMARK(BM_LookUp)->Arg(50)->UseRealTime();
BENCHMARK(BM_LookUp)->Arg(50)->Threads(2)->UseRealTime();

void BM_PrivateCounter(benchmark::State& state) {
  const Traffic& traffic = TrafficOf(50);
  std::vector<uint64_t> counters(50);
  size_t i = 0;
  for (auto _ : state) {
    const Key& key = traffic.at(i++);
    benchmark::DoNotOptimize(++counters[key[1].size()]);
  }
}
BENCHMARK(BM_PrivateCounter)->UseRealTime();
BENCHMARK(BM_PrivateCounter)->Threads(2)->UseRealTime();

// One label with an allow-list, as a call asks for it that the hit cache does not know.
void BM_AllowLabel(benchmark::State& state) {
  const HashKey key = HashKey::Random();
  const KeySecret secret(key);
  Reclaimer reclaimer;
  GuardedLabel label("method", secret, /*value_limit=*/0, /*now_ns=*/0);
  LabelRule rule;
  rule.label = "method";
  rule.has_allow = true;
  rule.allow = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  const LabelGate gate(rule, Service::Check(CompiledLabelRule::Compile(rule)), &label, &reclaimer);
  std::string scratch;
  LabelGate::Answer answer;
  size_t i = 0;
  for (auto _ : state) {
    gate.Ask(rule.allow[i++ * 7919 / 8 % rule.allow.size()], &scratch, &answer);
    if (answer.value == nullptr) state.SkipWithError("an allowed value has no name");
  }
}
BENCHMARK(BM_AllowLabel);

void BM_Handle(benchmark::State& state) {
  Service service(kWide);
  auto handle = service.requests.Bind({"GET", "/", "200"});
  for (auto _ : state) handle.Increment();
}
BENCHMARK(BM_Handle);

void BM_PrometheusCppKept(benchmark::State& state) {
  static prometheus::Registry* const registry = new prometheus::Registry();
  static prometheus::Counter& counter =
      prometheus::BuildCounter().Name("kept_total").Register(*registry).Add({{"method", "GET"}});
  for (auto _ : state) counter.Increment();
}
BENCHMARK(BM_PrometheusCppKept)->UseRealTime();
BENCHMARK(BM_PrometheusCppKept)->Threads(2)->UseRealTime();

void BM_AtomicAdd(benchmark::State& state) {
  std::atomic<uint64_t> counter{0};
  for (auto _ : state) counter.fetch_add(1, std::memory_order_relaxed);
  benchmark::DoNotOptimize(counter.load());
}
BENCHMARK(BM_AtomicAdd);

}  // namespace
}  // namespace seriesguard
