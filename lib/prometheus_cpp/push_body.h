// SPDX-License-Identifier: Apache-2.0
//
// push_body.h: what a registry of prometheus-cpp has, to be pushed by lib/push.
//
// Use:      auto body = seriesguard::PushBodyOf({registry.get(), seriesguard::Collectable(guard).get()});
//           absl::Status pushed = gateway.Push(*body);
// Threads:  any.
// Errors:   InvalidArgument: a name or a label value that the format cannot have, a metric with a timestamp (no gateway takes
//           one), one name in two of the collectables. ResourceExhausted: no memory. What Collect throws passes.
// Source:   docs/pushgateway.md.
#ifndef SERIESGUARD_LIB_PROMETHEUS_CPP_PUSH_BODY_H_
#define SERIESGUARD_LIB_PROMETHEUS_CPP_PUSH_BODY_H_

#include <prometheus/collectable.h>

#include <vector>

#include "absl/status/statusor.h"
#include "lib/push/push_body.h"

namespace seriesguard {

// Asks each of the collectables once and writes down what they have: families that guard.Wrap() holds inside their limits, and
// any others as they are (PushOptions::limits can refuse those).
absl::StatusOr<PushBody> PushBodyOf(const std::vector<const prometheus::Collectable*>& collectables);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PROMETHEUS_CPP_PUSH_BODY_H_
