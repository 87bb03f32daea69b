// SPDX-License-Identifier: Apache-2.0
//
// read_dumps_test.cc: however many threads read, and wherever a file is cut, the answers are those of one thread.
#include "analyzer/reading/read_dumps.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/census.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/server_view.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_options.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"
#include "tests/analyzer/reading/read_answers.h"

namespace seriesguard {
namespace {

constexpr size_t kMiB = 1 << 20;

// A test's document is smaller than what is worth a second thread in earnest.
ReadOptions CutOften(ReadOptions options) {
  options.work.cut_bytes = 512 << 10;
  options.work.piece_bytes = 64 << 10;
  options.work.search_bytes = 32 << 10;
  options.block_bytes = 64 << 10;
  return options;
}

absl::StatusOr<ReadResult> Read(const std::vector<std::string>& paths, const ReadOptions& asked) {
  Progress progress{ProgressOptions{}};
  const ReadOptions options = CutOften(asked);
  return ReadDumps(paths, options, &progress);
}

std::string AnswersWith(size_t threads, const std::vector<std::string>& paths, ReadOptions options, bool what_if) {
  options.threads = threads;
  return AnswersOf(paths, CutOften(options), what_if);
}

// Compares whole answers without printing megabytes when they differ.
void ExpectSameAnswers(const std::vector<std::string>& paths, const ReadOptions& options = {}, bool what_if = false) {
  const std::string one = AnswersWith(1, paths, options, what_if);
  ASSERT_GT(one.size(), 50u);
  for (const size_t threads : {2, 3, 8}) {
    const std::string several = AnswersWith(threads, paths, options, what_if);
    size_t same = 0;
    while (same < one.size() && same < several.size() && one[same] == several[same]) ++same;
    EXPECT_TRUE(one == several) << threads << " threads: ..." << several.substr(same < 60 ? 0 : same - 60, 160)
                                << "\nexpected ..." << one.substr(same < 60 ? 0 : same - 60, 160);
  }
}

std::string Number(size_t i) { return std::to_string(i); }

// Families of every type, duplicates, timestamps, an escape now and then; `bytes` or a little more.
std::string MixedDump(size_t bytes) {
  std::string text;
  for (size_t family = 0; text.size() < bytes; ++family) {
    const std::string name = "metric_" + Number(family % 40);
    if (family < 40)
      text += "# HELP " + name + " Says \\n nothing.\n# TYPE " + name + (family % 3 == 0 ? " histogram\n" : " gauge\n");
    for (size_t i = 0; i < 700; ++i) {
      const std::string labels = "instance=\"10.0." + Number(i % 7) + "." + Number(i % 50) + "\",path=\"/api/" +
                                 Number((i + family % 360) % 900) + "\"";
      if (family % 3 == 0) {
        text += name + "_bucket{" + labels + ",le=\"" + Number(i % 5) + "\"} " + Number(i) + "\n";
      } else if (i % 11 == 0) {
        text += name + "{" + labels + ",note=\"say \\\"" + Number(i % 3) + "\\\"\"} 1.5e+06 " +
                Number(1'700'000'000'000 + i % 2) + "\n";
      } else {
        text += name + "{" + labels + "} " + Number(i) + "\n";
      }
    }
  }
  return text;
}

TEST(ReadDumps, OneLargeFileIsReadAlikeByManyThreads) {
  const TempFolder folder;
  const std::string text = MixedDump(20 * kMiB);
  ReadOptions options;
  ExpectSameAnswers({folder.Write("large.prom", text)}, options);

  options.threads = 3;
  absl::StatusOr<ReadResult> result = Read({folder.Path("large.prom")}, options);
  ASSERT_TRUE(result.ok());
  const Census census(std::move(result->data));
  ASSERT_EQ(census.inputs().size(), 1u);
  EXPECT_EQ(census.inputs()[0].bytes, text.size());
  EXPECT_EQ(census.inputs()[0].path, folder.Path("large.prom"));
  EXPECT_EQ(census.inputs()[0].format, "text-0.0.4");
  EXPECT_GT(census.duplicate_samples(), 0u);
}

TEST(ReadDumps, CutsInsideQuotedNewlinesAreNoticed) {
  // Every newline is inside a value: each cut is wrong, and the bytes behind it read like samples.
  std::string text;
  for (size_t i = 0; text.size() < 2 * kMiB; ++i) {
    text += "a{b=\"one\nfake{c=\\\"" + Number(i % 1000) + "\\\"} 1\nx 1\ny 2\nz 3\nlast\",d=\"" + Number(i % 5000) +
            "\"} 1\n";
  }
  const TempFolder folder;
  const std::string path = folder.Write("quoted.prom", text);
  ExpectSameAnswers({path});
  ReadOptions options;
  options.threads = 4;
  absl::StatusOr<ReadResult> result = Read({path}, options);
  ASSERT_TRUE(result.ok());
  const Census census(std::move(result->data));
  ASSERT_EQ(census.family_count(), 1u);
  EXPECT_EQ(census.TotalSeries({}), 5000u);
}

// `filler_bytes` of samples that no TYPE line parts from the one in force, then a bucket that it rewrites.
std::string DistantType(size_t filler_bytes) {
  std::string text = "# TYPE far histogram\nfar_bucket{le=\"1\"} 1\n";
  for (size_t i = 0; text.size() < filler_bytes; ++i)
    text += "filler{i=\"" + Number(i % 30'000) + "\"} " + Number(i) + "\n";
  return text + "far_bucket{le=\"1.00\"} 2\nfar_bucket{le=\"2\"} 3\nfar_count 1\n";
}

TEST(ReadDumps, ATypeLineFarAboveStillRewritesLe) {
  const TempFolder folder;
  // With 8 threads several whole shares have neither a TYPE line nor `le`: the type passes through them.
  const std::string path = folder.Write("far.prom", DistantType(5 * kMiB));
  for (const size_t threads : {1, 2, 3, 8}) {
    ReadOptions options;
    options.threads = threads;
    absl::StatusOr<ReadResult> result = Read({path}, options);
    ASSERT_TRUE(result.ok());
    const Census census(std::move(result->data));
    const size_t far = census.FindFamily("far");
    ASSERT_LT(far, census.family_count());
    EXPECT_EQ(census.Count(far, {}).series, 3u) << threads;  // le 1.0 and 2.0, and the count
    EXPECT_EQ(census.Count(far, {}).boundaries.distinct, 2u) << threads;
  }
  ReadOptions older;
  older.census.server = ServerView::kPrometheus2;
  older.threads = 8;
  absl::StatusOr<ReadResult> result = Read({path}, older);
  ASSERT_TRUE(result.ok());
  const Census census(std::move(result->data));
  EXPECT_EQ(census.Count(census.FindFamily("far"), {}).boundaries.distinct, 3u);  // as written
}

TEST(ReadDumps, ATypeLineFarAboveStillDecidesWhatCreatedIsIgnored) {
  std::string text = "# TYPE c counter\n";
  for (size_t i = 0; text.size() < 2 * kMiB; ++i) {
    const std::string labels = "{i=\"" + Number(i % 20'000) + "\",j=\"" + Number(i / 20'000) + "\"} ";
    text += "c_total" + labels + "1\nc_created" + labels + "1\n";
  }
  text += "# EOF\n";
  const TempFolder folder;
  ReadOptions options;
  options.census.ignore_created = true;
  ExpectSameAnswers({folder.Write("created.om", text)}, options);
}

TEST(ReadDumps, TypeLinesFarApartAreRemarkedAlike) {
  std::string text = "# TYPE twice counter\ntwice_total 1\n# TYPE other gauge\nother 1\n";
  for (size_t i = 0; text.size() < 2 * kMiB; ++i) {
    text += "# TYPE filler" + Number(i) + " gauge\n";
    for (size_t k = 0; k < 5'000; ++k) text += "filler" + Number(i) + "{k=\"" + Number(k) + "\"} 1\n";
  }
  text += "# TYPE twice counter\n# TYPE other counter\n";
  const TempFolder folder;
  const std::vector<std::string> paths = {folder.Write("a.om", text + "# EOF\n"),
                                          folder.Write("b.om", "# TYPE a gauge\na 1\n# EOF\n")};
  ExpectSameAnswers(paths);
  EXPECT_NE(AnswersWith(3, paths, {}, false).find("remark 1 0 twice "), std::string::npos);
}

TEST(ReadDumps, ManySmallAndPackedFilesAreReadAlike) {
  const TempFolder folder;
  std::vector<std::string> paths;
  for (size_t i = 0; i < 24; ++i) {
    const std::string text = MixedDump(200'000 + 50'000 * (i % 5)) + (i == 7 ? "{\"quoted\"} 1\n" : "");
    if (i % 4 == 1) {
      paths.push_back(folder.Write(Number(i) + ".prom.gz", Gzip(text)));
    } else if (i % 4 == 2) {
      paths.push_back(folder.Write(Number(i) + ".prom.zst", Zstd(text)));
    } else {
      paths.push_back(folder.Write(Number(i) + ".prom", text));
    }
  }
  paths.push_back(folder.Write("empty.prom", ""));
  paths.push_back(folder.Write("openmetrics.txt", "# TYPE o info\no_info{v=\"1\"} 1\n# EOF\n"));
  ExpectSameAnswers(paths);
}

TEST(ReadDumps, GuardSamplesKeepTheirOrder) {
  const TempFolder folder;
  std::string text = "seriesguard_folded_total{metric=\"first\"} 3\n" + MixedDump(3 * kMiB) +
                     "seriesguard_folded_total{metric=\"last\"} 4\n";
  ExpectSameAnswers(
      {folder.Write("guarded.prom", text), folder.Write("b.prom", "seriesguard_policy_info{hash=\"x\"} 1\n")});
}

TEST(ReadDumps, FirstErrorInOrderIsReported) {
  const TempFolder folder;
  const std::string good = MixedDump(2 * kMiB);
  const std::vector<std::string> paths = {folder.Write("0", good), folder.Write("1", good + "first bad line\n" + good),
                                          folder.Write("2", "second bad line\n" + good), folder.Path("3-is-not-there")};
  uint64_t line = 1;
  for (const char c : good) line += c == '\n';
  for (const size_t threads : {1, 2, 3, 8}) {
    ReadOptions options;
    options.threads = threads;
    const absl::StatusOr<ReadResult> result = Read(paths, options);
    ASSERT_TRUE(result.ok()) << threads;
    ASSERT_EQ(result->errors.size(), 1u) << threads;
    EXPECT_EQ(result->error_count, 1u);
    EXPECT_EQ(result->errors[0].input, 1u) << threads;
    EXPECT_EQ(result->errors[0].error.line, line) << threads;
    EXPECT_EQ(result->errors[0].error.column, 7u) << threads;
  }
  ReadOptions options;
  options.threads = 3;
  const absl::StatusOr<ReadResult> missing = Read({paths[0], paths[3], paths[2]}, options);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(std::string(missing.status().message().data(), missing.status().message().size()).find(paths[3]),
            std::string::npos);
}

TEST(ReadDumps, SaysHowManyLinesAServerWouldLose) {
  const TempFolder folder;
  std::string text("a 1\n\0b 1\n", 10);
  while (text.size() < 2 * kMiB) text += "abcdefghijklmnopqrs 1\n";
  const uint64_t lost = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) - 1;
  const std::string path = folder.Write("nul.prom", text);
  for (const size_t threads : {1, 3}) {
    ReadOptions options;
    options.threads = threads;
    const absl::StatusOr<ReadResult> result = Read({path}, options);
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(result->errors.size(), 1u);
    EXPECT_EQ(result->errors[0].error.line, 2u);
    EXPECT_NE(result->errors[0].error.message.find("(" + Number(lost) + " lines)"), std::string::npos)
        << threads << ": " << result->errors[0].error.message;
  }
}

TEST(ReadDumps, LenientListsTheFirstTenInOrderAndCountsAll) {
  const TempFolder folder;
  std::string text;
  for (size_t i = 0; text.size() < 2 * kMiB; ++i)
    text += i % 10'000 == 5000 ? "bad line\n" : "a{b=\"" + Number(i % 3000) + "\"} 1\n";
  ReadOptions options;
  options.census.lenient = true;
  const std::vector<std::string> paths = {folder.Write("a.prom", text), folder.Write("b.prom", "worse line\nok 1\n")};
  ExpectSameAnswers(paths, options);
  options.threads = 2;
  const absl::StatusOr<ReadResult> result = Read(paths, options);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->errors.size(), 10u);
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(result->errors[i].error.line, i * 10'000 + 5001);
  EXPECT_GT(result->error_count, 10u);
}

TEST(ReadDumps, FormatOfTheOptionsBeatsRecognition) {
  const TempFolder folder;
  const std::string path = folder.Write("a.txt", "# TYPE a gauge\na 1\n# EOF\n");
  ReadOptions options;
  for (const auto& [format, name] : {std::pair{ExpositionFormat::kText, "text-0.0.4"},
                                     std::pair{ExpositionFormat::kOpenMetrics, "openmetrics-1.0"}}) {
    options.format = format;
    absl::StatusOr<ReadResult> result = Read({path}, options);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->data->inputs[0].format, name);
  }
}

uint64_t EstimatedSeries(const std::vector<std::string>& paths, size_t threads, bool* estimated) {
  ReadOptions options;
  options.threads = threads;
  options.memory_limit_bytes = 2 * kMiB;
  absl::StatusOr<ReadResult> result = Read(paths, options);
  EXPECT_TRUE(result.ok());
  const Census census(std::move(result->data));
  *estimated = census.estimated();
  return census.TotalSeries({});
}

// A text that was made for an input is read in its place, with any number of threads, and is never OpenMetrics.
TEST(ReadDumps, TextsThatWereMadeAlreadyAreReadInTheirPlace) {
  const TempFolder folder;
  ReadOptions options;
  const std::vector<std::string> paths = {folder.Write("a.prom", MixedDump(kMiB)), folder.Path("made"),
                                          folder.Write("b.prom", MixedDump(kMiB)), folder.Path("empty")};
  options.texts[1] = "# TYPE made gauge\nmade{a=\"b\"} 1.0\n# EOF\n" + MixedDump(2 * kMiB);
  options.texts[3] = "";
  ExpectSameAnswers(paths, options);
  options.format = ExpositionFormat::kOpenMetrics;
  options.census.lenient = true;
  absl::StatusOr<ReadResult> result = Read(paths, options);
  ASSERT_TRUE(result.ok()) << result.status();
  const Census census(std::move(result->data));
  ASSERT_EQ(census.inputs().size(), 4u);
  EXPECT_EQ(census.inputs()[1].path, folder.Path("made"));
  EXPECT_EQ(census.inputs()[1].format, "text-0.0.4");
  EXPECT_EQ(census.inputs()[1].bytes, options.texts[1].size());
  EXPECT_EQ(census.inputs()[3].samples, 0u);
  EXPECT_NE(census.FindFamily("made"), census.family_count());
}

TEST(ReadDumps, MemoryLimitTurnsToSketchesAndJoinsThem) {
  const TempFolder folder;
  std::string text;
  size_t series = 0;
  for (; text.size() < 24 * kMiB; ++series) text += "a{session=\"session-number-" + Number(series) + "\"} 1\n";
  const std::string path = folder.Write("many.prom", text);
  const std::string small = folder.Write("small.prom", "a{session=\"x\"} 1\nb 1\n");
  uint64_t with_one = 0;
  for (const size_t threads : {1, 2, 3}) {
    bool estimated = false;
    const uint64_t found = EstimatedSeries({path, small}, threads, &estimated);
    EXPECT_TRUE(estimated) << threads;
    EXPECT_NEAR(static_cast<double>(found), static_cast<double>(series), 0.08 * static_cast<double>(series)) << threads;
    if (threads == 1) with_one = found;
    // Sketches join without loss. The hash key of each run is another, so that the estimates differ within their error.
    EXPECT_NEAR(static_cast<double>(found), static_cast<double>(with_one), 0.12 * static_cast<double>(series));
  }
}

TEST(ReadDumps, MemoryLimitIsHeldAgainstWhatAllSharesHoldTogether) {
  const TempFolder folder;
  std::string text;
  for (size_t series = 0; text.size() < 8 * kMiB; ++series) text += "a{session=\"session-" + Number(series) + "\"} 1\n";
  const std::string path = folder.Write("many.prom", text);
  ReadOptions options;
  options.weigh_every_bytes = 256 << 10;
  options.threads = 16;
  absl::StatusOr<ReadResult> exact = Read({path}, options);
  ASSERT_TRUE(exact.ok());
  ASSERT_GE(exact->data->remaps.size(), 8u);  // so many shares, none of which holds a quarter
  const uint64_t bytes = exact->data->bytes();
  exact->data.reset();
  options.memory_limit_bytes = bytes * 5 / 3 / 4;
  absl::StatusOr<ReadResult> result = Read({path}, options);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(Census(std::move(result->data)).estimated());
  options.memory_limit_bytes = bytes * 4;
  result = Read({path}, options);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(Census(std::move(result->data)).estimated());
}

TEST(ReadDumps, MemoryLimitSeesManySmallFilesAsWell) {
  const TempFolder folder;
  std::vector<std::string> paths;
  for (size_t i = 0, series = 0; i < 12; ++i) {
    std::string text;
    while (text.size() < kMiB) text += "a{session=\"session-number-" + Number(series++) + "\"} 1\n";
    paths.push_back(folder.Write(Number(i) + ".prom", text));
  }
  for (const size_t threads : {1, 3}) {
    bool estimated = false;
    EstimatedSeries(paths, threads, &estimated);
    EXPECT_TRUE(estimated) << threads;
  }
}

}  // namespace
}  // namespace seriesguard
