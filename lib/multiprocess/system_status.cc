// SPDX-License-Identifier: Apache-2.0
//
// system_status.cc: the codes in which we differ from absl::ErrnoToStatus, and the advice.
#include "lib/multiprocess/system_status.h"

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace seriesguard {

absl::Status SystemStatus(int error, const std::string& what) {
  const absl::Status plain = absl::ErrnoToStatus(error, what);
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(absl::StrCat(plain.message(), "; free some space or choose another folder"));
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return absl::ResourceExhaustedError(plain.message());
    case EROFS:
      return absl::FailedPreconditionError(absl::StrCat(plain.message(), "; choose a folder that can be written"));
    default: return plain;
  }
}

}  // namespace seriesguard
