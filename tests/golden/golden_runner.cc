// SPDX-License-Identifier: Apache-2.0
//
// golden_runner.cc: the world of the program is a folder, a file as standard input, and two strings.
#include "tests/golden/golden_runner.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "absl/status/status.h"
#include "analyzer/commands/run.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {
namespace {

namespace fs = std::filesystem;

class ClosedSink : public OutputSink {
 public:
  absl::Status Write(std::string_view) override { return absl::CancelledError("the reader has gone"); }
};

class FullSink : public OutputSink {
 public:
  absl::Status Write(std::string_view) override { return absl::UnavailableError("No space left on device"); }
};

void WriteFile(const fs::path& path, const std::string& bytes) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

GoldenOutcome RunGoldenCase(const GoldenCase& golden) {
  const fs::path home = fs::current_path();
  const char* parent = std::getenv("TEST_TMPDIR");
  std::string pattern = std::string(parent == nullptr ? "/tmp" : parent) + "/golden.XXXXXX";
  const fs::path folder = mkdtemp(pattern.data());
  fs::current_path(folder);
  for (const GoldenFile& file : golden.files) WriteFile(file.name, file.bytes);

  const std::unique_ptr<FILE, int (*)(FILE*)> input(std::tmpfile(), &std::fclose);
  std::fwrite(golden.stdin_bytes.data(), 1, golden.stdin_bytes.size(), input.get());
  std::fflush(input.get());
  lseek(fileno(input.get()), 0, SEEK_SET);

  StringSink out, err;
  ClosedSink closed;
  FullSink full;
  Streams streams;
  streams.out = &out;
  if (golden.sink == "closed") streams.out = &closed;
  if (golden.sink == "full") streams.out = &full;
  streams.err = &err;
  streams.stdin_descriptor = fileno(input.get());
  streams.out_is_terminal = golden.terminal_columns.has_value();
  streams.out_columns = golden.terminal_columns.value_or(0);
  for (const auto& [name, value] : golden.environment) {
    if (name == "NO_COLOR") streams.environment.no_color = value;
    if (name == "CLICOLOR_FORCE") streams.environment.clicolor_force = value;
    if (name == "TERM") streams.environment.term = value;
  }

  GoldenOutcome outcome;
  outcome.status = Run(golden.arguments, streams);
  outcome.out = out.text();
  outcome.err = err.text();
  fs::current_path(home);
  fs::remove_all(folder);
  return outcome;
}

}  // namespace seriesguard
