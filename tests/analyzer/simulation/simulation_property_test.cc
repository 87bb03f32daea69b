// SPDX-License-Identifier: Apache-2.0
//
// simulation_property_test.cc: what holds of every dump, every policy and every order, on many that are made at random:
// the range has every count, totals are kept, and the document that is written says the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/simulation/exact_sum.h"
#include "analyzer/simulation/simulate_policy.h"
#include "tests/analyzer/simulation/simulated_dump.h"

namespace seriesguard {
namespace {

// Every simulation of a run: `check` gets it, with what it was made of.
class GeneratedSimulations {
 public:
  explicit GeneratedSimulations(uint64_t seed) : random_(seed) {}

  // Makes the next dump and policy; false where the policy is none.
  bool Next(size_t sets, bool whole_numbers) { return Take(RandomDump(&random_, sets, whole_numbers)); }
  bool NextCounter(size_t sets) { return Take(RandomCounter(&random_, sets)); }

  bool Take(std::string text) {
    text_ = std::move(text);
    yaml_ = RandomPolicy(&random_);
    policy_ = PolicyIfValid(yaml_);
    if (!policy_) return false;
    dump_ = ReadDumpTexts({text_});
    return true;
  }
  Simulation Run(const SimulationOptions& options) const {
    const absl::StatusOr<Simulation> simulation = SimulatePolicy(*policy_, *dump_.census, *dump_.tables, options);
    EXPECT_TRUE(simulation.ok()) << simulation.status();
    return *simulation;
  }
  std::string What() const { return yaml_ + text_; }
  std::mt19937_64& random() { return random_; }

 private:
  std::mt19937_64 random_;
  std::string text_, yaml_;
  std::optional<Policy> policy_;
  SimulatedDump dump_;
};

// The range is of the dump and the policy alone, so it must be the same in every order, and have what each one brings.
void ExpectInRange(const Simulation& simulation, const Simulation& first, const std::string& what) {
  for (size_t m = 0; m < simulation.inputs[0].metrics.size(); ++m) {
    const SimulatedMetric& metric = simulation.inputs[0].metrics[m];
    const SeriesRange& range = first.inputs[0].metrics[m].range;
    ASSERT_GE(metric.series_after, range.least) << metric.name << "\n" << what;
    ASSERT_LE(metric.series_after, range.most) << metric.name << "\n" << what;
    ASSERT_EQ(metric.range.least, range.least) << metric.name << "\n" << what;
    ASSERT_EQ(metric.range.most, range.most) << metric.name << "\n" << what;
    for (const TotalRow& total : metric.totals) {
      ASSERT_NE(total.verdict, TotalRow::Verdict::kBroken) << metric.name << " " << total.part << "\n" << what;
    }
  }
}

TEST(SimulationProperties, EveryOrderOfASmallDumpLiesInTheRange) {
  GeneratedSimulations generated(20'261);
  size_t tried = 0, with_range = 0;
  while (tried < 120) {
    if (!generated.NextCounter(5)) continue;
    const Simulation first = generated.Run({});
    std::vector<uint32_t> order;
    SimulationOptions options;
    options.shuffle = [&order](std::vector<uint32_t>* sets) {
      if (order.empty()) order = *sets;
      *sets = order;
    };
    (void)generated.Run(options);  // for the number of label sets
    if (order.size() < 3) continue;
    ++tried;
    bool has_range = false;
    for (const SimulatedMetric& metric : first.inputs[0].metrics) has_range = has_range || !metric.range.IsExact();
    with_range += has_range;
    std::sort(order.begin(), order.end());
    do {
      ExpectInRange(generated.Run(options), first, generated.What());
      if (HasFatalFailure()) return;
    } while (std::next_permutation(order.begin(), order.end()));
  }
  EXPECT_GT(with_range, 5u);
}

TEST(SimulationProperties, RandomOrdersLieInTheRange) {
  GeneratedSimulations generated(7);
  size_t tried = 0, with_range = 0;
  while (tried < 150) {
    if (!generated.Next(1 + generated.random()() % 40, true)) continue;
    ++tried;
    const Simulation first = generated.Run({});
    for (const SimulatedMetric& metric : first.inputs[0].metrics) with_range += !metric.range.IsExact();
    SimulationOptions options;
    options.shuffle = [&generated](std::vector<uint32_t>* sets) {
      std::shuffle(sets->begin(), sets->end(), generated.random());
    };
    for (int i = 0; i < 20; ++i) {
      ExpectInRange(generated.Run(options), first, generated.What());
      if (HasFatalFailure()) return;
    }
    for (const ArrivalOrder order : {ArrivalOrder::kBusiest, ArrivalOrder::kAdversarial}) {
      SimulationOptions named;
      named.order = order;
      ExpectInRange(generated.Run(named), first, generated.What());
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(with_range, 30u);
}

// The totals of a document, by sample name and boundary; values that are no numbers are left out.
std::map<std::string, ExactSum> TotalsOf(const SimulatedDump& dump) {
  std::map<std::string, ExactSum> totals;
  const DumpTable& table = dump.tables->table(0);
  for (const SampleRow& row : table.rows()) {
    const SampleShape& shape = table.shapes()[row.shape];
    std::string key(table.Text(shape.name));
    for (size_t i = 0; i < shape.labels.size(); ++i) {
      if (table.Text(shape.labels[i]) == "le") key += " " + std::string(table.Text(table.ValuesOf(row)[i]));
    }
    if (std::isfinite(row.value)) totals[key].Add(row.value);
  }
  return totals;
}

TEST(SimulationProperties, TheDocumentHasWhatIsToldAndKeepsTotals) {
  GeneratedSimulations generated(99);
  size_t tried = 0;
  while (tried < 500) {
    const bool whole_numbers = generated.random()() % 4 != 0;
    if (!generated.Next(1 + generated.random()() % 30, whole_numbers)) continue;
    ++tried;
    std::string document;
    SimulationOptions options;
    options.exposition = &document;
    const Simulation simulation = generated.Run(options);
    const SimulatedDump again = ReadDumpTexts({document});
    ASSERT_EQ(again.census->inputs()[0].series, simulation.inputs[0].series_after) << generated.What() << document;
    ASSERT_EQ(again.census->duplicate_samples(), 0u) << generated.What() << document;
    for (const SimulatedMetric& metric : simulation.inputs[0].metrics) {
      const size_t family = again.census->FindFamily(metric.name);
      ASSERT_LT(family, again.census->family_count()) << metric.name;
      EXPECT_EQ(again.census->plain(family).series, metric.series_after) << metric.name << generated.What();
      EXPECT_EQ(again.census->family(family).type, metric.type);
    }
    ASSERT_TRUE(simulation.IsConserved()) << generated.What();
    if (!whole_numbers) continue;
    // Found again without the simulation's own arithmetic.
    auto after = TotalsOf(again);
    for (const SimulatedMetric& metric : simulation.inputs[0].metrics) {
      for (const TotalRow& total : metric.totals) {
        if (total.lost != 0) continue;
        EXPECT_EQ(total.verdict, TotalRow::Verdict::kExact) << generated.What();
        EXPECT_EQ(total.before, total.after);
        const std::string base = metric.name == "c_total" ? "c_total" : metric.name + "_" + total.part;
        const std::string key = base + (total.boundary ? " " + *total.boundary : "");
        EXPECT_EQ(after[key].Rounded(), total.before) << key << "\n" << generated.What();
      }
    }
  }
}

// With nothing but limits that nobody meets, all stays as it was.
TEST(SimulationProperties, AWidePolicyChangesNothing) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 200; ++i) {
    const std::string text = RandomDump(&random, 20, true);
    const Simulation simulation =
        Simulate("version: 1\nmetrics:\n- {match: \".*\", series_limit: 100000, fold: sum}\n", text);
    for (const SimulatedMetric& metric : simulation.inputs[0].metrics) {
      EXPECT_EQ(metric.series_after, metric.series_before) << metric.name << text;
      EXPECT_TRUE(metric.folds.empty());
      EXPECT_TRUE(metric.range.IsExact());
    }
  }
}

}  // namespace
}  // namespace seriesguard
