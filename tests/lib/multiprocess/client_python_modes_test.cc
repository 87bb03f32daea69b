// SPDX-License-Identifier: Apache-2.0
//
// client_python_modes_test.cc: the modes of a gauge mean what they mean in Prometheus' Python client: the same small programs
// of processes that set a gauge, end and live on, run by both.
//
// Needs Debian's python3-prometheus-client; without it the test says so and is skipped. The most recent modes are younger than
// Debian's version, and a process that only touches other metrics counts there as 0 and here not at all: neither is compared.
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/guarded_family.h"
#include "lib/metrics/gauge.h"
#include "lib/multiprocess/gauge_mode.h"
#include "lib/multiprocess/service_registry.h"
#include "tests/lib/multiprocess/exposed.h"
#include "tests/lib/multiprocess/scratch_folder.h"
#include "tests/lib/multiprocess/worker_process.h"

namespace seriesguard {
namespace {

constexpr char kPython[] = "/usr/bin/python3";

// argv: folder, then a process an argument: "e" or "l" (ends, or lives on) and the values it sets, with commas.
constexpr char kScript[] = R"(import os, sys
os.environ['PROMETHEUS_MULTIPROC_DIR'] = sys.argv[1]
from prometheus_client import CollectorRegistry, Gauge, multiprocess
modes = ['all', 'liveall', 'sum', 'livesum', 'min', 'livemin', 'max', 'livemax']
ended, living = [], []
for process in sys.argv[2:]:
    told, asked = os.pipe()
    pid = os.fork()
    if pid == 0:
        gauges = [Gauge('g_' + mode, 'A gauge.', multiprocess_mode=mode) for mode in modes]
        for value in process[1:].split(','):
            for gauge in gauges:
                gauge.set(float(value))
        os.write(asked, b'd')
        import signal
        signal.pause()
    os.read(told, 1)
    (ended if process[0] == 'e' else living).append(pid)
for pid in ended:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    multiprocess.mark_process_dead(pid)
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
for family in registry.collect():
    for sample in family.samples:
        print(sample.name[2:], sample.value)
for pid in living:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
)";

using ByMode = std::map<std::string, std::vector<double>>;  // the values of a mode's series, sorted

struct OneProcess {
  bool ends = false;
  std::vector<int> values;
};

bool HasClientPython() {
  const std::string command = std::string(kPython) + " -c 'import prometheus_client.multiprocess' 2>/dev/null";
  return ::system(command.c_str()) == 0;
}

ByMode RunClientPython(const ScratchFolder& folder, const std::vector<OneProcess>& program) {
  std::filesystem::create_directory(folder / "python");
  folder.Write("modes.py", kScript);
  std::string command = std::string(kPython) + " '" + folder / "modes.py" + "' '" + folder / "python" + "'";
  for (const OneProcess& process : program) {
    command += process.ends ? " e" : " l";
    for (size_t i = 0; i < process.values.size(); ++i)
      command += (i > 0 ? "," : "") + std::to_string(process.values[i]);
  }
  ByMode shown;
  FILE* const pipe = ::popen(command.c_str(), "r");
  char mode[32];
  for (double value; std::fscanf(pipe, "%31s %lf", mode, &value) == 2;) shown[mode].push_back(value);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  for (auto& [name, values] : shown) std::sort(values.begin(), values.end());
  return shown;
}

ByMode RunOurs(const ScratchFolder& folder, const std::vector<OneProcess>& program) {
  ServiceOptions options;
  options.service = "modes";
  options.max_workers = 64;
  ServiceRegistry registry =
      ServiceRegistry::OpenWithText(folder / "ours", "version: 1\ndefaults: {series_limit: 100}\n", options).value();
  std::vector<GuardedFamily<Gauge, 0>> gauges;
  for (uint32_t i = 0; i < 8; ++i) {
    const GaugeMode mode = static_cast<GaugeMode>(i);
    gauges.push_back(registry.AddGauge({"g_" + std::string(GaugeModeName(mode)), "A gauge."}, mode).value());
  }
  std::vector<std::unique_ptr<WorkerProcess>> living, ending;
  for (const OneProcess& process : program) {
    auto& list = process.ends ? ending : living;
    list.push_back(std::make_unique<WorkerProcess>([&] {
      for (const int value : process.values) {
        for (const auto& gauge : gauges) gauge.With().Set(value);
      }
    }));
  }
  for (const auto& process : ending) {
    process->Kill();
    EXPECT_TRUE(registry.MarkProcessDead(process->pid()).ok());
  }
  ByMode shown;
  for (const auto& [series, value] : Exposed(registry)) {
    shown[series.substr(2, series.find('{') - 2)].push_back(value);
  }
  for (auto& [name, values] : shown) std::sort(values.begin(), values.end());
  return shown;
}

TEST(ClientPythonModes, MeanTheSame) {
  if (!HasClientPython()) GTEST_SKIP() << "python3-prometheus-client is not installed: nothing to compare with";
  std::mt19937 random(20260804);
  for (int round = 0; round < 8; ++round) {
    std::vector<OneProcess> program(1 + random() % 5);
    std::ostringstream told;
    for (OneProcess& process : program) {
      process.ends = random() % 2 == 0;
      process.values.resize(1 + random() % 3);
      for (int& value : process.values) value = static_cast<int>(random() % 41) - 20;
      told << (process.ends ? " ends:" : " lives:");
      for (const int value : process.values) told << ' ' << value;
    }
    SCOPED_TRACE(told.str());
    const ScratchFolder folder;
    const ByMode theirs = RunClientPython(folder, program);
    EXPECT_GE(theirs.size(), 4u);
    EXPECT_EQ(RunOurs(folder, program), theirs);
  }
}

}  // namespace
}  // namespace seriesguard
