// SPDX-License-Identifier: Apache-2.0
//
// registry_service.h: a registry with clocks that tests turn, and its samples by name.
//
// Use:      RegistryService service("version: 1 ..."); service.registry().AddCounter(...); service.Value("x_total{a=\"b\"}").
// Threads:  Samples and Advance from any; the rest from one.
#ifndef SERIESGUARD_TESTS_LIB_METRICS_REGISTRY_SERVICE_H_
#define SERIESGUARD_TESTS_LIB_METRICS_REGISTRY_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lib/guard/guard.h"
#include "lib/guard/guard_report.h"
#include "lib/metrics/collected_family.h"
#include "lib/metrics/registry.h"

namespace seriesguard {

inline constexpr char kOpenMetricsAccept[] = "application/openmetrics-text;version=1.0.0";

class RegistryService {
 public:
  explicit RegistryService(std::string_view policy, bool created_series = true) {
    RegistryOptions options;
    options.guard.clock_ns = [clock = clock_] { return clock->load(); };
    options.wall_clock_ns = [clock = clock_] { return clock->load(); };
    options.created_series = created_series;
    absl::StatusOr<Registry> made = Registry::FromText(policy, std::move(options));
    EXPECT_TRUE(made.ok()) << made.status();
    if (!made.ok()) std::abort();
    registry_.emplace(*std::move(made));
  }

  Registry& registry() { return *registry_; }
  Guard& guard() { return registry_->guard(); }

  // Value by series, as written: name{label="value"}.
  std::map<std::string, double> Samples(std::string_view accept = "") {
    std::map<std::string, double> samples;
    const std::string text = registry_->Expose(accept).body;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = text.find('\n', begin);
      const std::string line = text.substr(begin, end - begin);
      begin = end + 1;
      if (line.empty() || line[0] == '#') continue;
      const size_t space = line.rfind(' ');
      const bool is_new = samples.emplace(line.substr(0, space), std::strtod(line.c_str() + space + 1, nullptr)).second;
      EXPECT_TRUE(is_new) << "twice: " << line;
    }
    return samples;
  }
  // Empty: there is no such series.
  std::optional<double> Value(const std::string& series, std::string_view accept = "") {
    const std::map<std::string, double> samples = Samples(accept);
    const auto found = samples.find(series);
    return found == samples.end() ? std::nullopt : std::optional<double>(found->second);
  }
  // Stored series of one metric, its _bucket, _sum, _count and _created included.
  size_t SeriesOf(const std::string& stem, std::string_view accept) {
    size_t count = 0;
    for (const auto& [series, value] : Samples(accept)) {
      const std::string name = series.substr(0, series.find('{'));
      for (const char* suffix : {"", "_total", "_bucket", "_sum", "_count", "_created"}) count += name == stem + suffix;
    }
    return count;
  }
  FamilyReport Report(const std::string& metric) {
    for (FamilyReport& family : guard().Report().families) {
      if (family.name == metric) return family;
    }
    ADD_FAILURE() << "no report of " << metric;
    return {};
  }
  // Fails the test where there is none.
  CollectedFamily Family(const std::string& name) {
    for (CollectedFamily& family : registry_->Collect()) {
      if (family.name == name) return std::move(family);
    }
    ADD_FAILURE() << "no family " << name;
    return {};
  }

  void Advance(int64_t seconds) { *clock_ += seconds * 1'000'000'000; }
  // Until what is frozen is gone: the default freeze is five minutes.
  void AdvancePastFreeze() {
    Advance(301);
    guard().Maintain();
    guard().Maintain();
  }

 private:
  const std::shared_ptr<std::atomic<int64_t>> clock_ = std::make_shared<std::atomic<int64_t>>(1'000'000'000'000);
  std::optional<Registry> registry_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_METRICS_REGISTRY_SERVICE_H_
