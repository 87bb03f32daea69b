// SPDX-License-Identifier: Apache-2.0
//
// push_group.h: which group of a Pushgateway a job's metrics are kept under, and how that is written in a URL.
//
// Use:      PushGroup{"nightly_orders", {{"instance", "db-1"}}}; given to PushGateway::Create.
// Threads:  pure functions.
// Errors:   InvalidArgument with the label and what is wrong with it.
// Source:   README of Pushgateway 1.5, "URL" and "base64 encoding".
#ifndef SERIESGUARD_LIB_PUSH_PUSH_GROUP_H_
#define SERIESGUARD_LIB_PUSH_PUSH_GROUP_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace seriesguard {

// The labels that a gateway gives to everything of the group, and that tell one group from another.
struct PushGroup {
  std::string job;                                          // never empty
  std::vector<std::pair<std::string, std::string>> labels;  // name and value, without job
};

// Returns the path of the group below the gateway's own: "/metrics/job/nightly_orders/instance/db-1".
//
// A value of letters, digits, '_', '-', '.' and '~' stands as it is; any other, the empty one and those that a URL takes for
// something else ("." and "..") are written as `name@base64/...`, in the alphabet that is safe in URLs.
// Errors:    InvalidArgument: an empty job; a label name that is not classic, starts with `__`, is `job` or comes twice; a
//            value that is not UTF-8: Pushgateway 1.5.1 refuses such a push and keeps the time of that failure under the very
//            group, and from then on no server can read anything of it.
absl::StatusOr<std::string> PathOfGroup(const PushGroup& group);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_PUSH_GROUP_H_
