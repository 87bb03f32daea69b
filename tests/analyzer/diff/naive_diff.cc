// SPDX-License-Identifier: Apache-2.0
//
// naive_diff.cc: one pass a question, over everything.
#include "tests/analyzer/diff/naive_diff.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <utility>

#include "tests/reference/canonical_line.h"
#include "tests/reference/naive_census.h"

namespace seriesguard {
namespace {

using reference::Sample;

struct Series {
  std::string target;
  std::string family;
  Sample sample;  // without the labels that are ignored
};

using Side = std::map<std::string, Series>;  // by target and canonical text

std::string Joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ",") + label;
  return text;
}

Side SideOf(const std::vector<NaiveTarget>& targets, const std::map<std::string, reference::NaiveFamilyName>& families,
            const std::set<std::string>& ignored) {
  Side side;
  for (const NaiveTarget& target : targets) {
    for (const Sample& sample : target.result.samples) {
      Series series{target.name, families.at(sample.name).name, sample};
      for (const std::string& label : ignored) series.sample.labels.erase(label);
      const std::string key = target.name + " " + CanonicalSeries(series.sample);
      side.emplace(key, std::move(series));
    }
  }
  return side;
}

// The value of a label; absence is a value too, and never equals one.
std::string ValueOf(const Series& series, const std::string& label) {
  const auto found = series.sample.labels.find(label);
  return found == series.sample.labels.end() ? "absent" : "=" + found->second;
}

// What one metric has on one side.
struct Known {
  std::set<std::string> sample_names;
  std::set<std::string> labels;
  std::map<std::string, std::map<std::string, uint64_t>> values;  // by label: ValueOf and series
  uint64_t series = 0;
};

std::map<std::string, Known> KnownOf(const Side& side, const std::map<std::string, std::set<std::string>>& labels) {
  std::map<std::string, Known> known;
  for (const auto& [key, series] : side) {
    Known& of_family = known[series.family];
    ++of_family.series;
    of_family.sample_names.insert(series.sample.name);
    for (const auto& [name, value] : series.sample.labels) of_family.labels.insert(name);
    for (const std::string& label : labels.at(series.family)) ++of_family.values[label][ValueOf(series, label)];
  }
  return known;
}

bool IsBoundary(const std::string& label) { return label == "le" || label == "quantile"; }

// "cause [labels]" of a series that `other` lacks.
std::string CauseOf(const Series& series, const std::set<std::string>& other_targets, const Known* other,
                    const std::set<std::string>& labels) {
  if (other_targets.count(series.target) == 0) return "target []";
  if (other == nullptr) return "metric []";
  if (other->sample_names.count(series.sample.name) == 0) return "sample_name []";
  std::vector<std::string> new_labels;
  std::vector<std::string> boundaries;
  std::vector<std::string> with_new_value;
  for (const std::string& label : labels) {
    if (series.sample.labels.count(label) > 0 && other->labels.count(label) == 0) new_labels.push_back(label);
    if (other->values.at(label).count(ValueOf(series, label)) > 0) continue;
    with_new_value.push_back(label);
    if (IsBoundary(label)) boundaries.push_back(label);
  }
  if (!new_labels.empty()) return "label [" + Joined(new_labels) + "]";
  if (!boundaries.empty()) return "bucket [" + Joined(boundaries) + "]";
  if (with_new_value.empty()) return "combination []";
  return (with_new_value.size() == 1 ? "value [" : "values [") + Joined(with_new_value) + "]";
}

std::set<std::string> TargetsOf(const std::vector<NaiveTarget>& targets) {
  std::set<std::string> names;
  for (const NaiveTarget& target : targets) names.insert(target.name);
  return names;
}

// Causes of the series that `side` has and `other` lacks, by family.
std::map<std::string, std::map<std::string, uint64_t>> CausesOf(
    const Side& side, const Side& other, const std::set<std::string>& other_targets,
    const std::map<std::string, Known>& known, const std::map<std::string, std::set<std::string>>& labels) {
  std::map<std::string, std::map<std::string, uint64_t>> causes;
  for (const auto& [key, series] : side) {
    if (other.count(key) > 0) continue;
    const auto of_family = known.find(series.family);
    ++causes[series.family][CauseOf(series, other_targets, of_family == known.end() ? nullptr : &of_family->second,
                                    labels.at(series.family))];
  }
  return causes;
}

using Values = std::map<std::string, uint64_t>;  // ValueOf and series

Values OnlyIn(const Values& values, const Values& others) {
  Values only;
  for (const auto& [value, series] : values) {
    if (others.count(value) == 0) only.emplace(value, series);
  }
  return only;
}

size_t CountPresent(const Values& values) { return values.size() - values.count("absent"); }

void WriteValues(const char* direction, const Values& only, std::ostream& out) {
  uint64_t all = 0;
  std::vector<std::pair<std::string, uint64_t>> sorted;
  for (const auto& [value, series] : only) {
    if (value == "absent") continue;
    sorted.emplace_back(value.substr(1), series);
    all += series;
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  out << "    " << direction << " " << sorted.size() << " values";
  for (size_t i = 0; i < std::min(kListedValues, sorted.size()); ++i) {
    out << " [" << sorted[i].first << "]=" << sorted[i].second;
    all -= sorted[i].second;
  }
  out << " others " << all << " absent " << (only.count("absent") > 0 ? only.at("absent") : 0) << "\n";
}

// One metric as both sides are written.
struct Written {
  uint64_t before = 0, after = 0;
  std::map<std::string, uint64_t> added, gone;
  std::map<std::string, std::string> labels;
};

uint64_t SumOf(const std::map<std::string, uint64_t>& causes) {
  uint64_t sum = 0;
  for (const auto& [cause, series] : causes) sum += series;
  return sum;
}

void Write(const std::string& name, const Written& metric, std::ostream& out) {
  out << "metric " << name << " " << metric.before << " -> " << metric.after << " +" << SumOf(metric.added) << " -"
      << SumOf(metric.gone) << "\n";
  for (const auto& [cause, series] : metric.added) out << "  added " << cause << " " << series << "\n";
  for (const auto& [cause, series] : metric.gone) out << "  gone " << cause << " " << series << "\n";
  for (const auto& [label, text] : metric.labels) out << text;
}

}  // namespace

std::string DescribeNaively(const std::vector<NaiveTarget>& before, const std::vector<NaiveTarget>& after,
                            const std::set<std::string>& ignored_labels) {
  std::vector<reference::ReferenceResult> all;
  for (const std::vector<NaiveTarget>* targets : {&before, &after}) {
    for (const NaiveTarget& target : *targets) all.push_back(target.result);
  }
  const auto families = reference::ResolveFamilies(all);
  const Side old_side = SideOf(before, families, ignored_labels);
  const Side new_side = SideOf(after, families, ignored_labels);
  std::map<std::string, std::set<std::string>> labels;
  for (const Side* side : {&old_side, &new_side}) {
    for (const auto& [key, series] : *side) {
      labels[series.family];
      for (const auto& [label, value] : series.sample.labels) labels[series.family].insert(label);
    }
  }
  const auto known_before = KnownOf(old_side, labels);
  const auto known_after = KnownOf(new_side, labels);
  const auto added = CausesOf(new_side, old_side, TargetsOf(before), known_before, labels);
  const auto gone = CausesOf(old_side, new_side, TargetsOf(after), known_after, labels);

  std::ostringstream out;
  out << "series " << old_side.size() << " -> " << new_side.size() << "\n";
  for (const auto& [family, names] : labels) {
    Written metric;
    const Known none;
    const Known& old_known = known_before.count(family) > 0 ? known_before.at(family) : none;
    const Known& new_known = known_after.count(family) > 0 ? known_after.at(family) : none;
    metric.before = old_known.series;
    metric.after = new_known.series;
    if (added.count(family) > 0) metric.added = added.at(family);
    if (gone.count(family) > 0) metric.gone = gone.at(family);
    if (metric.added.empty() && metric.gone.empty()) continue;
    for (const std::string& label : names) {
      const Values old_values = old_known.series == 0 ? Values() : old_known.values.at(label);
      const Values new_values = new_known.series == 0 ? Values() : new_known.values.at(label);
      Values only_new = OnlyIn(new_values, old_values);
      Values only_old = OnlyIn(old_values, new_values);
      if (old_known.series == 0) only_new.erase("absent");
      if (new_known.series == 0) only_old.erase("absent");
      if (only_new.empty() && only_old.empty()) continue;
      std::ostringstream text;
      text << "  label " << label << " " << CountPresent(old_values) << " -> " << CountPresent(new_values) << "\n";
      WriteValues("new", only_new, text);
      WriteValues("gone", only_old, text);
      metric.labels[label] = text.str();
    }
    Write(family, metric, out);
  }
  return out.str();
}

std::string DescribeDiff(const Diff& diff) {
  std::ostringstream out;
  out << "series " << diff.before.series << " -> " << diff.after.series << "\n";
  std::vector<const MetricChange*> by_name;
  for (const MetricChange& metric : diff.metrics) {
    if (metric.is_changed()) by_name.push_back(&metric);
  }
  std::sort(by_name.begin(), by_name.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const MetricChange* metric : by_name) {
    Written written;
    written.before = metric->before;
    written.after = metric->after;
    for (const CauseCount& cause : metric->added_causes) {
      written.added[std::string(ChangeCauseName(cause.cause)) + " [" + Joined(cause.labels) + "]"] += cause.series;
    }
    for (const CauseCount& cause : metric->gone_causes) {
      written.gone[std::string(ChangeCauseName(cause.cause)) + " [" + Joined(cause.labels) + "]"] += cause.series;
    }
    for (const LabelChange& label : metric->labels) {
      std::ostringstream text;
      text << "  label " << label.name << " " << label.values_before << " -> " << label.values_after << "\n";
      for (const auto& [direction, change] : {std::pair("new", &label.added), std::pair("gone", &label.gone)}) {
        text << "    " << direction << " " << change->values << " values";
        for (const ChangedValue& value : change->top) text << " [" << value.value << "]=" << value.series;
        text << " others " << change->other_series << " absent " << change->absent_series << "\n";
      }
      written.labels[label.name] = text.str();
    }
    Write(metric->name, written, out);
  }
  return out.str();
}

}  // namespace seriesguard
