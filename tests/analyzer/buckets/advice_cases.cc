// SPDX-License-Identifier: Apache-2.0
//
// Writes a file for `promtool test rules`: generated samples in their present and in the advised buckets, and what the
// server's own histogram_quantile must answer: with the present ones the value that the advice shows, with the advised
// ones a value within the error that it states.
//
// usage: advice_cases SEED CASES
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "analyzer/buckets/bucket_advice.h"
#include "lib/metrics/buckets.h"
#include "tests/analyzer/buckets/sampled_histogram.h"

namespace seriesguard {
namespace {

std::string Exact(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return text;
}

void WriteSeries(const char* name, const std::vector<double>& sorted, const std::vector<double>& boundaries) {
  const std::vector<double> counts = CumulativeCounts(sorted, boundaries);
  for (size_t i = 0; i < boundaries.size(); ++i) {
    std::printf("  - {series: '%s{le=\"%s\"}', values: '%.0f'}\n", name, Exact(boundaries[i]).c_str(), counts[i]);
  }
  std::printf("  - {series: '%s{le=\"+Inf\"}', values: '%zu'}\n", name, sorted.size());
}

// |histogram_quantile(q, name) - value| <= error.
void WriteExpectation(const char* name, double q, double value, double error) {
  std::printf(
      "  - expr: 'abs(histogram_quantile(%s, %s) - %s) <= bool %s'\n    eval_time: 0m\n"
      "    exp_samples: [{labels: \"{}\", value: 1}]\n",
      Exact(q).c_str(), name, Exact(value).c_str(), Exact(error * (1 + 1e-9)).c_str());
}

void WriteCase(std::mt19937_64* random) {
  const std::vector<double> sorted = GeneratedDurations(random);
  const std::vector<double> present = (*random)() % 2 == 0
                                          ? std::vector<double>{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
                                          : ExponentialBuckets(0.001, 1.2, 60).value();
  BucketQuestion quantiles, threshold;
  quantiles.max_error = threshold.max_error = 0.3;
  threshold.thresholds = {present[(*random)() % (present.size() - 1)]};
  const BucketAdvice at_quantiles = AdviseBuckets(CountsOf(sorted, present), quantiles);
  const BucketAdvice at_threshold = AdviseBuckets(CountsOf(sorted, present), threshold);
  std::printf("- interval: 1m\n  input_series:\n");
  WriteSeries("now_bucket", sorted, present);
  WriteSeries("quantiles_bucket", sorted, at_quantiles.advised);
  WriteSeries("threshold_bucket", sorted, at_threshold.advised);
  std::printf("  promql_expr_test:\n");
  for (const BucketTarget& target : at_quantiles.targets) {
    const double q = *target.quantile;
    WriteExpectation("now_bucket", q, target.value, 1e-9 * target.value);
    const bool is_bounded = std::isfinite(target.error_advised);
    WriteExpectation("quantiles_bucket", q, is_bounded ? ExactQuantile(sorted, q) : target.value,
                     is_bounded ? target.error_advised : 0);
  }
  const BucketTarget& target = at_threshold.targets.front();
  const std::vector<double>& advised = at_threshold.advised;
  const auto bucket_of = [&advised](double value) { return std::lower_bound(advised.begin(), advised.end(), value); };
  for (double q = 0.05; q < 1; q += 0.1) {
    const double exact = ExactQuantile(sorted, q);
    const auto beside = bucket_of(exact) - bucket_of(target.value);
    if (std::isfinite(target.error_advised) && (beside == 0 || beside == 1)) {
      WriteExpectation("threshold_bucket", q, exact, target.error_advised);
    }
  }
}

}  // namespace
}  // namespace seriesguard

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::mt19937_64 random(std::strtoull(argv[1], nullptr, 10));
  std::printf("evaluation_interval: 1m\ntests:\n");
  for (long cases = std::strtol(argv[2], nullptr, 10); cases > 0; --cases) seriesguard::WriteCase(&random);
  return 0;
}
