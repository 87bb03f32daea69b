// SPDX-License-Identifier: Apache-2.0
//
// system_status.h: an errno as a Status, with the few codes that users of this folder tell apart.
//
// Use:      SystemStatus(errno, "cannot open the folder").
// Threads:  pure.
// Fork:     allocates, so never in the child handler.
//
// ResourceExhausted: no space, quota, memory or descriptor left, or a limit of the process. PermissionDenied: not allowed.
// FailedPrecondition: a read-only file system. Others as absl::ErrnoToStatus has them.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SYSTEM_STATUS_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SYSTEM_STATUS_H_

#include <string>

#include "absl/status/status.h"

namespace seriesguard {

// Returns "<what>: <the system's text of the error>", with advice where there is some.
absl::Status SystemStatus(int error, const std::string& what);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SYSTEM_STATUS_H_
