#include <iostream>
#include <vector>

#include "lib/metrics/buckets.h"
#include "lib/metrics/registry.h"

int main() {
  auto registry = seriesguard::Registry::FromText("version: 1\ndefaults: {series_limit: 500}\n").value();
  const double kSla = 0.3;  // seconds
  const std::vector<double> boundaries = seriesguard::SlaBuckets(kSla).value();
  auto seconds = registry.AddHistogram({"http_seconds", "Time.", "seconds"}, {"path"}, boundaries).value();
  seconds.With({"/"}).Observe(0.29);

  for (const double boundary : boundaries) std::cout << boundary << " ";
  const seriesguard::ThresholdFacts facts = seriesguard::FactsOfThreshold(boundaries, kSla);
  std::cout << "\nseries a label set: " << facts.series_per_label_set << "\n";
  std::cout << "error of a quantile that is 0.3: at most " << facts.error_at << "\n";
  std::cout << "error of a quantile beside it:   at most " << facts.error_near << "\n";
}
