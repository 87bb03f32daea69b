// SPDX-License-Identifier: Apache-2.0
//
// golden_runner.h: runs one golden case in this process, in a folder of its own.
#ifndef SERIESGUARD_TESTS_GOLDEN_GOLDEN_RUNNER_H_
#define SERIESGUARD_TESTS_GOLDEN_GOLDEN_RUNNER_H_

#include <string>

#include "tests/golden/golden_case.h"

namespace seriesguard {

struct GoldenOutcome {
  int status = -1;
  std::string out;
  std::string err;
};

// Makes the files of `golden` in a fresh folder, goes there, runs the program, comes back, removes the folder.
GoldenOutcome RunGoldenCase(const GoldenCase& golden);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_GOLDEN_GOLDEN_RUNNER_H_
