// SPDX-License-Identifier: Apache-2.0
//
// guard.cc: the policy in force, and all families under it.
#include "lib/guard/guard.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/guard/debug_page.h"
#include "lib/guard/epoch.h"
#include "lib/guard/suggest_policy.h"
#include "rules/metric_matcher.h"
#include "rules/policy_reader.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownValues = 10;
constexpr size_t kErrorColumns = 120;

int64_t SteadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::StatusOr<Policy> PolicyOf(PolicyReadResult result, std::string_view path) {
  if (result.policy) return std::move(*result.policy);
  return absl::InvalidArgumentError(FormatDiagnostics(result, path, kErrorColumns));
}

absl::StatusOr<Policy> PolicyOfFile(const std::string& path) {
  absl::StatusOr<PolicyReadResult> result = ReadPolicyFile(path);
  if (!result.ok()) return result.status();
  return PolicyOf(std::move(*result), path);
}

// What the guard exports of a family itself, at most: two series a metric, three a label and one a label and reason.
uint64_t OwnSeries(size_t labels) { return 2 + labels * (3 + kFoldReasons - 1); }
constexpr uint64_t kOwnSeriesOfGuard = 1;

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

absl::Status CheckLabelName(const FamilySpec& spec, const std::string& label) {
  const auto wrong = [&](const char* what) {
    return absl::InvalidArgumentError(
        absl::StrCat("metric ", SafeText(spec.name), ": the label name \"", SafeText(label), "\" ", what));
  };
  if (label.empty() || !IsNameStart(label[0])) return wrong("does not begin with a letter or _");
  for (const char c : label) {
    if (!IsNameStart(c) && !(c >= '0' && c <= '9')) return wrong("has a character that is no letter, digit or _");
  }
  if (label.substr(0, 2) == "__") return wrong("is reserved (it begins with __)");
  if (label == "le" && spec.kind == MetricKind::kHistogram) return wrong("belongs to the histogram's buckets");
  if (label == "quantile" && spec.kind == MetricKind::kSummary) return wrong("belongs to the summary's quantiles");
  if (std::count(spec.labels.begin(), spec.labels.end(), label) > 1) return wrong("is given twice");
  return absl::OkStatus();
}

absl::Status CheckSpec(const FamilySpec& spec) {
  if (spec.name.compare(0, kOwnMetricPrefix.size(), kOwnMetricPrefix.data(), kOwnMetricPrefix.size()) == 0) {
    return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(spec.name), ": names with ",
                                                   std::string(kOwnMetricPrefix), " belong to the guard itself"));
  }
  if (spec.labels.size() > kMaxGuardedLabels) {
    return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(spec.name), ": ", spec.labels.size(),
                                                   " labels, at most ", kMaxGuardedLabels, " can be guarded"));
  }
  for (const std::string& label : spec.labels) {
    if (const absl::Status status = CheckLabelName(spec, label); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

struct Guard::State {
  State(GuardOptions given, std::unique_ptr<const Policy> first)
      : options(std::move(given)),
        policy(std::move(first)),
        core(HashKey::Random(), options.clock_ns ? options.clock_ns : SteadyNs) {}

  const GuardOptions options;
  std::vector<std::shared_ptr<void>> kept;
  std::unique_ptr<const Policy> policy;
  std::optional<MetricMatcher> matcher;
  std::vector<std::unique_ptr<FamilyGuard>> families;  // outlive the core's reclaimer, which may call them
  std::vector<uint64_t> capacities;
  uint64_t own_series = kOwnSeriesOfGuard;
  uint64_t reloads = 0;
  GuardCore core;

  void SetTotal(const Policy& of) {
    const uint64_t unguarded = static_cast<uint64_t>(of.budget.unguarded.value_or(0)) + own_series;
    const uint64_t limit =
        of.budget.series_limit ? static_cast<uint64_t>(*of.budget.series_limit) : TotalBudget::kNoLimit;
    core.total.SetLimit(limit, unguarded);
  }
};

absl::StatusOr<Guard> Guard::FromPolicy(Policy policy, GuardOptions options) try {
  auto state = std::make_shared<State>(std::move(options), std::make_unique<const Policy>(std::move(policy)));
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(*state->policy);
  if (!matcher.ok()) return matcher.status();
  state->matcher.emplace(std::move(*matcher));
  state->SetTotal(*state->policy);
  return Guard(std::move(state));
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for the guard");
}

absl::StatusOr<Guard> Guard::FromText(std::string_view yaml, GuardOptions options) {
  absl::StatusOr<Policy> policy = PolicyOf(ReadPolicy("policy", yaml), "policy");
  if (!policy.ok()) return policy.status();
  return FromPolicy(std::move(*policy), std::move(options));
}

absl::StatusOr<Guard> Guard::FromFile(const std::string& path, GuardOptions options) {
  absl::StatusOr<Policy> policy = PolicyOfFile(path);
  if (!policy.ok()) return policy.status();
  return FromPolicy(std::move(*policy), std::move(options));
}

absl::StatusOr<FamilyGuard*> Guard::AddFamily(FamilySpec spec) try {
  if (const absl::Status status = CheckSpec(spec); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  for (const auto& family : state_->families) {
    if (family->name() == spec.name) {
      return absl::AlreadyExistsError(absl::StrCat("metric ", SafeText(spec.name), " is guarded already"));
    }
  }
  const FamilyShape shape{spec.name, spec.labels, spec.kind, spec.cost, spec.existing_series};
  absl::StatusOr<FamilyPolicy> policy = MakeFamilyPolicy(*state_->policy, *state_->matcher, shape);
  if (!policy.ok()) return policy.status();
  const uint64_t own = OwnSeries(spec.labels.size());
  const TotalBudget& total = state_->core.total;
  const uint64_t wanted = policy->reserve + spec.existing_series + own;
  if (!total.HasPlace(nullptr, wanted, state_->core.now_ns())) {
    return absl::ResourceExhaustedError(
        absl::StrCat("metric ", SafeText(spec.name), ": its reserve of ", policy->reserve, " series, ",
                     spec.existing_series, " that exist and ", own, " of the guard's own do not fit: ", total.used(),
                     " of ", total.limit(), " are taken"));
  }
  auto family = std::make_unique<FamilyGuard>(&state_->core, std::move(spec));
  FamilyGuard* const added = family.get();
  state_->families.reserve(state_->families.size() + 1);
  state_->capacities.reserve(state_->capacities.size() + 1);
  state_->capacities.push_back(policy->capacity);
  TotalBudget before = state_->core.total;
  try {
    added->Enforce(std::move(*policy));
  } catch (...) {
    state_->capacities.pop_back();
    state_->core.total = std::move(before);
    added->RemoveSeries();
    throw;
  }
  state_->families.push_back(std::move(family));
  state_->own_series += own;
  state_->SetTotal(*state_->policy);
  return added;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to guard another metric");
}

void Guard::KeepAlive(std::shared_ptr<void> object) {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  state_->kept.push_back(std::move(object));
}

absl::Status Guard::Reload(Policy given) {
  auto policy = std::make_unique<const Policy>(std::move(given));
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(*policy);
  if (!matcher.ok()) return matcher.status();
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  std::vector<FamilyPolicy> all;
  uint64_t reserves = state_->own_series + static_cast<uint64_t>(policy->budget.unguarded.value_or(0));
  for (size_t i = 0; i < state_->families.size(); ++i) {
    const FamilyShape shape = state_->families[i]->shape();
    absl::StatusOr<FamilyPolicy> family = MakeFamilyPolicy(*policy, *matcher, shape);
    if (!family.ok()) return family.status();
    if (family->series_limit > state_->capacities[i]) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "metric ", SafeText(shape.name), ": series_limit ", family->series_limit, " is above the capacity of ",
          state_->capacities[i], " that the first policy gave; a restart, or a higher `capacity`, allows it"));
    }
    reserves += family->reserve + shape.existing_series;
    all.push_back(std::move(*family));
  }
  if (policy->budget.series_limit && reserves > static_cast<uint64_t>(*policy->budget.series_limit)) {
    return absl::ResourceExhaustedError(absl::StrCat("the series that must always have a place (", reserves,
                                                     ") are more than the budget's series_limit ",
                                                     *policy->budget.series_limit));
  }
  for (size_t i = 0; i < all.size(); ++i) state_->families[i]->Enforce(std::move(all[i]));
  state_->policy = std::move(policy);
  state_->matcher.emplace(std::move(*matcher));
  state_->SetTotal(*state_->policy);
  ++state_->reloads;
  state_->core.reclaimer.Collect();  // gauges that are demoted go at once
  return absl::OkStatus();
}

absl::Status Guard::ReloadFromText(std::string_view yaml) {
  absl::StatusOr<Policy> policy = PolicyOf(ReadPolicy("policy", yaml), "policy");
  return policy.ok() ? Reload(std::move(*policy)) : policy.status();
}

absl::Status Guard::ReloadFromFile(const std::string& path) {
  absl::StatusOr<Policy> policy = PolicyOfFile(path);
  return policy.ok() ? Reload(std::move(*policy)) : policy.status();
}

void Guard::Maintain() {
  std::vector<std::string> messages;
  {
    const std::lock_guard<std::mutex> lock(state_->core.mutex);
    for (const auto& family : state_->families) family->Maintain(&messages);
    state_->core.reclaimer.Collect();
  }
  if (!state_->options.on_first_fold) return;
  for (const std::string& message : messages) state_->options.on_first_fold(message);
}

GuardReport Guard::MakeReport(const State& state) {
  GuardReport report;
  report.shadow = state.policy->mode == PolicyMode::kShadow;
  report.policy_version = state.policy->version;
  report.policy_hash = state.policy->hash;
  report.total_limit = state.core.total.limit() == TotalBudget::kNoLimit ? 0 : state.core.total.limit();
  report.total_taken = state.core.total.used();
  report.unguarded = static_cast<uint64_t>(state.policy->budget.unguarded.value_or(0));
  report.own_series = state.own_series;
  report.reloads = state.reloads;
  report.now_ns = state.core.now_ns();
  report.bytes = state.core.reclaimer.bytes();
  for (const auto& family : state.families) {
    report.families.push_back(family->Report(kShownValues));
    report.bytes += report.families.back().bytes;
  }
  return report;
}

GuardReport Guard::Report() const {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  return MakeReport(*state_);
}

GuardReport Guard::Evidence() const {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  GuardReport report = MakeReport(*state_);
  for (size_t i = 0; i < state_->families.size(); ++i) state_->families[i]->AddEvidence(&report.families[i]);
  return report;
}

std::string Guard::SuggestPolicy() const {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  GuardReport report = MakeReport(*state_);
  for (size_t i = 0; i < state_->families.size(); ++i) state_->families[i]->AddEvidence(&report.families[i]);
  return seriesguard::SuggestPolicy(report, *state_->policy, *state_->matcher);
}

std::string Guard::DebugString() const { return DebugPage(Report()); }

}  // namespace seriesguard
