// SPDX-License-Identifier: Apache-2.0
//
// guard_collectable_test.cc: the guard's own metrics in the real library's text, and who reads them: promtool and
// `seriesguard check`.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/guard_report.h"
#include "tests/lib/prometheus_cpp/wrapped_service.h"

namespace seriesguard {
namespace {

constexpr char kPolicy[] = R"(version: 1
budget: {series_limit: 500}
metrics:
- name: http_requests_total
  series_limit: 100
  labels:
    method: {allow: [GET, POST]}
    tenant: {value_limit: 5, pin: [internal]}
    user: {drop: true}
- name: latency_seconds
  series_limit: 60
  labels: {path: {route: ["/a/{id}"]}}
)";

// A service that has seen 1,000 calls of 40 tenants.
class GuardCollectable : public testing::Test {
 protected:
  GuardCollectable() : service_(kPolicy) {
    auto requests =
        service_.guard().Wrap(service_.Counter("http_requests_total"), {"method", "tenant", "user"}).value();
    auto latency =
        service_.guard()
            .Wrap(service_.Histogram("latency_seconds"), {"path"}, prometheus::Histogram::BucketBoundaries{0.1, 1})
            .value();
    for (int i = 0; i < 1000; ++i) {
      const std::string tenant = "tenant \"" + std::to_string(i % 40) + "\"\n";
      requests.With({i % 5 == 0 ? "BREW" : "GET", tenant, std::to_string(i)}).Increment();
      latency.With({"/a/" + std::to_string(i)}).Observe(0.5);
    }
  }

  static std::string FileWith(const std::string& name, const std::string& text) {
    const char* const folder = std::getenv("TEST_TMPDIR");
    std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  // Returns the exit status and appends what the command says.
  static int Run(const std::string& command, std::string* output) {
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return -1;
    std::array<char, 4096> block;
    for (size_t got; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) output->append(block.data(), got);
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  WrappedService service_;
};

TEST_F(GuardCollectable, SaysWhatTheReportSays) {
  const auto samples = service_.SamplesWithGuard();
  const GuardReport report = service_.guard().Report();
  std::map<std::string, double> expected = {
      {R"(seriesguard_series{metric="http_requests_total"})", 0},
      {R"(seriesguard_series_limit{metric="http_requests_total"})", 100},
      {R"(seriesguard_label_values{label="method",metric="http_requests_total"})", 2},
      {R"(seriesguard_label_values{label="tenant",metric="http_requests_total"})", 5},
      {R"(seriesguard_label_values_limit{label="method",metric="http_requests_total"})", 2},
      {R"(seriesguard_label_values_limit{label="tenant",metric="http_requests_total"})", 5},
      {R"(seriesguard_folded_total{label="method",metric="http_requests_total",reason="not_allowed"})", 200},
      {R"(seriesguard_folded_total{label="tenant",metric="http_requests_total",reason="value_limit"})", 900},
      {R"(seriesguard_series{metric="latency_seconds"})", 5},
      {R"(seriesguard_series_limit{metric="latency_seconds"})", 60},
      {R"(seriesguard_label_values{label="path",metric="latency_seconds"})", 1},
      {R"(seriesguard_label_values_limit{label="path",metric="latency_seconds"})", 1},
      {"seriesguard_policy_info{hash=\"" + report.policy_hash + R"(",mode="enforce",version="1"})", 1},
  };
  double exported = 0;
  std::map<std::string, double> own;
  for (const auto& [series, value] : samples) {
    if (series.rfind("http_requests_total", 0) == 0) ++exported;
    if (series.rfind("seriesguard_", 0) == 0 && series.rfind("seriesguard_label_demand", 0) != 0)
      own.emplace(series, value);
  }
  expected[R"(seriesguard_series{metric="http_requests_total"})"] = exported;
  EXPECT_EQ(own, expected);
  // 4 dynamic tenants were named before the limit; the sketch's error is a few percent.
  EXPECT_NEAR(samples.at(R"(seriesguard_label_demand{label="tenant",metric="http_requests_total"})"), 41, 5);
  // Nothing is said of a dropped label: it has no values.
  EXPECT_EQ(service_.TextWithGuard().find("label=\"user\""), std::string::npos);
}

TEST_F(GuardCollectable, FitsIntoItsShareOfTheBudget) {
  const auto samples = service_.SamplesWithGuard();
  EXPECT_LE(samples.size(), service_.guard().Report().total_taken);
}

// A scrape of the guard's metrics is what moves time: without any other maintenance the frozen series go.
TEST_F(GuardCollectable, MaintainsTheGuard) {
  ASSERT_TRUE(
      service_.guard()
          .ReloadFromText(
              "version: 1\nmetrics: [{name: http_requests_total, series_limit: 100, labels: {tenant: {allow: [x]}}}, "
              "{name: latency_seconds, series_limit: 60}]\n")
          .ok());
  const size_t frozen = service_.Samples().size();
  service_.Advance(301);
  service_.SamplesWithGuard();
  service_.SamplesWithGuard();
  EXPECT_LT(service_.Samples().size(), frozen);
}

TEST_F(GuardCollectable, OutlivesTheGuardsOtherCopies) {
  std::shared_ptr<prometheus::Collectable> own;
  {
    Guard guard = Guard::FromText("version: 1\n").value();
    own = Collectable(guard);
  }
  EXPECT_EQ(own->Collect().size(), 1u);  // the policy
}

TEST_F(GuardCollectable, PassesPromtool) {
  std::string output;
  if (Run("command -v promtool", &output) != 0) GTEST_SKIP() << "promtool is not installed";
  output.clear();
  const std::string path = FileWith("collectable.prom", service_.TextWithGuard());
  EXPECT_EQ(Run("promtool check metrics < '" + path + "'", &output), 0) << output;
  EXPECT_EQ(output, "");
  // The check does find what it should.
  EXPECT_NE(Run("echo 'x{' | promtool check metrics", &output), 0);
}

// The closure: what the service exports is read back by the gate.
TEST_F(GuardCollectable, IsReadBackBySeriesguardCheck) {
  const std::string dump = FileWith("closure.prom", service_.TextWithGuard());
  const std::string policy = FileWith("closure.yaml", kPolicy);
  std::string output;
  EXPECT_EQ(Run("analyzer/seriesguard check --policy '" + policy + "' '" + dump + "'", &output), 1) << output;
  for (const char* expected : {"folded", "tenant", "900 increments", "value_limit", "not_allowed", "200 increments"}) {
    EXPECT_NE(output.find(expected), std::string::npos) << expected << " is missing in:\n" << output;
  }
  EXPECT_EQ(output.find("policy_drift"), std::string::npos) << output;
  const std::string another = FileWith("another.yaml", std::string(kPolicy) + "# changed\n");
  output.clear();
  EXPECT_EQ(Run("analyzer/seriesguard check --policy '" + another + "' '" + dump + "'", &output), 1) << output;
  EXPECT_NE(output.find("policy_drift"), std::string::npos) << output;
}

}  // namespace
}  // namespace seriesguard
