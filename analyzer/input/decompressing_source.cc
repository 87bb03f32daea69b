// SPDX-License-Identifier: Apache-2.0
//
// decompressing_source.cc: reads packed bytes, lets the decoder work, counts, and stops a bomb.
#include "analyzer/input/decompressing_source.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace seriesguard {

DecompressingSource::DecompressingSource(std::unique_ptr<ByteSource> packed, std::unique_ptr<StreamDecoder> decoder,
                                         std::string name, const SourceOptions& options)
    : packed_(std::move(packed)),
      decoder_(std::move(decoder)),
      name_(std::move(name)),
      max_uncompressed_bytes_(options.max_uncompressed_bytes),
      max_ratio_(options.max_ratio),
      window_(new char[kPackedBytes]) {}

absl::StatusOr<size_t> DecompressingSource::Read(char* buffer, size_t size) {
  if (!status_.ok()) return status_;
  char beyond;  // at the cap, one byte more is asked for: only if it comes is the stream too long
  const bool is_capped = max_uncompressed_bytes_ != 0;
  const uint64_t left = is_capped ? max_uncompressed_bytes_ - produced_ : size;
  const bool is_at_cap = is_capped && left == 0;
  auto got =
      is_at_cap ? DecodeSome(&beyond, 1) : DecodeSome(buffer, static_cast<size_t>(std::min<uint64_t>(size, left)));
  if (!got.ok()) return status_ = got.status();
  if (is_at_cap && *got > 0) {
    return status_ = absl::ResourceExhaustedError(absl::StrCat(
               name_, ": more than ", max_uncompressed_bytes_, " bytes when unpacked from ", packed_used_, " bytes of ",
               decoder_->format_name(), "; if that is no bomb, raise --max-uncompressed-bytes"));
  }
  produced_ += *got;
  if (absl::Status status = CheckRatio(); !status.ok()) return status_ = status;
  return got;
}

absl::Status DecompressingSource::CheckRatio() const {
  if (!(max_ratio_ > 0) || produced_ <= kRatioFreeBytes) return absl::OkStatus();
  if (static_cast<double>(produced_) <= max_ratio_ * static_cast<double>(packed_used_)) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(name_, ": ", packed_used_, " bytes of ", decoder_->format_name(),
                                                   " became ", produced_, " bytes, more than ", max_ratio_,
                                                   " for one; if that is no bomb, raise --max-compression-ratio"));
}

absl::Status DecompressingSource::Refill() {
  auto got = packed_->Read(window_.get(), kPackedBytes);
  if (!got.ok()) return got.status();
  begin_ = 0;
  end_ = *got;
  has_packed_ended_ = *got == 0;
  return absl::OkStatus();
}

absl::StatusOr<size_t> DecompressingSource::DecodeSome(char* buffer, size_t size) {
  for (;;) {
    if (begin_ == end_ && !has_packed_ended_) {
      if (absl::Status status = Refill(); !status.ok()) return status;
    }
    auto step = decoder_->Decode(std::string_view(window_.get() + begin_, end_ - begin_), buffer, size);
    if (!step.ok()) {
      return absl::Status(step.status().code(),
                          absl::StrCat(name_, ": ", decoder_->format_name(), ": ", step.status().message(),
                                       ", near byte ", packed_used_, ", after ", produced_, " unpacked bytes"));
    }
    begin_ += step->consumed;
    packed_used_ += step->consumed;
    if (step->produced > 0) return step->produced;
    if (step->consumed > 0) continue;
    if (begin_ < end_) {
      return absl::DataLossError(absl::StrCat(name_, ": ", decoder_->format_name(), ": no progress near byte ",
                                              packed_used_, ", after ", produced_, " unpacked bytes"));
    }
    if (!has_packed_ended_) continue;  // the decoder only waits for input
    if (step->is_at_boundary) return size_t{0};
    return absl::DataLossError(absl::StrCat(name_, ": the ", decoder_->format_name(), " data ends early, after ",
                                            packed_used_, " bytes that gave ", produced_,
                                            " unpacked ones: a copy that was cut off?"));
  }
}

}  // namespace seriesguard
