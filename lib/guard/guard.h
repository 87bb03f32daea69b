// SPDX-License-Identifier: Apache-2.0
//
// guard.h: keeps the metric families of a service inside the budget of a policy file.
//
// Use:      auto guard = seriesguard::Guard::FromFile("seriesguard.yaml").value();
//           #include "lib/prometheus_cpp/wrap.h"
//           auto requests = guard.Wrap(family, {"method", "path", "code"}).value();
//           requests.With({"GET", path, "200"}).Increment();
// Threads:  all members from any thread. Copies of a Guard are the same guard.
// Lifetime: the guard lives as long as its last copy or wrapper; the wrapped families must outlive it.
// Memory:   fixed by the policy once all families are wrapped (Report().bytes).
// Errors:   Status with a sentence that names metric, label and policy line; nothing is thrown but what the metric library
//           throws.
// Source:   docs/guard.md.
#ifndef SERIESGUARD_LIB_GUARD_GUARD_H_
#define SERIESGUARD_LIB_GUARD_GUARD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/guard/family_guard.h"
#include "lib/guard/guard_core.h"
#include "lib/guard/guard_metrics.h"
#include "lib/guard/guard_report.h"
#include "lib/series/keyed_hash.h"
#include "rules/policy.h"

namespace seriesguard {

struct GuardOptions {
  // Nanoseconds of a clock that never goes back; empty: std::chrono::steady_clock. Tests set their own.
  std::function<int64_t()> clock_ns;
  // Told once a label, when its first value was folded: one line, safe to log. Called by Maintain without the mutex.
  std::function<void(const std::string& message)> on_first_fold;
  // For lib/multiprocess: the guard is one of the replicas of a service. Outlives the guard.
  SharedLead* lead = nullptr;
  // The key that all of them hash with; empty: one that no other process has.
  std::optional<HashKey> hash_key;
  // Series that are exported beside those of the families and the guard's own: they count against the total.
  uint64_t further_series = 0;
};

class Guard {
 public:
  // Reads the policy at `path`.
  //
  // Errors:  NotFound, PermissionDenied, Unavailable: the file; InvalidArgument: what `seriesguard policy check` prints.
  static absl::StatusOr<Guard> FromFile(const std::string& path, GuardOptions options = {});
  static absl::StatusOr<Guard> FromText(std::string_view yaml, GuardOptions options = {});
  static absl::StatusOr<Guard> FromPolicy(Policy policy, GuardOptions options = {});

  // Puts another policy in force. On an error the old one stays.
  //
  // What the new policy exports under other labels freezes first; a lowered limit turns the latest comers out; new pins
  // and closed values wait for free places and take them first.
  // Errors:  as FromFile; ResourceExhausted: a limit above the old policy's `capacity`, or reserves that do not fit.
  // Cost:    linear in the series of all families; With() of other threads goes on meanwhile.
  absl::Status Reload(Policy policy);
  absl::Status ReloadFromText(std::string_view yaml);
  absl::Status ReloadFromFile(const std::string& path);

  // Lets time pass: frozen series end, new ones are fed, places change hands. Called by every scrape of the guard's own
  // metrics; a service that does not export those calls it about once a scrape interval.
  void Maintain();

  GuardReport Report() const;
  // The report, and of each label which values were asked for, at most kMaxSeenValues. Cost: looks at every series.
  GuardReport Evidence() const;
  // Writes the policy that the traffic so far would need, as YAML with a comment a rule: a draft for people, to be read
  // before it is used. See lib/guard/suggest_policy.h for what it does and what it never does.
  std::string SuggestPolicy() const;
  // A page for people: per metric limit, use, demand, busiest rejected values, since when.
  std::string DebugString() const;

  // Wraps a family of a metric library: see lib/prometheus_cpp/wrap.h, which must be included.
  template <typename Family, size_t N, typename... Args>
  auto Wrap(Family& family, const std::string_view (&labels)[N], Args&&... args) {
    return WrapFamily(*this, family, labels, std::forward<Args>(args)...);
  }

  // The same for a family whose one series has no labels.
  template <typename Family, typename... Args,
            typename = std::enable_if_t<!(std::is_array_v<std::remove_reference_t<Args>> || ...)>>
  auto Wrap(Family& family, Args&&... args) {
    return WrapFamilyWithoutLabels(*this, family, std::forward<Args>(args)...);
  }

  // For wrappers. Errors: AlreadyExists: the name is guarded already; InvalidArgument: a reserved metric or label name, a
  // label twice, more than kMaxGuardedLabels, a rule that does not fit; ResourceExhausted: the reserve does not fit.
  absl::StatusOr<FamilyGuard*> AddFamily(FamilySpec spec);
  // For wrappers: counts `series` more that are exported beside the families against the total.
  void AddOwnSeries(uint64_t series);
  // For wrappers: what else is to be told behind the guard's own metrics, as long as `owner` lives; FurtherMetrics() asks all
  // of them, without the mutex, and gives metrics of one name as one.
  void AddMetrics(std::weak_ptr<const void> owner, std::function<std::vector<GuardMetric>()> metrics);
  std::vector<GuardMetric> FurtherMetrics() const;
  // For wrappers: keeps `object` as long as the guard.
  void KeepAlive(std::shared_ptr<void> object);

  // For lib/multiprocess ----------------------------------------------------------------------------------------------
  // The same guard without keeping it alive.
  Guard Borrow() const { return Guard(std::shared_ptr<State>(std::shared_ptr<void>(), state_.get())); }
  // The guard's mutex, for what SharedLead does outside of its calls.
  std::mutex& mutex();
  GuardCore& core();
  // Puts a policy in force that another process has checked. Mutex. Errors: as Reload; then the old one stays.
  // `decides`: with the lead, and all series are brought under it, because somebody died in the middle of a reload.
  absl::Status FollowPolicy(std::string_view yaml, bool decides);

 private:
  struct State;
  static GuardReport MakeReport(const State& state);
  absl::Status Enforce(Policy policy, std::string_view yaml, bool follows, bool decides);
  explicit Guard(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_GUARD_GUARD_H_
