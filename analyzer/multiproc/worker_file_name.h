// SPDX-License-Identifier: Apache-2.0
//
// worker_file_name.h: what the name of a file in client_python's PROMETHEUS_MULTIPROC_DIR says about its worker.
//
// Threads:  pure functions.
// Errors:   InvalidArgument with the reason, without the name.
// Source:   prometheus_client/values.py and multiprocess.py (0.16, 0.26): counter_ID.db, histogram_ID.db, summary_ID.db,
//           gauge_MODE_ID.db. ID is the pid unless the service chose something else.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_WORKER_FILE_NAME_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_WORKER_FILE_NAME_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace seriesguard {

enum class WorkerFileType : uint8_t { kCounter, kGauge, kHistogram, kSummary };

// How the values of several workers become one gauge.
enum class ClientGaugeMode : uint8_t {
  kEach,  // a series a worker, with the label pid
  kMin,
  kMax,
  kSum,
  kMostRecent,
};

struct WorkerFileName {
  WorkerFileType type = WorkerFileType::kCounter;
  ClientGaugeMode mode = ClientGaugeMode::kEach;  // of a gauge
  bool is_live = false;                           // of a gauge: its file goes when the worker is marked dead
  std::string_view worker;                        // ID, "123"
  // What the label `pid` of a gauge says: ID, but where it holds a `_`, what client_python makes of it: the part before,
  // less its last three characters.
  std::string_view pid;
};

// Reads one path component.
//
// Lifetime:  the views are into `name`.
absl::StatusOr<WorkerFileName> ParseWorkerFileName(std::string_view name);

// Says whether a file of this name makes its folder one of worker files: ParseWorkerFileName reads it, and its ID has a
// digit, so that somebody's `counter_state.db` does not.
bool MarksWorkerFolder(std::string_view name);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_WORKER_FILE_NAME_H_
