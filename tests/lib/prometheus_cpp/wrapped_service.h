// SPDX-License-Identifier: Apache-2.0
//
// wrapped_service.h: a service with a registry, a guard and a clock that tests turn.
//
// Use:      WrappedService service(R"(version: 1 ...)"); service.guard().Wrap(family, ...); service.Value("x{a=\"b\"}").
// Threads:  Scrape from any; the rest from one.
#ifndef SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_WRAPPED_SERVICE_H_
#define SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_WRAPPED_SERVICE_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

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
#include "lib/guard/fold_reason.h"
#include "lib/guard/guard.h"
#include "lib/guard/guard_report.h"
#include "lib/prometheus_cpp/guard_collectable.h"
#include "lib/prometheus_cpp/wrap.h"

namespace seriesguard {

class WrappedService {
 public:
  explicit WrappedService(std::string_view policy) {
    GuardOptions options;
    options.clock_ns = [clock = clock_] { return clock->load(); };
    options.on_first_fold = [messages = messages_](const std::string& message) { messages->push_back(message); };
    absl::StatusOr<Guard> guard = Guard::FromText(policy, std::move(options));
    EXPECT_TRUE(guard.ok()) << guard.status();
    if (guard.ok()) guard_.emplace(*std::move(guard));
  }

  Guard& guard() { return *guard_; }
  prometheus::Registry& registry() { return *registry_; }
  prometheus::Family<prometheus::Counter>& Counter(const std::string& name) {
    return prometheus::BuildCounter().Name(name).Help("h").Register(*registry_);
  }
  prometheus::Family<prometheus::Gauge>& Gauge(const std::string& name) {
    return prometheus::BuildGauge().Name(name).Help("h").Register(*registry_);
  }
  prometheus::Family<prometheus::Histogram>& Histogram(const std::string& name) {
    return prometheus::BuildHistogram().Name(name).Help("h").Register(*registry_);
  }
  prometheus::Family<prometheus::Summary>& Summary(const std::string& name) {
    return prometheus::BuildSummary().Name(name).Help("h").Register(*registry_);
  }

  // What a server would be sent.
  std::string Text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }
  // The same with the guard's own metrics.
  std::string TextWithGuard() {
    std::vector<prometheus::MetricFamily> families = registry_->Collect();
    const std::shared_ptr<prometheus::Collectable> own = Collectable(*guard_);
    for (prometheus::MetricFamily& family : own->Collect()) families.push_back(std::move(family));
    return prometheus::TextSerializer().Serialize(families);
  }
  // Value by series, as written: name{label="value"}.
  static std::map<std::string, double> SamplesOf(const std::string& text) {
    std::map<std::string, double> samples;
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
  std::map<std::string, double> Samples() const { return SamplesOf(Text()); }
  std::map<std::string, double> SamplesWithGuard() { return SamplesOf(TextWithGuard()); }
  // Empty: there is no such series.
  std::optional<double> Value(const std::string& series) const {
    const std::map<std::string, double> samples = Samples();
    const auto found = samples.find(series);
    return found == samples.end() ? std::nullopt : std::optional<double>(found->second);
  }

  void Advance(int64_t seconds) { *clock_ += seconds * 1'000'000'000; }
  // Until what is frozen is gone: the default freeze is five minutes.
  void AdvancePastFreeze() {
    Advance(301);
    guard_->Maintain();
    guard_->Maintain();
  }
  const std::vector<std::string>& messages() const { return *messages_; }
  FamilyReport Report(const std::string& metric) const {
    for (FamilyReport& family : guard_->Report().families) {
      if (family.name == metric) return family;
    }
    ADD_FAILURE() << "no report of " << metric;
    return {};
  }
  uint64_t Folds(const std::string& metric, size_t label, FoldReason reason) const {
    return Report(metric).labels.at(label).folds[static_cast<size_t>(reason)];
  }

 private:
  const std::shared_ptr<std::atomic<int64_t>> clock_ = std::make_shared<std::atomic<int64_t>>(1'000'000'000'000);
  const std::shared_ptr<std::vector<std::string>> messages_ = std::make_shared<std::vector<std::string>>();
  const std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  std::optional<Guard> guard_;  // ends before the families
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_PROMETHEUS_CPP_WRAPPED_SERVICE_H_
