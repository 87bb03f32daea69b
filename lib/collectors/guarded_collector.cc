// SPDX-License-Identifier: Apache-2.0
//
// guarded_collector.cc: see the header.
#include "lib/collectors/guarded_collector.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

std::string ShownNames(const std::vector<std::string>& names) {
  std::string shown;
  for (const std::string& name : names) absl::StrAppend(&shown, shown.empty() ? "" : ", ", SafeText(name));
  return absl::StrCat("{", shown, "}");
}

}  // namespace

GuardedCollector::GuardedCollector(Guard guard, std::string name, Collector collector, CollectorOptions options,
                                   Owner owner)
    : guard_(std::move(guard)),
      name_(std::move(name)),
      collector_(std::move(collector)),
      options_(options),
      owner_(std::move(owner)),
      runner_([this] { return Run(); }, options.timeout) {}

absl::StatusOr<GuardedCollector::Known*> GuardedCollector::Know(const ToldFamily& told) {
  const auto known = families_.find(told.name());
  if (known != families_.end()) {
    const Known& family = known->second;
    const auto wrong = [&](const std::string& before, const std::string& now) {
      return absl::InvalidArgumentError(
          absl::StrCat("metric ", SafeText(told.name()), ": the collector told ", before, " before, and tells ", now));
    };
    if (family.empty.kind != told.kind()) return wrong("another type", "this one");
    if (family.guarded->label_names() != told.labels()) {
      return wrong("the labels " + ShownNames(family.guarded->label_names()), ShownNames(told.labels()));
    }
    if (family.empty.boundaries != told.boundaries()) return wrong("other bucket boundaries", "these");
    return &known->second;
  }
  if (families_.size() >= options_.most_families) {
    return absl::ResourceExhaustedError(absl::StrCat("metric ", SafeText(told.name()), ": the collector has ",
                                                     options_.most_families, " metrics already"));
  }
  if (const absl::Status status = owner_.check(told); !status.ok()) return status;
  const size_t parts = told.kind() == MetricKind::kHistogram ? told.boundaries().size() + 1
                       : told.kind() == MetricKind::kSummary ? 1
                                                             : 0;
  absl::StatusOr<std::unique_ptr<CollectorFamily>> guarded =
      CollectorFamily::Create(guard_, told.name(), told.labels(), told.kind(), owner_.cost(told), parts);
  if (!guarded.ok()) {
    owner_.release(told);
    return guarded.status();
  }
  Known family;
  family.empty = {told.name(), told.help(), told.unit(), told.kind(), told.boundaries(), {}};
  family.guarded = std::move(*guarded);
  return &families_.emplace(told.name(), std::move(family)).first->second;
}

absl::StatusOr<ShownFamilies> GuardedCollector::Run() {
  CollectorOutput output(options_.most_label_sets);
  if (const absl::Status status = collector_(output); !status.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the collector failed: ", SafeText(std::string(status.message()))));
  }
  if (!output.status().ok()) return output.status();
  absl::Status refused;
  std::set<std::string> left_out;
  for (auto& [name, family] : families_) family.guarded->Begin();
  for (const ToldFamily& told : output.families()) {
    const absl::StatusOr<Known*> known = Know(told);
    if (!known.ok()) {
      refused.Update(known.status());
      left_out.insert(told.name());
      continue;
    }
    told.ForEach([&known](const std::string_view* values, const CollectedPoint& point) {
      (*known)->guarded->Add(values, point);
    });
  }
  ShownFamilies shown;
  uint64_t resets = 0;
  for (auto& [name, family] : families_) {
    if (left_out.count(name) > 0) continue;
    ShownFamily one = family.empty;
    family.guarded->End(
        [&one](const LabelPairs& labels, const CollectedPoint& point) { one.series.emplace_back(labels, point); });
    resets += family.guarded->resets();
    if (!one.series.empty()) shown.push_back(std::move(one));
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  counts_.resets = resets;
  counts_.problem = refused.ok() ? "" : std::string(refused.message());
  if (!refused.ok()) ++counts_.errors;
  return shown;
}

absl::StatusOr<GuardedCollector::Runner::Shared> GuardedCollector::Await(Runner::Ticket ticket) {
  absl::StatusOr<Runner::Shared> shown = runner_.Await(std::move(ticket));
  if (!shown.ok()) Note(shown.status());
  return shown;
}

void GuardedCollector::Note(const absl::Status& status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (absl::IsDeadlineExceeded(status)) {
    ++counts_.timeouts;
  } else if (absl::IsUnknown(status)) {
    ++counts_.exceptions;
  } else {
    ++counts_.errors;
  }
  counts_.problem = std::string(status.message());
}

CollectorCounts GuardedCollector::counts() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return counts_;
}

std::vector<GuardMetric> CollectorMetrics(const std::vector<std::pair<std::string, CollectorCounts>>& collectors) {
  if (collectors.empty()) return {};
  GuardMetric failures{
      "seriesguard_collector_failures_total", "Scrapes that show nothing, or not all, of a collector.", true, {}};
  GuardMetric resets{"seriesguard_collector_resets_total", "Sums over a collector's label sets that fell.", true, {}};
  for (const auto& [name, counts] : collectors) {
    failures.samples.push_back({{{"collector", name}, {"reason", "error"}}, counts.errors});
    failures.samples.push_back({{{"collector", name}, {"reason", "exception"}}, counts.exceptions});
    failures.samples.push_back({{{"collector", name}, {"reason", "timeout"}}, counts.timeouts});
    resets.samples.push_back({{{"collector", name}}, counts.resets});
  }
  return {failures, resets};
}

}  // namespace seriesguard
