// SPDX-License-Identifier: Apache-2.0
//
// stream_decoder.h: one compression format, as steps without input, output or limits of its own.
//
// Use:      driven by DecompressingSource, which reads, counts and caps; a decoder only turns bytes into bytes.
// Threads:  one thread at a time.
// Errors:   the reason alone (DataLoss: damaged; ResourceExhausted: asks for too much memory); the driver adds the
//           name and the position.
#ifndef SERIESGUARD_ANALYZER_INPUT_STREAM_DECODER_H_
#define SERIESGUARD_ANALYZER_INPUT_STREAM_DECODER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"

namespace seriesguard {

class StreamDecoder {
 public:
  struct Step {
    size_t consumed = 0;          // of the input
    size_t produced = 0;          // in the output
    bool is_at_boundary = false;  // the input may end here: a member is complete and wholly given out
  };

  virtual ~StreamDecoder() = default;

  // Decodes as much as the two buffers allow. Both at rest (nothing consumed, nothing produced) means that more input
  // is needed. Several members or frames in a row are one stream.
  virtual absl::StatusOr<Step> Decode(std::string_view input, char* output, size_t size) = 0;

  virtual const char* format_name() const = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_STREAM_DECODER_H_
