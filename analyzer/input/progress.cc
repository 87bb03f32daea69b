// SPDX-License-Identifier: Apache-2.0
//
// progress.cc: the line is overwritten with spaces and carriage returns only, which every terminal understands.
#include "analyzer/input/progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace seriesguard {
namespace {

constexpr uint64_t kFirstAfterNs = 500'000'000;
constexpr uint64_t kEveryNs = 100'000'000;

}  // namespace

ProgressOptions TerminalProgress(int fd) {
  ProgressOptions options;
  options.is_terminal = ::isatty(fd) == 1;
  options.now_ns = [] {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count());
  };
  options.write = [fd](std::string_view text) {
    // A line that was interrupted is not worth a second try: the next one comes in a tenth of a second.
    if (::write(fd, text.data(), text.size()) < 0) return;
  };
  return options;
}

Progress::Progress(ProgressOptions options) : options_(std::move(options)) {
  if (!options_.now_ns || !options_.write) options_.is_terminal = false;
  if (options_.is_terminal) start_ns_ = options_.now_ns();
}

void Progress::Begin(size_t number, size_t count, std::optional<uint64_t> size) {
  if (!options_.is_terminal) return;
  std::lock_guard<std::mutex> lock(mutex_);
  done_bytes_ += position_;
  position_ = 0;
  number_ = number;
  count_ = count;
  size_ = size;
}

void Progress::Tick(uint64_t position) {
  if (!options_.is_terminal) return;
  std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  position_ = std::max(position_, position);  // threads may report in any order
  const uint64_t now_ns = options_.now_ns();
  const uint64_t elapsed_ns = now_ns > start_ns_ ? now_ns - start_ns_ : 0;
  if (elapsed_ns < kFirstAfterNs) return;
  if (last_ns_ != 0 && now_ns < last_ns_ + kEveryNs) return;
  last_ns_ = now_ns;
  std::string line = Line(position_, elapsed_ns);
  const size_t columns = line.size();
  if (columns < shown_columns_) line.append(shown_columns_ - columns, ' ');
  shown_columns_ = columns;
  options_.write(absl::StrCat("\r", line));
}

void Progress::Clear() {
  if (!options_.is_terminal) return;
  std::lock_guard<std::mutex> lock(mutex_);
  if (shown_columns_ == 0) return;
  options_.write(absl::StrCat("\r", std::string(shown_columns_, ' '), "\r"));
  shown_columns_ = 0;
}

std::string Progress::Line(uint64_t position, uint64_t elapsed_ns) const {
  std::string line = "seriesguard:";
  if (count_ > 1) absl::StrAppend(&line, " input ", number_, " of ", count_, ",");
  const double total_bytes = static_cast<double>(done_bytes_) + static_cast<double>(position);
  if (size_.has_value() && *size_ > 0) {
    const double share = std::min(1.0, static_cast<double>(position) / static_cast<double>(*size_));
    absl::StrAppend(&line, " ", static_cast<int>(share * 100), " %,");
  } else {
    absl::StrAppendFormat(&line, " %.0f MB,", static_cast<double>(position) / 1e6);
  }
  absl::StrAppendFormat(&line, " %.0f MB/s", total_bytes * 1e3 / static_cast<double>(elapsed_ns));
  return line;
}

}  // namespace seriesguard
