// SPDX-License-Identifier: Apache-2.0
//
// open_input.h: an input by its number, wherever its bytes are.
//
// Use:      by what reads or looks at an input again; a body that was fetched may be opened several times.
// Threads:  any; each source has its own place.
#ifndef SERIESGUARD_ANALYZER_READING_OPEN_INPUT_H_
#define SERIESGUARD_ANALYZER_READING_OPEN_INPUT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/reading/read_options.h"

namespace seriesguard {

// Opens paths[input]: the body that was fetched for it, else the file of that name.
//
// Requires:  its text was not made already (ReadOptions::texts).
// Errors:    as OpenSource().
absl::StatusOr<std::unique_ptr<ByteSource>> OpenInput(size_t input, const std::vector<std::string>& paths,
                                                      const ReadOptions& options);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_OPEN_INPUT_H_
