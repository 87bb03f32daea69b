// SPDX-License-Identifier: Apache-2.0
//
// zstd_decoder.cc: libzstd's streaming decoder. The content size that a frame declares is never used: the stream is
// decoded into the caller's buffer, and only the window is allocated.
#include "analyzer/input/zstd_decoder.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

class ZstdDecoder final : public StreamDecoder {
 public:
  ~ZstdDecoder() override { ::ZSTD_freeDCtx(context_); }

  bool Open() {
    context_ = ::ZSTD_createDCtx();
    return context_ != nullptr &&
           !::ZSTD_isError(::ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxZstdWindowLog));
  }

  absl::StatusOr<Step> Decode(std::string_view input, char* output, size_t size) override {
    Step step;
    // Called without input between two frames, libzstd would say that it waits for a header, as if one had begun.
    if (input.empty() && is_at_boundary_) {
      step.is_at_boundary = true;
      return step;
    }
    ZSTD_inBuffer in = {input.data(), input.size(), 0};
    ZSTD_outBuffer out = {output, size, 0};
    const size_t result = ::ZSTD_decompressStream(context_, &out, &in);
    if (::ZSTD_isError(result)) return Explain(result);
    is_at_boundary_ = result == 0;  // a frame is complete and nothing of it is held back
    step.consumed = in.pos;
    step.produced = out.pos;
    step.is_at_boundary = is_at_boundary_;
    return step;
  }

  const char* format_name() const override { return "zstd"; }

 private:
  static absl::Status Explain(size_t result) {
    switch (::ZSTD_getErrorCode(result)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return absl::ResourceExhaustedError(absl::StrCat("a frame asks for a window above 2^", kMaxZstdWindowLog,
                                                         " bytes; pack it again without --long or --ultra"));
      case ZSTD_error_memory_allocation: return absl::ResourceExhaustedError("no memory for the window");
      case ZSTD_error_dictionary_wrong:
        return absl::DataLossError("packed with a dictionary; unpack it with zstd -d -D first");
      case ZSTD_error_prefix_unknown: return absl::DataLossError("something that is not zstd follows the last frame");
      default: return absl::DataLossError(::ZSTD_getErrorName(result));
    }
  }

  ZSTD_DCtx* context_ = nullptr;
  bool is_at_boundary_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StreamDecoder>> NewZstdDecoder() {
  auto decoder = std::make_unique<ZstdDecoder>();
  if (!decoder->Open()) return absl::ResourceExhaustedError("no memory for a zstd decoder");
  return std::unique_ptr<StreamDecoder>(std::move(decoder));
}

}  // namespace seriesguard
