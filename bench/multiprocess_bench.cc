// SPDX-License-Identifier: Apache-2.0
//
// multiprocess_bench.cc: what counting in many processes costs beside counting in one, and what a scrape of 64 workers does.
//
// Run:  bazel run --config=bench //bench:multiprocess_bench -- --benchmark_repetitions=9
//         --benchmark_report_aggregates_only=true
// Read: the median of the CPU column; ratios within one run. The folder is made below /dev/shm and removed at the end.
//   with           With({method, path, code}) on known values: one process, then a worker of a service
//   handle         a kept handle
//   scraped        with, for five seconds, while another thread of the process scrapes once a second; and without it. The
//                  ratio of their CPU columns is what writers are slowed by
//   first          the first increment of a forked process: its file is made, and it becomes a worker
//   scrape         64 living workers x 10,000 counters, joined and written as text 0.0.4; the answer is checked before
//   scrape_join    the same without the writing
#include <benchmark/benchmark.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/counter.h"
#include "lib/metrics/registry.h"
#include "lib/multiprocess/service_registry.h"

namespace seriesguard {
namespace {

constexpr int kWorkers = 64;
constexpr int kPaths = 10'000;
constexpr char kPolicy[] = R"(version: 1
metrics:
- {name: requests_total, series_limit: 40000, capacity: 40000}
- {name: wide_total, series_limit: 22000, capacity: 22000}
)";

template <typename T>
T Checked(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", std::string(value.status().message()).c_str());
    std::abort();
  }
  return *std::move(value);
}

std::string Path(int i) { return "/api/v1/things/" + std::to_string(i); }

// A service of 64 workers that have counted and now sleep; ended, and its folder removed, with the object.
class Service {
 public:
  Service() : folder_("/dev/shm/seriesguard-bench-XXXXXX") {
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
    ServiceOptions options;
    options.max_workers = kWorkers + 4;  // this process counts too, and one that is forked for a moment
    registry_.emplace(Checked(ServiceRegistry::OpenWithText(folder_, kPolicy, std::move(options))));
    requests_.emplace(Checked(registry_->AddCounter({"requests_total", "Requests."}, {"method", "path", "code"})));
    auto wide = Checked(registry_->AddCounter({"wide_total", "Many."}, {"path"}));
    // The first increment makes a process a worker: children inherit none of it.
    int ready[2];
    if (pipe(ready) != 0) std::abort();
    for (int worker = 0; worker < kWorkers; ++worker) {
      const pid_t pid = fork();
      if (pid == 0) {
        for (int i = 0; i < kPaths; ++i) wide.With({Path(i)}).Increment();
        if (write(ready[1], "x", 1) != 1) _exit(1);
        while (true) pause();
      }
      workers_.push_back(pid);
      char byte;  // one after the other, so that the first names all series and nobody meets a busy lead
      if (read(ready[0], &byte, 1) != 1) std::abort();
    }
    double sum = 0;
    for (const CollectedFamily& family : registry_->Collect()) {
      if (family.name != "wide_total") continue;
      if (family.series.size() < kPaths) std::abort();
      for (const CollectedSeries& series : family.series) sum += static_cast<double>(series.integer);
    }
    if (sum != double{kWorkers} * kPaths) std::abort();
  }
  ~Service() {
    for (const pid_t pid : workers_) kill(pid, SIGKILL);
    for (const pid_t pid : workers_) waitpid(pid, nullptr, 0);
    registry_->Collect();
    if (system(("rm -r " + folder_).c_str()) != 0) std::perror("rm");
  }

  ServiceRegistry& registry() { return *registry_; }
  GuardedFamily<Counter, 3>& requests() { return *requests_; }

 private:
  std::string folder_;
  std::optional<ServiceRegistry> registry_;
  std::optional<GuardedFamily<Counter, 3>> requests_;
  std::vector<pid_t> workers_;
};

Service* service = nullptr;

GuardedFamily<Counter, 3>& InOneProcess() {
  static auto* const registry = new Registry(Checked(Registry::FromText(kPolicy, [] {
    RegistryOptions options;
    options.stripes = 1;
    return options;
  }())));
  static auto* const family = new GuardedFamily<Counter, 3>(
      Checked(registry->AddCounter({"requests_total", "Requests."}, {"method", "path", "code"})));
  return *family;
}

void With(benchmark::State& state, GuardedFamily<Counter, 3>& requests) {
  std::vector<std::string> paths;
  for (int i = 0; i < state.range(0); ++i) paths.push_back(Path(i));
  for (const std::string& path : paths) requests.With({"GET", path, "200"}).Increment();
  for (const std::string& path : paths) requests.With({"GET", path, "200"}).Increment();
  size_t next = 0;
  for (auto _ : state) {
    requests.With({"GET", paths[next], "200"}).Increment();
    next = next + 1 == paths.size() ? 0 : next + 1;
  }
}
void BM_WithOneProcess(benchmark::State& state) { With(state, InOneProcess()); }
void BM_WithManyProcesses(benchmark::State& state) { With(state, service->requests()); }
BENCHMARK(BM_WithOneProcess)->Arg(50)->Arg(5000);
BENCHMARK(BM_WithManyProcesses)->Arg(50)->Arg(5000);

void Handle(benchmark::State& state, GuardedFamily<Counter, 3>& requests) {
  auto handle = requests.Bind({"GET", "/", "200"});
  for (auto _ : state) handle.Increment();
}
void BM_HandleOneProcess(benchmark::State& state) { Handle(state, InOneProcess()); }
void BM_HandleManyProcesses(benchmark::State& state) { Handle(state, service->requests()); }
BENCHMARK(BM_HandleOneProcess);
BENCHMARK(BM_HandleManyProcesses);

void BM_WithScraped(benchmark::State& state) {
  std::atomic<bool> stop{false};
  std::thread scraper([&stop, scrapes = state.range(0) != 0] {
    for (int tick = 1; !stop; ++tick) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (scrapes && tick % 20 == 0) benchmark::DoNotOptimize(service->registry().Expose(""));
    }
  });
  std::vector<std::string> paths;
  for (int i = 0; i < 50; ++i) paths.push_back(Path(i));
  size_t next = 0;
  for (auto _ : state) {
    service->requests().With({"GET", paths[next], "200"}).Increment();
    next = next + 1 == paths.size() ? 0 : next + 1;
  }
  stop = true;
  scraper.join();
}
BENCHMARK(BM_WithScraped)->ArgName("scrapes")->Arg(0)->Arg(1)->MinTime(5)->UseRealTime();

void BM_First(benchmark::State& state) {
  int told[2];
  if (pipe(told) != 0) std::abort();
  for (auto _ : state) {
    const pid_t pid = fork();
    if (pid == 0) {
      const auto begin = std::chrono::steady_clock::now();
      service->requests().With({"GET", "/", "200"}).Increment();
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      _exit(write(told[1], &seconds, sizeof seconds) == sizeof seconds ? 0 : 1);
    }
    double seconds = 0;
    if (read(told[0], &seconds, sizeof seconds) != sizeof seconds) std::abort();
    state.SetIterationTime(seconds);
    waitpid(pid, nullptr, 0);
    (void)service->registry().MarkProcessDead(pid);  // its place is the next one's
  }
  close(told[0]);
  close(told[1]);
}
BENCHMARK(BM_First)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(50);

void BM_Scrape(benchmark::State& state) {
  size_t bytes = 0;
  for (auto _ : state) bytes = service->registry().Expose("").body.size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
void BM_ScrapeJoin(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(service->registry().Collect());
}
BENCHMARK(BM_Scrape)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ScrapeJoin)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace seriesguard

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  seriesguard::Service made;
  seriesguard::service = &made;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
