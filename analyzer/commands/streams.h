// SPDX-License-Identifier: Apache-2.0
//
// streams.h: everything of the outside world that a command may touch besides its input files.
//
// Use:      made once by main, or by a test with strings in place of descriptors.
// Threads:  one command, one thread; RunCensus hands what it needs to its own threads.
// Why:      no globals and no exit(): a command is a function of (options, streams) to a status.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_STREAMS_H_
#define SERIESGUARD_ANALYZER_COMMANDS_STREAMS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace seriesguard {

// Takes the bytes of an output.
class OutputSink {
 public:
  virtual ~OutputSink() = default;

  // Writes all of `bytes`.
  //
  // Errors:    Cancelled: the reader has gone (a closed pipe). Unavailable: anything else, with the system's words.
  virtual absl::Status Write(std::string_view bytes) = 0;
};

// Writes to a descriptor; interrupted and short writes go on.
class DescriptorSink : public OutputSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  absl::Status Write(std::string_view bytes) override;

 private:
  int descriptor_;
};

// Keeps what was written.
class StringSink : public OutputSink {
 public:
  absl::Status Write(std::string_view bytes) override;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// What the environment says about colour; empty = not set.
struct ColourEnvironment {
  std::string no_color;
  std::string clicolor_force;
  std::string term;
};

// What the environment holds for addresses; empty = not set.
struct FetchEnvironment {
  std::string bearer_token;      // a secret
  std::string basic_auth;        // a secret
  std::string temporary_folder;  // of bodies
};

struct Streams {
  OutputSink* out = nullptr;  // results
  OutputSink* err = nullptr;  // progress and diagnostics
  int stdin_descriptor = 0;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  size_t out_columns = 0;  // 0 = not known
  size_t err_columns = 0;
  ColourEnvironment environment;
  FetchEnvironment fetch_environment;
  // For a command that ends in order when it is interrupted (SIGINT, SIGTERM): from catch_interrupts() on the first one is
  // only remembered, and the second ends the process as ever. Empty: nobody interrupts.
  std::function<void()> catch_interrupts;
  std::function<bool()> is_interrupted;
};

// Writes a message to the standard error output; when even that fails there is nobody to tell.
void PrintError(std::string_view text, const Streams& streams);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_STREAMS_H_
