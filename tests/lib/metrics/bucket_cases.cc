// SPDX-License-Identifier: Apache-2.0
//
// Writes a file for `promtool test rules`: random samples in the buckets that an SLA asks for, and what
// histogram_quantile of the server's own code must answer of them by buckets.h. Two expectations a quantile: the error
// is within its bound, and the answer is on the right side of the threshold.
//
// usage: bucket_cases SEED CASES
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "lib/metrics/buckets.h"

namespace seriesguard {
namespace {

std::string Exact(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return text;
}

void WriteExpectation(const std::string& expression, int value) {
  std::printf("  - expr: '%s'\n    eval_time: 0m\n    exp_samples: [{labels: \"{}\", value: %d}]\n", expression.c_str(),
              value);
}

void WriteCase(std::mt19937_64* random) {
  const auto uniform = [random](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(*random);
  };
  const double threshold = std::pow(10, uniform(-3, 3));
  SlaOptions options;
  options.relative_error = uniform(0.01, 0.3);
  options.growth = uniform(1.2, 3);
  const std::vector<double> bounds = SlaBuckets(threshold, options).value();
  std::vector<double> values(std::uniform_int_distribution<size_t>(1, 500)(*random));
  std::lognormal_distribution<double> near(std::log(threshold), uniform(0.02, 1));
  const bool is_at_edges = uniform(0, 1) < 0.3;
  for (double& value : values) {
    value = std::min(near(*random), bounds.back());
    if (!is_at_edges) continue;
    value = bounds[std::uniform_int_distribution<size_t>(0, bounds.size() - 1)(*random)];
    if (uniform(0, 1) < 0.5 && value < bounds.back()) value *= 1 + 1e-9;  // where the next bucket begins
  }
  std::sort(values.begin(), values.end());
  std::printf("- interval: 1m\n  input_series:\n");
  for (size_t i = 0; i <= bounds.size(); ++i) {
    const auto end = i < bounds.size() ? std::upper_bound(values.begin(), values.end(), bounds[i]) : values.end();
    std::printf("  - {series: 'x_bucket{le=\"%s\"}', values: '%ld'}\n",
                i < bounds.size() ? Exact(bounds[i]).c_str() : "+Inf", static_cast<long>(end - values.begin()));
  }
  std::printf("  promql_expr_test:\n");
  for (const double q : {0.5, 0.9, 0.99, uniform(0.001, 1)}) {
    const double rank = q * static_cast<double>(values.size());
    const auto k = std::max<size_t>(1, static_cast<size_t>(std::ceil(rank)));
    const double exact = values[k - 1];
    const double bound = FactsOfThreshold(bounds, exact).error_near * (1 + 1e-9);
    const ThresholdFacts facts = FactsOfThreshold(bounds, threshold);
    const std::string answer = "histogram_quantile(" + Exact(q) + ", x_bucket)";
    const auto at = std::lower_bound(bounds.begin(), bounds.end(), exact);
    // In the bucket of the quantile itself, and never wider than near the threshold where it is near.
    const double lower = at == bounds.begin() ? 0 : *(at - 1);
    const bool is_beside = *at == threshold || lower == threshold;
    const double width = std::min(bound, (is_beside ? facts.error_near : *at - lower) * (1 + 1e-9));
    WriteExpectation("abs(" + answer + " - " + Exact(exact) + ") <= bool " + Exact(width), 1);
    WriteExpectation(answer + " > bool " + Exact(threshold * (1 + 1e-12)), exact > threshold);
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
