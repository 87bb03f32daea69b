// SPDX-License-Identifier: Apache-2.0
//
// progress.h: one line on stderr that says how far a long run is, and that is gone when the run is.
//
// Use:      Begin(...) an input, Tick(...) a block, Clear() before anything else is printed there, Clear() at the end.
// Threads:  any; a thread that finds another one printing goes on without waiting.
// Errors:   none: what cannot be shown is not shown. No thread, no signal, no timer.
// Cost:     a Tick on no terminal is one branch; else one clock reading, and at most ten lines a second are written.
// Source:   judgement: half a second is when a person begins to wonder. No file name is shown, hence nothing untrusted.
#ifndef SERIESGUARD_ANALYZER_INPUT_PROGRESS_H_
#define SERIESGUARD_ANALYZER_INPUT_PROGRESS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace seriesguard {

struct ProgressOptions {
  bool is_terminal = false;                     // what the text is written to; else nothing is ever written
  std::function<uint64_t()> now_ns;             // a clock that never goes back
  std::function<void(std::string_view)> write;  // takes the bytes for the terminal
};

// The options of a real run: isatty(fd), the steady clock, write(fd).
ProgressOptions TerminalProgress(int fd);

class Progress {
 public:
  explicit Progress(ProgressOptions options);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Starts input `number` of `count` (from 1); `size` in bytes of the file where it is known.
  void Begin(size_t number, size_t count, std::optional<uint64_t> size);

  // Says that `position` bytes of the current input's file are done (ByteSource::compressed_position()).
  void Tick(uint64_t position);

  // Takes the line away; the next Tick that is due brings it back.
  void Clear();

 private:
  std::string Line(uint64_t position, uint64_t elapsed_ns) const;

  ProgressOptions options_;
  std::mutex mutex_;
  uint64_t start_ns_ = 0;
  uint64_t last_ns_ = 0;
  size_t number_ = 1;
  size_t count_ = 1;
  std::optional<uint64_t> size_;
  uint64_t position_ = 0;     // of the current input
  uint64_t done_bytes_ = 0;   // of the inputs before it
  size_t shown_columns_ = 0;  // of the line that stands there; 0 = none
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_PROGRESS_H_
