// SPDX-License-Identifier: Apache-2.0
//
// zstd_decoder.h: zstd, one frame or many, skippable frames among them, as a StreamDecoder.
//
// Memory:   the window that a frame asks for, at most 128 MiB (window log 27: what zstd(1) reads without --long).
// Source:   RFC 8878.
#ifndef SERIESGUARD_ANALYZER_INPUT_ZSTD_DECODER_H_
#define SERIESGUARD_ANALYZER_INPUT_ZSTD_DECODER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "analyzer/input/stream_decoder.h"

namespace seriesguard {

inline constexpr int kMaxZstdWindowLog = 27;

// Errors: ResourceExhausted when memory is out.
absl::StatusOr<std::unique_ptr<StreamDecoder>> NewZstdDecoder();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_ZSTD_DECODER_H_
