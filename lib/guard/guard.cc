// SPDX-License-Identifier: Apache-2.0
//
// guard.cc: the policy in force, and all families under it.
#include "lib/guard/guard.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <new>
#include <thread>
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

constexpr std::chrono::milliseconds kLongestWaitForLead{5000};

// The lead of a service of many processes, for what happens at start-up and at reloads: worth waiting for.
class WaitForLead {
 public:
  explicit WaitForLead(GuardCore* core) : core_(*core) {
    if (core_.lead == nullptr) return;
    const auto end = std::chrono::steady_clock::now() + kLongestWaitForLead;
    while (!(has_ = core_.lead->TryTake()) && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  WaitForLead(const WaitForLead&) = delete;
  WaitForLead& operator=(const WaitForLead&) = delete;
  ~WaitForLead() {
    core_.leads = false;
    if (has_) core_.lead->Leave();
  }
  absl::Status status() const {
    if (core_.lead == nullptr || has_) return absl::OkStatus();
    return absl::UnavailableError("another process of the service has been deciding for seconds; is it stopped?");
  }

 private:
  GuardCore& core_;
  bool has_ = false;
};

// What the guard exports of a family itself, at most: two series a metric, three a label and one a label and reason.
// (Nobody is busy where there is one process.)
uint64_t OwnSeries(size_t labels, bool is_shared) { return 2 + labels * (3 + kFoldReasons - (is_shared ? 1 : 2)); }
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
        core(options.hash_key ? *options.hash_key : HashKey::Random(), options.clock_ns ? options.clock_ns : SteadyNs) {
    core.lead = options.lead;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (core.lead != nullptr) core.lead->Detach();
  }

  const GuardOptions options;
  std::vector<std::shared_ptr<void>> kept;
  std::vector<std::pair<std::weak_ptr<const void>, std::function<std::vector<GuardMetric>()>>> metrics;
  std::unique_ptr<const Policy> policy;
  std::optional<MetricMatcher> matcher;
  std::vector<std::unique_ptr<FamilyGuard>> families;  // outlive the core's reclaimer, which may call them
  std::vector<uint64_t> capacities;
  uint64_t own_series = kOwnSeriesOfGuard + options.further_series;
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
  if ((state_->core.lead == nullptr) != (spec.shared == nullptr)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "metric ", SafeText(spec.name), ": a guard of many processes guards the families of its own registry only: ",
        "locks of another library would not survive a fork"));
  }
  const WaitForLead lead(&state_->core);
  if (!lead.status().ok()) return lead.status();
  const FamilyShape shape{spec.name, spec.labels, spec.kind, spec.cost, spec.existing_series, spec.is_collected};
  absl::StatusOr<FamilyPolicy> policy = MakeFamilyPolicy(*state_->policy, *state_->matcher, shape);
  if (!policy.ok()) return policy.status();
  const uint64_t own = OwnSeries(spec.labels.size(), spec.shared != nullptr);
  const TotalBudget& total = state_->core.total;
  const uint64_t wanted = policy->reserve + spec.existing_series + own;
  const bool has_place = spec.shared != nullptr && spec.shared->IsKnown();
  if (!has_place && !total.HasPlace(nullptr, wanted, state_->core.now_ns())) {
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
    if (added->shared() != nullptr) {
      const absl::StatusOr<bool> is_first = added->shared()->Join(added, *policy);
      if (!is_first.ok()) {
        state_->capacities.pop_back();
        return is_first.status();
      }
      added->Enforce(std::move(*policy));
      added->shared()->FollowAll();
      if (*is_first) added->Begin();
    } else {
      added->Enforce(std::move(*policy));
    }
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

void Guard::AddOwnSeries(uint64_t series) {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  state_->own_series += series;
  state_->SetTotal(*state_->policy);
}

void Guard::AddMetrics(std::weak_ptr<const void> owner, std::function<std::vector<GuardMetric>()> metrics) {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  auto& sources = state_->metrics;
  sources.erase(std::remove_if(sources.begin(), sources.end(), [](const auto& one) { return one.first.expired(); }),
                sources.end());
  sources.emplace_back(std::move(owner), std::move(metrics));
}

std::vector<GuardMetric> Guard::FurtherMetrics() const {
  std::vector<std::pair<std::weak_ptr<const void>, std::function<std::vector<GuardMetric>()>>> sources;
  {
    const std::lock_guard<std::mutex> lock(state_->core.mutex);
    sources = state_->metrics;
  }
  std::vector<GuardMetric> all;
  for (const auto& [owner, source] : sources) {
    const std::shared_ptr<const void> lives = owner.lock();
    if (lives == nullptr) continue;
    for (GuardMetric& metric : source()) {
      const auto same = std::find_if(all.begin(), all.end(), [&metric](const GuardMetric& one) {
        return std::string_view(one.name) == metric.name;
      });
      if (same == all.end()) {
        all.push_back(std::move(metric));
      } else {
        std::move(metric.samples.begin(), metric.samples.end(), std::back_inserter(same->samples));
      }
    }
  }
  return all;
}

void Guard::KeepAlive(std::shared_ptr<void> object) {
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  state_->kept.push_back(std::move(object));
}

absl::Status Guard::Reload(Policy policy) {
  if (state_->core.lead != nullptr) {
    return absl::FailedPreconditionError(
        "the other processes need the policy's text: use ReloadFromText or ReloadFromFile");
  }
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  return Enforce(std::move(policy), {}, /*follows=*/false, /*decides=*/true);
}

// Mutex, and the lead where it `decides`; `follows` a policy that the others have already.
absl::Status Guard::Enforce(Policy given, std::string_view yaml, bool follows, bool decides) {
  auto policy = std::make_unique<const Policy>(std::move(given));
  absl::StatusOr<MetricMatcher> matcher = MetricMatcher::Compile(*policy);
  if (!matcher.ok()) return matcher.status();
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
  GuardCore& core = state_->core;
  if (core.lead != nullptr && policy->mode == PolicyMode::kShadow) {
    return absl::FailedPreconditionError(
        "mode: shadow keeps every series, which the fixed tables of many processes cannot; try the policy in one "
        "process");
  }
  if (core.lead != nullptr && !follows) {
    if (const absl::Status published = core.lead->PublishPolicy(yaml); !published.ok()) return published;
  }
  core.leads = decides;
  for (size_t i = 0; i < all.size(); ++i) state_->families[i]->Enforce(std::move(all[i]));
  core.leads = false;
  state_->policy = std::move(policy);
  state_->matcher.emplace(std::move(*matcher));
  state_->SetTotal(*state_->policy);
  ++state_->reloads;
  core.reclaimer.Collect();  // gauges that are demoted go at once
  return absl::OkStatus();
}

absl::Status Guard::ReloadFromText(std::string_view yaml) {
  absl::StatusOr<Policy> policy = PolicyOf(ReadPolicy("policy", yaml), "policy");
  if (!policy.ok()) return policy.status();
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  const WaitForLead lead(&state_->core);
  if (!lead.status().ok()) return lead.status();
  return Enforce(std::move(*policy), yaml, /*follows=*/false, /*decides=*/true);
}

absl::Status Guard::ReloadFromFile(const std::string& path) {
  absl::StatusOr<PolicyReadResult> read = ReadPolicyFile(path);
  if (!read.ok()) return read.status();
  const std::string text = read->text;
  absl::StatusOr<Policy> policy = PolicyOf(std::move(*read), path);
  if (!policy.ok()) return policy.status();
  const std::lock_guard<std::mutex> lock(state_->core.mutex);
  const WaitForLead lead(&state_->core);
  if (!lead.status().ok()) return lead.status();
  return Enforce(std::move(*policy), text, /*follows=*/false, /*decides=*/true);
}

absl::Status Guard::FollowPolicy(std::string_view yaml, bool decides) {
  absl::StatusOr<Policy> policy = PolicyOf(ReadPolicy("policy", yaml), "policy");
  return policy.ok() ? Enforce(std::move(*policy), yaml, /*follows=*/true, decides) : policy.status();
}

std::mutex& Guard::mutex() { return state_->core.mutex; }
GuardCore& Guard::core() { return state_->core; }

void Guard::Maintain() {
  std::vector<std::string> messages;
  {
    const std::lock_guard<std::mutex> lock(state_->core.mutex);
    GuardCore& core = state_->core;
    if (core.lead != nullptr) {
      core.lead->Follow();
      core.leads = core.lead->TryTake();
    }
    for (const auto& family : state_->families) family->Maintain(&messages);
    if (core.leads) core.lead->Leave();
    core.leads = false;
    core.reclaimer.Collect();
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
