// SPDX-License-Identifier: Apache-2.0
//
// sample_watcher_test.cc: a watcher sees what the census counts, each sample once and in its order.
#include "analyzer/reading/sample_watcher.h"

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/exposition/sample_value.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_dumps.h"
#include "analyzer/reading/read_options.h"

namespace seriesguard {
namespace {

class Recorder : public SampleWatcher {
 public:
  void OnSample(size_t input, const SampleEvent& sample) override {
    seen.push_back(std::to_string(input) + " " + std::string(sample.name()) + " " +
                   std::string(SampleValueText(sample)));
  }
  std::vector<std::string> seen;
};

std::string File(const std::string& name, const std::string& bytes) {
  const std::string path = testing::TempDir() + "/watched_" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

absl::StatusOr<ReadResult> Read(const std::vector<std::string>& paths, const ReadOptions& options) {
  Progress progress{ProgressOptions{}};
  return ReadDumps(paths, options, &progress);
}

TEST(SampleWatcher, SeesTheSamplesThatCount) {
  Recorder recorder;
  ReadOptions options;
  options.watcher = &recorder;
  options.census.lenient = true;
  // A line without a value, and one that repeats a label's name: a server refuses both.
  const std::string one = File("one", "# TYPE x counter\nx 1\ny{a=\"b\"}\nz{a=\"1\",a=\"2\"} 3\nx{a=\"\"} 4\n");
  const std::string two = File("two", "x 5\n");
  const auto read = Read({one, two}, options);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->error_count, 2u);
  EXPECT_EQ(recorder.seen, (std::vector<std::string>{"0 x 1", "0 x 4", "1 x 5"}));
}

TEST(SampleWatcher, SeesThemInOrderWhateverTheThreads) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 20'000; ++i) {
    text += "m" + std::to_string(i % 7) + "{i=\"" + std::to_string(i) + "\"} " + std::to_string(i) + "\n";
    expected.push_back("0 m" + std::to_string(i % 7) + " " + std::to_string(i));
  }
  Recorder recorder;
  ReadOptions options;
  options.watcher = &recorder;
  options.threads = 8;
  options.work.cut_bytes = 4 << 10;  // as if the file were large
  options.work.piece_bytes = 4 << 10;
  options.work.search_bytes = 1 << 10;
  options.block_bytes = 4 << 10;
  const auto read = Read({File("large", text)}, options);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(recorder.seen, expected);
}

}  // namespace
}  // namespace seriesguard
