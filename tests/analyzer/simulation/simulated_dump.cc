// SPDX-License-Identifier: Apache-2.0
//
// simulated_dump.cc: see the header.
#include "tests/analyzer/simulation/simulated_dump.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/status/statusor.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_dumps.h"
#include "analyzer/reading/read_options.h"
#include "rules/policy_reader.h"

namespace seriesguard {

SimulatedDump ReadDumpTexts(const std::vector<std::string>& texts, bool canonical_boundaries) {
  SimulatedDump dump;
  dump.tables = std::make_unique<DumpTables>(canonical_boundaries);
  ReadOptions options;
  options.watcher = dump.tables.get();
  std::vector<std::string> paths;
  for (size_t i = 0; i < texts.size(); ++i) {
    paths.push_back("dump" + std::to_string(i) + ".prom");
    options.texts[i] = texts[i];
  }
  Progress progress{ProgressOptions{}};
  absl::StatusOr<ReadResult> read = ReadDumps(paths, options, &progress);
  EXPECT_TRUE(read.ok()) << read.status();
  for (const InputError& error : read->errors) {
    ADD_FAILURE() << error.error.line << ": " << error.error.message << "\n" << texts[error.input];
  }
  dump.census = std::make_unique<Census>(std::move(read->data));
  return dump;
}

std::optional<Policy> PolicyIfValid(const std::string& yaml) {
  return std::move(ReadPolicy("policy.yaml", yaml).policy);
}

Policy PolicyOf(const std::string& yaml) {
  const PolicyReadResult read = ReadPolicy("policy.yaml", yaml);
  EXPECT_TRUE(read.policy) << FormatDiagnostics(read, "policy.yaml", 100) << yaml;
  return read.policy.value_or(Policy());
}

Simulation Simulate(const std::string& yaml, const std::string& text, SimulationOptions options) {
  const SimulatedDump dump = ReadDumpTexts({text});
  const absl::StatusOr<Simulation> simulation = SimulatePolicy(PolicyOf(yaml), *dump.census, *dump.tables, options);
  EXPECT_TRUE(simulation.ok()) << simulation.status();
  return simulation.ok() ? *simulation : Simulation();
}

namespace {

size_t Below(std::mt19937_64* random, size_t end) { return (*random)() % end; }

std::string Number(std::mt19937_64* random, bool whole) {
  if (whole) return std::to_string(Below(random, 100));
  const char* const kNumbers[] = {"0.1", "1e-9", "3.25", "1e15", "0.30000000000000004", "7", "NaN", "1e300", "+Inf"};
  return kNumbers[Below(random, std::size(kNumbers))];
}

std::string LabelsText(const std::vector<std::string>& values) {
  const char* const kNames[] = {"a", "b", "c"};
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) text += (text.empty() ? "" : ",") + std::string(kNames[i]) + "=\"" + values[i] + "\"";
  }
  return text;
}

std::set<std::vector<std::string>> RandomLabelSets(std::mt19937_64* random, size_t sets) {
  std::set<std::vector<std::string>> all;
  for (size_t i = 0, tries = 1 + Below(random, sets); i < tries; ++i) {
    std::vector<std::string> values;
    for (int label = 0; label < 3; ++label) {
      const char* const kValues[] = {"", "x", "y", "X", "404", "other", "200", "z"};
      values.emplace_back(kValues[Below(random, std::size(kValues))]);
    }
    all.insert(values);
  }
  return all;
}

}  // namespace

std::string RandomCounter(std::mt19937_64* random, size_t sets) {
  std::string text = "# TYPE c_total counter\n";
  for (const auto& values : RandomLabelSets(random, sets)) {
    text += "c_total{" + LabelsText(values) + "} " + Number(random, /*whole=*/true) + "\n";
  }
  return text;
}

std::string RandomDump(std::mt19937_64* random, size_t sets, bool whole_numbers) {
  const auto label_sets = [&] { return RandomLabelSets(random, sets); };
  std::string text = "# HELP c_total a \\\\ counter\n# TYPE c_total counter\n";
  const bool has_created = Below(random, 4) == 0;
  for (const auto& values : label_sets()) {
    text += "c_total{" + LabelsText(values) + "} " + Number(random, whole_numbers) + "\n";
    if (has_created && Below(random, 2) == 0) {
      text += "c_created{" + LabelsText(values) + "} " + std::to_string(1000 + Below(random, 9)) + "\n";
    }
  }
  text += "# TYPE h histogram\n";
  const bool has_odd_buckets = Below(random, 3) == 0;
  for (const auto& values : label_sets()) {
    const std::string labels = LabelsText(values);
    const std::string comma = labels.empty() ? "" : ",";
    size_t count = Below(random, 9);
    if (!has_odd_buckets || Below(random, 2) == 0) {
      text += "h_bucket{" + labels + comma + "le=\"1\"} " + std::to_string(count) + "\n";
    }
    count += Below(random, 9);
    text += "h_bucket{" + labels + comma + "le=\"+Inf\"} " + std::to_string(count) + "\n";
    text += "h_sum{" + labels + "} " + Number(random, whole_numbers) + "\n";
    text += "h_count{" + labels + "} " + std::to_string(count) + "\n";
  }
  text += "# TYPE g gauge\n";
  for (const auto& values : label_sets()) {
    text += "g{" + LabelsText(values) + "} " + Number(random, whole_numbers) + "\n";
  }
  return text + "# TYPE untouched counter\nuntouched{a=\"x\"} 1\n";
}

std::string RandomPolicy(std::mt19937_64* random) {
  const auto number = [&](size_t least, size_t most) {
    return std::to_string(least + Below(random, most - least + 1));
  };
  std::string yaml = "version: 1\n";
  if (Below(random, 3) == 0) yaml += "budget: {series_limit: " + number(60, 160) + "}\n";
  if (Below(random, 4) == 0) yaml += "defaults: {value_limit: " + number(1, 3) + "}\n";
  yaml += "metrics:\n";
  for (const char* metric : {"c_total", "h", "g"}) {
    yaml += "- name: " + std::string(metric) + "\n";
    if (Below(random, 2) == 0) yaml += "  series_limit: " + number(2, 40) + "\n";
    if (*metric == 'g') {
      const char* const kFolds[] = {"sum", "max", "min", "last"};
      yaml += "  fold: " + std::string(kFolds[Below(random, 4)]) + "\n";
    }
    std::string labels;
    for (const char* label : {"a", "b", "c"}) {
      const std::string key = std::string("    ") + label + ": ";
      switch (Below(random, 7)) {
        case 0: labels += key + "{drop: true}\n"; break;
        case 1: labels += key + "{allow: [x, y]}\n"; break;
        case 2: labels += key + "{normalize: lowercase, value_limit: " + number(1, 3) + "}\n"; break;
        case 3: labels += key + "{normalize: status_class}\n"; break;
        case 4: labels += key + "{value_limit: " + number(1, 4) + "}\n"; break;
        case 5: labels += key + "{value_limit: " + number(2, 3) + ", pin: [z]}\n"; break;
        default: break;
      }
    }
    if (!labels.empty()) yaml += "  labels:\n" + labels;
  }
  return yaml;
}

}  // namespace seriesguard
