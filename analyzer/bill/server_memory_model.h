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

// What follows is printed by, and held by a test against,
//   bench/compare/server_memory.py --fit bench/compare/server_memory_runs.tsv --header
// after the measurement that docs/bill.md describes.
// What follows is printed by, and held by a test against,
//   bench/compare/server_memory.py --fit bench/compare/server_memory_runs.tsv --header
// after the measurement that docs/bill.md describes.
inline constexpr ServerMemoryModel kPrometheus2Memory{
    /*server=*/"2.42.0",
    /*measured=*/"2026-11-23",
    /*runs=*/16,
    /*shapes=*/16,
    /*once=*/{8.0918e+06, 6.5481e+06, 1.4219e+07},
    /*per_series=*/{928.95, 845.19, 1047.1},
    /*per_series_pair=*/{63.739, 53.446, 75.797},
    /*per_series_byte=*/{2.8934, 2.6108, 2.984},
    /*per_label_pair=*/{},
    /*per_symbol_byte=*/{},
    /*rms_error=*/0.109,
    /*worst_error=*/0.201,
    /*resident=*/{2.026, 1.477, 2.701},
    /*empty=*/8780920,
};

inline constexpr ServerMemoryModel kPrometheus3Memory{
    /*server=*/"3.16.0",
    /*measured=*/"2026-11-23",
    /*runs=*/16,
    /*shapes=*/16,
    /*once=*/{3.0093e+06, 2.6813e+06, 4.1726e+06},
    /*per_series=*/{648.72, 640.92, 657.01},
    /*per_series_pair=*/{19.784, 17.632, 21.118},
    /*per_series_byte=*/{2.1658, 2.1116, 2.1854},
    /*per_label_pair=*/{99.664, 91.763, 103.89},
    /*per_symbol_byte=*/{},
    /*rms_error=*/0.017,
    /*worst_error=*/0.034,
    /*resident=*/{2.430, 1.974, 3.271},
    /*empty=*/9815192,
};

// The model of the server that `--server prometheus2` means, else that of prometheus3.
constexpr const ServerMemoryModel& ServerModelOf(bool is_prometheus2) {
  return is_prometheus2 ? kPrometheus2Memory : kPrometheus3Memory;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BILL_SERVER_MEMORY_MODEL_H_
