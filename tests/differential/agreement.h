// SPDX-License-Identifier: Apache-2.0
//
// agreement.h: one question, asked for very many documents: do the fast and the naive parser say the same?
//
// Use:      Agreement in a test; Check() for each document; the first few differences are printed whole.
// Threads:  one at a time.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_AGREEMENT_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_AGREEMENT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/reference/parse_options.h"

namespace seriesguard {

class Agreement {
 public:
  // Parses `document` with both and records a test failure where verdict, samples, types or the line of the error
  // differ. `block_bytes` as in RunFast.
  void Check(std::string_view document, reference::Format format, size_t block_bytes = 0);

  size_t documents() const { return documents_; }
  size_t accepted() const { return accepted_; }
  size_t differences() const { return differences_; }

 private:
  size_t documents_ = 0;
  size_t accepted_ = 0;
  size_t differences_ = 0;
};

// The seed of a random test: SERIESGUARD_SEED, else `otherwise`. Prints it, so that a failure can be run again.
uint64_t SeedOfTest(uint64_t otherwise);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_AGREEMENT_H_
