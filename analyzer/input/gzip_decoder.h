// SPDX-License-Identifier: Apache-2.0
//
// gzip_decoder.h: gzip, one member or many, as a StreamDecoder.
//
// Memory:   about 40 KiB, whatever the stream says of itself.
// Source:   RFC 1952; zeros after the last member are padding, as gzip(1) has it.
#ifndef SERIESGUARD_ANALYZER_INPUT_GZIP_DECODER_H_
#define SERIESGUARD_ANALYZER_INPUT_GZIP_DECODER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "analyzer/input/stream_decoder.h"

namespace seriesguard {

// Errors: ResourceExhausted when memory is out.
absl::StatusOr<std::unique_ptr<StreamDecoder>> NewGzipDecoder();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_GZIP_DECODER_H_
