// SPDX-License-Identifier: Apache-2.0
//
// many_cuts_test.cc: small documents cut every few lines, among them such as make cuts wrong: the answers are those of one
// thread.
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "analyzer/reading/read_options.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"
#include "tests/analyzer/reading/read_answers.h"

namespace seriesguard {
namespace {

// Cuts whatever has some hundred bytes left, and reads so little at a time that owners and thieves meet.
ReadOptions Little() {
  ReadOptions options;
  options.work.cut_bytes = 400;
  options.work.piece_bytes = 60;
  options.work.whole_bytes = 100;
  options.work.open_bytes = 2;
  options.work.search_bytes = 50;
  options.block_bytes = 90;
  return options;
}

// What a document may be made of; the odd lines make a cut wrong, or the document bad.
struct Kind {
  bool has_types = true;
  bool has_quoted_newlines = false;
  bool is_open_metrics = false;
  int bad_line_in = 0;  // one in so many lines; 0 = none
};

std::string Document(std::mt19937_64* random, const Kind& kind) {
  const auto below = [random](uint64_t n) { return std::to_string((*random)() % n); };
  std::string text;
  const size_t size = (*random)() % 9000;
  while (text.size() < size) {
    const std::string name = "m" + below(4);
    switch ((*random)() % 8) {
      case 0:
        if (kind.has_types && (*random)() % 3 == 0) {
          const char* const types[] = {"gauge", "histogram", "summary", "counter"};
          text += "# TYPE " + name + " " + types[(*random)() % 4] + "\n";
        }
        break;
      case 1:
      case 2: text += name + "_bucket{le=\"" + below(3) + (below(2) == "0" ? ".0" : "") + "\"} 1\n"; break;
      case 3: text += name + "{quantile=\"0.5" + (below(2) == "0" ? "0" : "") + "\",a=\"" + below(9) + "\"} 2\n"; break;
      case 4: text += name + "_created{a=\"" + below(9) + "\"} 1\n"; break;
      case 5:
        if (kind.has_quoted_newlines && (*random)() % 4 == 0) {
          text += name + "{b=\"one\n# TYPE fake counter\nfake 1\n" + below(9) + "\"} 1\n";
          break;
        }
        [[fallthrough]];
      default: text += name + "{a=\"" + below(30) + "\",b=\"" + below(5) + "\"} " + below(100) + "\n"; break;
    }
    if (kind.bad_line_in > 0 && (*random)() % static_cast<uint64_t>(kind.bad_line_in) == 0) text += "not a sample\n";
  }
  return kind.is_open_metrics ? text + "# EOF\n" : text;
}

void ExpectSameAnswers(const std::vector<std::string>& paths, ReadOptions options, const std::string& where) {
  options.threads = 1;
  const std::string one = AnswersOf(paths, options, /*what_if=*/false);
  for (const size_t threads : {2, 4, 7}) {
    options.threads = threads;
    const std::string several = AnswersOf(paths, options, /*what_if=*/false);
    size_t same = 0;
    while (same < one.size() && same < several.size() && one[same] == several[same]) ++same;
    const size_t from = same < 60 ? 0 : same - 60;
    ASSERT_TRUE(several == one) << where << ", " << threads << " threads: ..." << several.substr(from, 160)
                                << "\nexpected ..." << one.substr(from, 160);
  }
}

TEST(ManyCuts, OneFile) {
  const TempFolder folder;
  for (uint64_t seed = 1; seed <= 160; ++seed) {
    std::mt19937_64 random(seed);
    Kind kind;
    kind.has_types = seed % 5 != 0;
    kind.has_quoted_newlines = seed % 4 == 1;
    kind.is_open_metrics = seed % 3 == 1;
    kind.bad_line_in = seed % 4 == 2 ? 100 : 0;
    ReadOptions options = Little();
    options.census.lenient = seed % 8 == 2;
    options.census.ignore_created = seed % 2 == 0;
    const std::string path = folder.Write("one.prom", Document(&random, kind));
    ExpectSameAnswers({path}, options, "seed " + std::to_string(seed));
    if (HasFatalFailure()) return;
  }
}

TEST(ManyCuts, SeveralFiles) {
  const TempFolder folder;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed + 1000);
    std::vector<std::string> paths;
    const size_t count = 2 + seed % 9;
    for (size_t i = 0; i < count; ++i) {
      Kind kind;
      kind.has_types = random() % 5 != 0;
      kind.has_quoted_newlines = random() % 8 == 0;
      kind.bad_line_in = random() % 8 == 0 ? 150 : 0;
      const std::string text = Document(&random, kind);
      const std::string name = "several" + std::to_string(i) + ".prom";
      paths.push_back(random() % 4 == 0 ? folder.Write(name, Gzip(text)) : folder.Write(name, text));
    }
    if (seed % 10 == 0) paths[count / 2] = folder.Path("is-not-there");
    ReadOptions options = Little();
    options.census.lenient = seed % 2 == 0;
    ExpectSameAnswers(paths, options, "seed " + std::to_string(seed));
    if (HasFatalFailure()) return;
  }
}

TEST(ManyCuts, MoreLargeFilesThanMayBeOpen) {
  const TempFolder folder;
  std::mt19937_64 random(7);
  std::vector<std::string> paths;
  for (size_t i = 0; i < 150; ++i) {
    paths.push_back(folder.Write("file" + std::to_string(i) + ".prom", Document(&random, {}) + std::string(400, '\n')));
  }
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 110;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  ExpectSameAnswers(paths, Little(), "150 files");
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace seriesguard
