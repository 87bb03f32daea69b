// SPDX-License-Identifier: Apache-2.0
//
// gzip_decoder.cc: zlib's inflate, restarted at each member. The checksum and length of each member are checked by
// zlib; the length that a header might declare is never used.
#include "analyzer/input/gzip_decoder.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/status/status.h"

namespace seriesguard {
namespace {

constexpr int kGzipOnly = 16;  // added to the window bits: no zlib header, no raw deflate
constexpr size_t kMaxStepBytes = std::numeric_limits<uInt>::max();

class GzipDecoder final : public StreamDecoder {
 public:
  ~GzipDecoder() override {
    if (is_open_) ::inflateEnd(&stream_);
  }

  bool Open() {
    is_open_ = ::inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK;
    return is_open_;
  }

  absl::StatusOr<Step> Decode(std::string_view input, char* output, size_t size) override {
    Step step;
    if (state_ == State::kPadding || (state_ == State::kBetween && !input.empty() && input[0] == '\0')) {
      return SkipPadding(input);
    }
    if (state_ == State::kBetween) {
      step.is_at_boundary = true;
      if (input.empty()) return step;
      if (static_cast<unsigned char>(input[0]) != 0x1f) {
        return absl::DataLossError("something that is not gzip follows the last member");
      }
      if (::inflateReset(&stream_) != Z_OK) return absl::InternalError("inflateReset failed");
      state_ = State::kInside;
    }
    // zlib's interface takes a pointer to non-const and promises not to write.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(std::min(input.size(), kMaxStepBytes));
    stream_.next_out = reinterpret_cast<Bytef*>(output);
    stream_.avail_out = static_cast<uInt>(std::min(size, kMaxStepBytes));
    const uInt input_before = stream_.avail_in;
    const uInt room_before = stream_.avail_out;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    step.consumed = input_before - stream_.avail_in;
    step.produced = room_before - stream_.avail_out;
    step.is_at_boundary = false;
    switch (result) {
      case Z_STREAM_END:
        state_ = State::kBetween;
        step.is_at_boundary = true;
        return step;
      case Z_OK:
      case Z_BUF_ERROR:  // no progress was possible; not an error
        return step;
      case Z_MEM_ERROR: return absl::ResourceExhaustedError("no memory for the window");
      default: return absl::DataLossError(stream_.msg != nullptr ? stream_.msg : "damaged data");
    }
  }

  const char* format_name() const override { return "gzip"; }

 private:
  enum class State { kInside, kBetween, kPadding };

  absl::StatusOr<Step> SkipPadding(std::string_view input) {
    state_ = State::kPadding;
    Step step;
    step.is_at_boundary = true;
    step.consumed = std::min(input.find_first_not_of('\0'), input.size());
    if (step.consumed < input.size()) {
      return absl::DataLossError("something that is not zeros follows the padding");
    }
    return step;
  }

  z_stream stream_ = {};
  bool is_open_ = false;
  State state_ = State::kInside;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StreamDecoder>> NewGzipDecoder() {
  auto decoder = std::make_unique<GzipDecoder>();
  if (!decoder->Open()) return absl::ResourceExhaustedError("no memory for a gzip decoder");
  return std::unique_ptr<StreamDecoder>(std::move(decoder));
}

}  // namespace seriesguard
