// SPDX-License-Identifier: Apache-2.0
//
// naive_census.cc: first the family of every sample name, then sets of strings.
#include "tests/reference/naive_census.h"

#include <optional>
#include <string_view>
#include <utility>

#include "tests/reference/canonical_line.h"

namespace seriesguard::reference {
namespace {

// The part of `name` before `suffix`, or nothing when it does not end so.
std::optional<std::string> Before(const std::string& name, std::string_view suffix) {
  if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0) {
    return std::nullopt;
  }
  return name.substr(0, name.size() - suffix.size());
}

bool Allows(MetricType type, std::string_view suffix) {
  switch (type) {
    case MetricType::kCounter: return suffix == "_total" || suffix == "_created";
    case MetricType::kHistogram:
      return suffix == "_bucket" || suffix == "_sum" || suffix == "_count" || suffix == "_created";
    case MetricType::kSummary: return suffix == "_sum" || suffix == "_count" || suffix == "_created";
    case MetricType::kGaugeHistogram: return suffix == "_bucket" || suffix == "_gsum" || suffix == "_gcount";
    case MetricType::kInfo: return suffix == "_info";
    default: return false;
  }
}

constexpr std::string_view kSuffixes[] = {"_total", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_info"};

using Types = std::map<std::string, MetricType>;

std::optional<MetricType> TypeOf(const Types& types, const std::string& name) {
  const auto found = types.find(name);
  if (found == types.end()) return std::nullopt;
  return found->second;
}

// Everything that the rules ask about an input, or about all of them together.
struct World {
  Types types;                    // the first TYPE line of each name
  std::set<std::string> names;    // sample names
  std::set<std::string> with_le;  // sample names that some series with `le` has

  bool HasUndeclared(const std::string& name) const { return names.count(name) > 0 && types.count(name) == 0; }

  // Buckets with a sum or a count, and no TYPE line for the family or its buckets.
  bool IsInferredHistogram(const std::string& base) const {
    return types.count(base) == 0 && HasUndeclared(base + "_bucket") && with_le.count(base + "_bucket") > 0 &&
           (HasUndeclared(base + "_sum") || HasUndeclared(base + "_count"));
  }
};

// A counter is printed with _total whether its TYPE line had it (text) or not (OpenMetrics), unless its samples have
// no such name, or that name is a family of its own.
NaiveFamilyName Declared(const std::string& name, MetricType type, const World& world) {
  const bool add_total =
      type == MetricType::kCounter && !Before(name, "_total") && world.HasUndeclared(name + "_total");
  return {add_total ? name + "_total" : name, type, false};
}

NaiveFamilyName FamilyOf(const std::string& name, const World& world) {
  const auto base_of_created = Before(name, "_created");
  if (base_of_created) {
    // In text a counter's own TYPE line already says _total.
    for (const std::string& owner : {*base_of_created, *base_of_created + "_total"}) {
      const auto type = TypeOf(world.types, owner);
      if (type && Allows(*type, "_created")) return Declared(owner, *type, world);
    }
    if (world.IsInferredHistogram(*base_of_created)) return {*base_of_created, MetricType::kHistogram, true};
    if (world.HasUndeclared(name) && world.names.count(*base_of_created + "_total") > 0) {
      return FamilyOf(*base_of_created + "_total", world);
    }
  }
  if (const auto type = TypeOf(world.types, name)) return Declared(name, *type, world);
  for (const std::string_view suffix : kSuffixes) {
    const auto base = Before(name, suffix);
    if (!base) continue;
    if (const auto type = TypeOf(world.types, *base); type && Allows(*type, suffix))
      return Declared(*base, *type, world);
  }
  for (const char* suffix : {"_bucket", "_sum", "_count"}) {
    const auto base = Before(name, suffix);
    if (base && world.IsInferredHistogram(*base)) return {*base, MetricType::kHistogram, true};
  }
  return {name, MetricType::kNone, false};
}

// Calls `visit` with each distinct series of one input.
template <typename Visit>
void ForEachSeries(const ReferenceResult& input, const Visit& visit) {
  std::set<std::string> seen;
  for (const Sample& sample : input.samples) {
    if (seen.insert(CanonicalSeries(sample)).second) visit(sample);
  }
}

bool IsBoundaryLabel(const std::string& name) { return name == "le" || name == "quantile"; }

// Label sets, products and what is left without a label: all sets of strings, one input after the other.
void CountLabels(const std::vector<ReferenceResult>& inputs, const std::map<std::string, NaiveFamilyName>& family_of,
                 NaiveCensus* census) {
  std::map<std::string, std::set<std::string>> absent;  // by family: labels that some series lacks
  // The labels that a family has at all are known only after all its series, in all inputs, were seen.
  std::map<std::string, std::set<std::string>> labels_of;
  for (const ReferenceResult& input : inputs) {
    for (const Sample& sample : input.samples) {
      for (const auto& [name, value] : sample.labels) labels_of[family_of.at(sample.name).name].insert(name);
    }
  }
  for (const ReferenceResult& input : inputs) {
    std::map<std::string, std::set<std::string>> label_sets;
    std::map<std::pair<std::string, std::string>, std::set<std::string>> without;
    ForEachSeries(input, [&](const Sample& sample) {
      const std::string& family = family_of.at(sample.name).name;
      Sample bare = sample;
      bare.name.clear();
      bare.labels.erase("le");
      bare.labels.erase("quantile");
      label_sets[family].insert(CanonicalSeries(bare));
      for (const std::string& label : labels_of[family]) {
        Sample less = sample;
        less.labels.erase(label);
        without[{family, label}].insert(CanonicalSeries(less));
      }
    });
    for (const auto& [family, sets] : label_sets) census->families[family].label_sets += sets.size();
    for (const auto& [key, rest] : without)
      census->families[key.first].labels[key.second].series_without += rest.size();
  }
  for (auto& [name, family] : census->families) {
    for (auto& [label, count] : family.labels) {
      for (const auto& [value, series] : count.series_by_value) count.series_with += series;
      if (count.series_with < family.series) absent[name].insert(label);
      if (!IsBoundaryLabel(label)) {
        family.product *= static_cast<double>(count.series_by_value.size() + absent[name].count(label));
      }
    }
    // A family that has both, by some accident, shows the one that its type means.
    const bool by_quantile =
        family.labels.count("le") == 0 || (family.type == MetricType::kSummary && family.labels.count("quantile") > 0);
    const auto boundary = family.labels.find(by_quantile ? "quantile" : "le");
    if (boundary != family.labels.end()) family.boundaries = boundary->second.series_by_value.size();
  }
}

}  // namespace

std::map<std::string, NaiveFamilyName> ResolveFamilies(const std::vector<ReferenceResult>& inputs) {
  World world;
  for (const ReferenceResult& input : inputs) {
    for (const TypeLine& line : input.types) world.types.emplace(line.name, line.type);
    for (const Sample& sample : input.samples) {
      world.names.insert(sample.name);
      if (sample.labels.count("le") > 0) world.with_le.insert(sample.name);
    }
  }
  std::map<std::string, NaiveFamilyName> family_of;
  for (const std::string& name : world.names) family_of[name] = FamilyOf(name, world);
  return family_of;
}

NaiveCensus CountNaively(const std::vector<ReferenceResult>& inputs) {
  NaiveCensus census;
  const auto family_of = ResolveFamilies(inputs);
  std::set<std::string> everywhere;
  for (const ReferenceResult& input : inputs) {
    std::set<std::string> sample_keys;
    for (const Sample& sample : input.samples) {
      const NaiveFamilyName& owner = family_of.at(sample.name);
      NaiveFamily& family = census.families[owner.name];
      // What a TYPE line says goes before what the shape suggests, in whatever order the samples come.
      const bool declared = owner.type != MetricType::kNone && !owner.inferred;
      if (declared || family.type == MetricType::kNone) {
        family.type = owner.type;
        family.type_inferred = owner.inferred;
      }
      ++family.samples;
      ++family.parts[sample.name].samples;
      ++census.samples;
      const std::string time = sample.timestamp_ms ? std::to_string(*sample.timestamp_ms) : "none";
      if (!sample_keys.insert(CanonicalSeries(sample) + " @" + time).second) ++census.duplicate_samples;
    }
    ForEachSeries(input, [&](const Sample& sample) {
      NaiveFamily& family = census.families[family_of.at(sample.name).name];
      ++family.series;
      ++family.parts[sample.name].series;
      for (const auto& [name, value] : sample.labels) ++family.labels[name].series_by_value[value];
      ++census.series;
      everywhere.insert(CanonicalSeries(sample));
    });
  }
  census.union_series = everywhere.size();
  CountLabels(inputs, family_of, &census);
  return census;
}

}  // namespace seriesguard::reference
