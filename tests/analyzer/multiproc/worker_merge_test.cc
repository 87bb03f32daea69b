// SPDX-License-Identifier: Apache-2.0
//
// worker_merge_test.cc: each rule of the merge by hand; tests/client_python holds all of them against the client itself.
#include "analyzer/multiproc/worker_merge.h"

#include <limits>
#include <string>
#include <vector>

#include "analyzer/multiproc/worker_file_name.h"
#include "gtest/gtest.h"
#include "lib/series/keyed_hash.h"
#include "tests/analyzer/multiproc/worker_file_bytes.h"

namespace seriesguard {
namespace {

struct Value {
  std::string key;
  double value = 0;
  double timestamp = 0;
};

class Workers {
 public:
  explicit Workers(NameForm form = NameForm::kQuoted) : merge_(HashKey(1), form) {}

  // Adds a file of a new worker.
  uint64_t Add(const std::string& name, const std::vector<Value>& values) {
    merge_.BeginWorker();
    return AddToWorker(name, values);
  }
  uint64_t AddToWorker(const std::string& name, const std::vector<Value>& values) {
    const auto file = ParseWorkerFileName(name);
    EXPECT_TRUE(file.ok());
    std::vector<WorkerMerge::Entry> entries;
    for (const Value& value : values) {
      const auto key = merge_.Intern(file->type, value.key);
      EXPECT_TRUE(key.ok()) << key.status();
      if (key.ok()) entries.push_back({*key, value.value, value.timestamp});
    }
    return merge_.AddFile(*file, entries);
  }
  // The sample lines only.
  std::string Samples() const {
    std::string samples;
    const std::string text = merge_.Text();
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = text.find('\n', begin) + 1;
      if (text[begin] != '#') samples += text.substr(begin, end - begin);
      begin = end;
    }
    return samples;
  }
  std::string Text() const { return merge_.Text(); }
  WorkerMerge* merge() { return &merge_; }

 private:
  WorkerMerge merge_;
};

std::string Bucket(const std::string& le, const Labels& labels = {}) {
  Labels all = labels;
  all.emplace_back("le", le);
  return WorkerKey("h", "h_bucket", all);
}

TEST(WorkerMerge, AddsCountersAndSummaries) {
  Workers workers;
  EXPECT_EQ(workers.Add("counter_1.db", {{WorkerKey("c", "c_total", {{"a", "x"}}), 1}, {WorkerKey("d", "d_total"), 5}}),
            2u);
  EXPECT_EQ(workers.Add("counter_2.db", {{WorkerKey("c", "c_total", {{"a", "x"}}), 2}}), 1u);
  EXPECT_EQ(workers.AddToWorker("summary_2.db", {{WorkerKey("s", "s_sum"), 0.5}, {WorkerKey("s", "s_count"), 1}}), 2u);
  EXPECT_EQ(workers.Add("summary_3.db", {{WorkerKey("s", "s_sum"), 0.25}, {WorkerKey("s", "s_count"), 1}}), 2u);
  EXPECT_EQ(workers.Text(),
            "# HELP c_total help\n# TYPE c_total counter\nc_total{a=\"x\"} 3.0\n"
            "# HELP d_total help\n# TYPE d_total counter\nd_total 5.0\n"
            "# HELP s help\n# TYPE s summary\ns_sum 0.75\ns_count 2.0\n");
}

TEST(WorkerMerge, CountsBucketsUpAndMakesTheCount) {
  Workers workers;
  EXPECT_EQ(workers.Add("histogram_1.db",
                        {{Bucket("1.0"), 3}, {Bucket("+Inf"), 1}, {Bucket("0.5"), 2}, {WorkerKey("h", "h_sum"), 9}}),
            5u);
  // Another boundary, another spelling of one, another label set.
  EXPECT_EQ(workers.Add(
                "histogram_2.db",
                {{Bucket("1"), 1}, {Bucket("2.5"), 1}, {Bucket("1.0", {{"a", "x"}}), 4}, {WorkerKey("h", "h_sum"), 1}}),
            6u);
  EXPECT_EQ(workers.Samples(),
            "h_bucket{le=\"0.5\"} 2.0\nh_bucket{le=\"1.0\"} 6.0\nh_bucket{le=\"2.5\"} 7.0\nh_bucket{le=\"+Inf\"} 8.0\n"
            "h_count 8.0\nh_bucket{a=\"x\",le=\"1.0\"} 4.0\nh_count{a=\"x\"} 4.0\nh_sum 10.0\n");
}

TEST(WorkerMerge, PutsTheBucketsOwnCountInPlaceOfAStoredOne) {
  Workers workers;
  workers.Add("histogram_1.db", {{WorkerKey("h", "h_count"), 99}, {Bucket("+Inf"), 2}});
  EXPECT_EQ(workers.Samples(), "h_bucket{le=\"+Inf\"} 2.0\nh_count 2.0\n");
}

TEST(WorkerMerge, JoinsGaugesByTheirMode) {
  const std::string key = WorkerKey("g", "g", {{"a", "x"}});
  const struct {
    const char* mode;
    const char* samples;
  } kCases[] = {{"all", "g{a=\"x\",pid=\"1\"} 3.0\ng{a=\"x\",pid=\"2\"} -1.0\ng{a=\"x\",pid=\"3\"} 2.0\n"},
                {"liveall", "g{a=\"x\",pid=\"1\"} 3.0\ng{a=\"x\",pid=\"2\"} -1.0\ng{a=\"x\",pid=\"3\"} 2.0\n"},
                {"min", "g{a=\"x\"} -1.0\n"},
                {"livemin", "g{a=\"x\"} -1.0\n"},
                {"max", "g{a=\"x\"} 3.0\n"},
                {"livemax", "g{a=\"x\"} 3.0\n"},
                {"sum", "g{a=\"x\"} 4.0\n"},
                {"livesum", "g{a=\"x\"} 4.0\n"},
                {"mostrecent", "g{a=\"x\"} -1.0\n"},
                {"livemostrecent", "g{a=\"x\"} -1.0\n"}};
  for (const auto& each : kCases) {
    Workers workers;
    const std::string name = std::string("gauge_") + each.mode;
    EXPECT_EQ(workers.Add(name + "_1.db", {{key, 3, 10}}), 1u);
    EXPECT_EQ(workers.Add(name + "_2.db", {{key, -1, 30}}), 1u);
    EXPECT_EQ(workers.Add(name + "_3.db", {{key, 2, 20}}), 1u);
    EXPECT_EQ(workers.Samples(), each.samples) << each.mode;
  }
}

TEST(WorkerMerge, ShowsNoMostRecentValueThatWasNeverSet) {
  Workers workers;
  EXPECT_EQ(workers.Add("gauge_mostrecent_1.db", {{WorkerKey("g", "g"), 0, 0}}), 0u);
  EXPECT_EQ(workers.Samples(), "");
  EXPECT_EQ(workers.Text(), "# HELP g help\n# TYPE g gauge\n");
}

TEST(WorkerMerge, GivesThePidTheLastWordOverALabelOfThatName) {
  Workers workers;
  workers.Add("gauge_all_1.db", {{WorkerKey("g", "g", {{"pid", "mine"}}), 3}});
  EXPECT_EQ(workers.Samples(), "g{pid=\"1\"} 3.0\n");
}

// A rolling deploy: the last gauge file says how all are joined.
TEST(WorkerMerge, TakesTheModeOfTheLastFile) {
  Workers workers;
  workers.Add("gauge_all_1.db", {{WorkerKey("g", "g"), 3}});
  workers.Add("gauge_livesum_2.db", {{WorkerKey("g", "g"), 4}});
  EXPECT_EQ(workers.Samples(), "g 7.0\n");
}

// Another help text is another key, and the same series.
TEST(WorkerMerge, JoinsKeysThatDifferInTheirHelpOnly) {
  Workers workers;
  workers.Add("counter_1.db", {{WorkerKey("c", "c_total", {}, "old"), 1}});
  EXPECT_EQ(workers.Add("counter_2.db",
                        {{WorkerKey("c", "c_total", {}, "new"), 2}, {WorkerKey("c", "c_total", {}, "old"), 4}}),
            1u);
  EXPECT_EQ(workers.Text(), "# HELP c_total old\n# TYPE c_total counter\nc_total 7.0\n");
}

// What was interned for a file that is then refused leaves no trace, not even a metric's type.
TEST(WorkerMerge, ForgetsKeysOfFilesThatAreNeverAdded) {
  Workers workers;
  ASSERT_TRUE(workers.merge()->Intern(WorkerFileType::kGauge, WorkerKey("c", "c", {}, "bad")).ok());
  workers.Add("counter_2.db", {{WorkerKey("c", "c_total", {}, "good"), 2}});
  EXPECT_EQ(workers.Text(), "# HELP c_total good\n# TYPE c_total counter\nc_total 2.0\n");
}

TEST(WorkerMerge, KeepsTheFirstTypeOfAMetricThatHasTwo) {
  Workers workers;
  workers.Add("counter_1.db", {{WorkerKey("x", "x_total"), 2}});
  workers.AddToWorker("gauge_all_1.db", {{WorkerKey("x", "x"), 3}, {WorkerKey("x", "x"), 4}});
  EXPECT_EQ(workers.Samples(), "x_total 2.0\nx{pid=\"1\"} 7.0\n");
}

TEST(WorkerMerge, RefusesABoundaryThatIsNoNumber) {
  Workers workers;
  EXPECT_FALSE(workers.merge()->Intern(WorkerFileType::kHistogram, Bucket("NaN")).ok());
  EXPECT_FALSE(workers.merge()->Intern(WorkerFileType::kHistogram, Bucket("big")).ok());
  EXPECT_TRUE(workers.merge()->Intern(WorkerFileType::kCounter, Bucket("big")).ok());
}

TEST(WorkerMerge, WritesOddNamesAndValuesAsTheFormatWantsThem) {
  const std::string key = R"(["a.b\"c", "a.b\"c", {"d:e": "q\"\\\n", "f": ""}, "h\\\n"])";
  Workers quoted;
  quoted.Add("gauge_sum_1.db", {{key, std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(quoted.Text(), R"(# HELP "a.b\"c" h\\\n)"
                           "\n"
                           R"(# TYPE "a.b\"c" gauge)"
                           "\n"
                           R"({"a.b\"c","d:e"="q\"\\\n",f=""} +Inf)"
                           "\n");
  Workers underscored(NameForm::kUnderscored);
  underscored.Add("gauge_sum_1.db", {{R"(["\u00fc1", "1\u00fc:", {"\u00fcx": "v"}, ""])", 1}});
  EXPECT_EQ(underscored.Text(), "# HELP _1 \n# TYPE _1 gauge\n__:{_x=\"v\"} 1.0\n");
}

// {a="bc"} is not {ab="c"}, and one sample of two metrics is two samples.
TEST(WorkerMerge, TellsApartWhatLooksAlike) {
  Workers workers;
  workers.Add("counter_1.db", {{WorkerKey("c", "c_total", {{"a", "bc"}}), 1},
                               {WorkerKey("c", "c_total", {{"ab", "c"}}), 2},
                               {WorkerKey("c2", "c_total", {{"a", "bc"}}), 4}});
  EXPECT_EQ(workers.Samples(), "c_total{a=\"bc\"} 1.0\nc_total{ab=\"c\"} 2.0\nc_total{a=\"bc\"} 4.0\n");
}

}  // namespace
}  // namespace seriesguard
