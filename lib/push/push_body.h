// SPDX-License-Identifier: Apache-2.0
//
// push_body.h: what is pushed, made in full before anything is sent, and the sizes by which it can be refused.
//
// Use:      absl::StatusOr<PushBody> body = MakePushBody(registry.Collect());  // Registry's or ServiceRegistry's
//           of prometheus-cpp: lib/prometheus_cpp/push_body.h
// Threads:  pure functions, values.
// Memory:   the bytes to be sent, and each label value of each family once.
// Errors:   in CheckGroup and CheckLimits; ResourceExhausted: no memory.
// Source:   family_message.h (why it is not text); docs/pushgateway.md.
#ifndef SERIESGUARD_LIB_PUSH_PUSH_BODY_H_
#define SERIESGUARD_LIB_PUSH_PUSH_BODY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/metrics/collected_family.h"
#include "lib/push/push_group.h"
#include "rules/policy.h"

namespace seriesguard {

// What the gateway adds to each group: push_time_seconds and push_failure_time_seconds.
inline constexpr uint64_t kGatewaySeries = 2;

struct PushedFamily {
  std::string name;  // as a policy calls it
  uint64_t series = 0;
  // Label name -> values; without `le` and `quantile`.
  std::map<std::string, std::set<std::string>> label_values;
};

struct PushBody {
  std::string bytes;                   // FamilyMessages, one behind the other
  std::vector<PushedFamily> families;  // those with series

  uint64_t series() const;
};

// Writes the families down, those without series, and `_created`, left out. Names outside of the classic alphabet are escaped with '_', as
// a scraper gets them that asks for nothing else.
absl::StatusOr<PushBody> MakePushBody(const std::vector<CollectedFamily>& families);

// Says whether no pushed metric has a label of the group's: the gateway would overwrite it without a word, and series that
// differ by it would become one.
//
// Errors:   InvalidArgument with metric and label.
absl::Status CheckGroup(const PushBody& body, const PushGroup& group);

// Says whether what is pushed is inside the limits of `policy`: the series_limit of each metric, its labels' `drop`, `allow`
// and `value_limit`, and the budget's `series_limit` and `unguarded`. The gateway's own kGatewaySeries count in the budget,
// and so do the guard's metrics. A policy in shadow mode refuses nothing.
//
// A registry under the same policy is inside of it already; this is for what passed no guard, or another one's.
// Errors:   ResourceExhausted with what is over which limit; InvalidArgument: a pattern of the policy does not compile.
absl::Status CheckLimits(const PushBody& body, const Policy& policy);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_PUSH_BODY_H_
