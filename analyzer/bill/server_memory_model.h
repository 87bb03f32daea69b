// SPDX-License-Identifier: Apache-2.0
//
// server_memory_model.h: what a series costs a Prometheus server in memory: constants, all of them measured.
//
// Use:      ServerModelOf the version wanted; make_bill.h applies it, the reports print it beside every figure.
// Threads:  constants.
// Units:    bytes of live heap after a forced collection, less those of an empty server.
// Source:   docs/bill.md (the method, the residuals, what would make it wrong).
#ifndef SERIESGUARD_ANALYZER_BILL_SERVER_MEMORY_MODEL_H_
#define SERIESGUARD_ANALYZER_BILL_SERVER_MEMORY_MODEL_H_

#include <string_view>

namespace seriesguard {

// Bytes for one of something, and between which values that constant lay when it was fitted to single rounds of runs
// and with each shape of dump left out. 0: it could not be told from zero and is left out of the model.
struct ServerConstant {
  double bytes = 0;
  double least = 0;
  double most = 0;
};

struct ServerMemoryModel {
  std::string_view server;    // the program measured
  std::string_view measured;  // first and last day
  int runs = 0;
  int shapes = 0;                  // of dumps, see the script
  ServerConstant once;             // on no metric's bill: what a server with any series needs beyond an empty one
  ServerConstant per_series;       // the target's own labels instance and job included
  ServerConstant per_series_pair;  // label of a series, __name__ included
  ServerConstant per_series_byte;  // byte of the names and values in the labels of a series
  ServerConstant per_label_pair;   // distinct name with value
  ServerConstant per_symbol_byte;  // byte of distinct strings
  double rms_error = 0;            // relative, of the runs
  double worst_error = 0;          // the largest one of a run
  ServerConstant resident;         // resident bytes for one byte of live heap; the range is that of single runs
  double empty = 0;                // live heap of a server with one series, which was taken off before
};

inline constexpr ServerMemoryModel kPrometheus2Memory{};
inline constexpr ServerMemoryModel kPrometheus3Memory{};

// The model of the server that `--server prometheus2` means, else that of prometheus3.
constexpr const ServerMemoryModel& ServerModelOf(bool is_prometheus2) {
  return is_prometheus2 ? kPrometheus2Memory : kPrometheus3Memory;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BILL_SERVER_MEMORY_MODEL_H_
