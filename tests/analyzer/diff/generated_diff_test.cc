// SPDX-License-Identifier: Apache-2.0
//
// generated_diff_test.cc: every number of the diff against sets of strings, on generated pairs of dumps.
//
// SERIESGUARD_DIFF_PAIRS sets how many pairs of each kind are made (default 1,500); a gate of 100,000 takes minutes.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/diff/change.h"
#include "tests/analyzer/diff/diff_from_text.h"
#include "tests/analyzer/diff/naive_diff.h"
#include "tests/differential/agreement.h"
#include "tests/differential/document_generator.h"
#include "tests/reference/naive_parser.h"
#include "tests/reference/parse_options.h"
#include "tests/reference/reference_result.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

using reference::Format;
using reference::ReferenceResult;

size_t PairsWanted() { return CasesToRun("SERIESGUARD_DIFF_PAIRS", 1500); }

// splitmix64, so that a seed names a run on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  size_t Below(size_t bound) {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<size_t>((z ^ (z >> 31)) % bound);
  }

 private:
  uint64_t state_;
};

// A small service: few metrics, labels and values, so that all causes occur and meet.
std::string SmallDump(Dice* dice) {
  static constexpr const char* kNames[] = {"a", "b_total", "h_bucket", "h_count", "h_created", "b_created"};
  static constexpr const char* kLabels[] = {"x", "y", "z", "le", "quantile"};
  static constexpr const char* kValues[] = {"1", "2", "1.0", "", "v\\\"w", "\\\\"};
  static constexpr const char* kTypes[] = {"", "# TYPE h histogram\n", "# TYPE a gauge\n", "# TYPE a counter\n",
                                           "# TYPE b_total counter\n# TYPE h histogram\n"};
  std::string text = kTypes[dice->Below(5)];
  const size_t names = 1 + dice->Below(6);
  const size_t labels = dice->Below(6);
  const size_t values = 1 + dice->Below(6);
  for (size_t lines = 1 + dice->Below(30); lines > 0; --lines) {
    text += kNames[dice->Below(names)];
    std::string pairs;
    const size_t first = dice->Below(5);  // labels in any order
    for (size_t i = 0; i < 5; ++i) {
      const size_t label = (first + i) % 5;
      if (label >= labels || dice->Below(3) == 0) continue;
      pairs += std::string(pairs.empty() ? "" : ",") + kLabels[label] + "=\"" + kValues[dice->Below(values)] + "\"";
    }
    text += "{" + pairs + "} 1\n";
  }
  return text;
}

// Leaves out lines, and swaps others for those of another dump.
std::string Changed(const std::string& text, const std::string& other, Dice* dice) {
  std::string changed;
  size_t at = 0;
  size_t other_at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const size_t other_end = other_at < other.size() ? std::min(other.find('\n', other_at), other.size() - 1) + 1 : 0;
    const size_t what = dice->Below(8);
    if (what != 0) changed.append(text, at, end - at);
    if (what < 2 && other_end > 0) changed.append(other, other_at, other_end - other_at);
    at = end;
    if (other_end > 0) other_at = other_end;
  }
  return changed;
}

class DiffGenerated : public testing::Test {
 protected:
  // Compares the two sides both ways; returns false where a text is none.
  bool Check(const std::vector<DumpText>& before, const std::vector<DumpText>& after, const TextDiffOptions& options) {
    std::vector<NaiveTarget> naive[2];
    for (const std::vector<DumpText>* dumps : {&before, &after}) {
      for (const DumpText& dump : *dumps) {
        ReferenceResult result = ParseNaively(dump.text, dump.format);
        if (!result.ok || result.samples.empty()) return false;
        naive[dumps == &after ? 1 : 0].push_back({dump.name, result});
      }
    }
    if (before.size() == 1 && after.size() == 1) naive[0][0].name = naive[1][0].name;
    const std::optional<Diff> diff = DiffOfTexts(before, after, options);
    EXPECT_TRUE(diff.has_value());
    if (!diff) return true;
    const std::string expected = DescribeNaively(
        naive[0], naive[1], std::set<std::string>(options.ignored_labels.begin(), options.ignored_labels.end()));
    const std::string actual = DescribeDiff(*diff);
    EXPECT_EQ(expected, actual) << before[0].text << "\n----\n" << after[0].text;
    if (expected != actual) ++shown_;
    CheckSums(*diff);
    return true;
  }

  void CheckSums(const Diff& diff) {
    EXPECT_EQ(diff.before.series + *diff.added, diff.after.series + *diff.gone);
    uint64_t added = 0;
    uint64_t gone = 0;
    for (const CauseCount& cause : diff.added_causes) added += cause.series;
    for (const CauseCount& cause : diff.gone_causes) gone += cause.series;
    EXPECT_EQ(added, *diff.added);
    EXPECT_EQ(gone, *diff.gone);
    uint64_t before = diff.unchanged.before;
    uint64_t after = diff.unchanged.after;
    for (const MetricChange& metric : diff.metrics) {
      before += metric.before;
      after += metric.after;
      EXPECT_EQ(metric.before + *metric.added, metric.after + *metric.gone) << metric.name;
    }
    EXPECT_EQ(before, diff.before.series);
    EXPECT_EQ(after, diff.after.series);
    uint64_t of_targets = 0;
    for (const TargetChange& target : diff.targets) of_targets += target.added;
    EXPECT_EQ(of_targets, diff.targets.empty() ? 0 : *diff.added);
    for (const CauseCount& cause : diff.added_causes) causes_.insert(ChangeCauseName(cause.cause));
  }

  size_t shown_ = 0;
  std::set<std::string_view> causes_;
};

TEST_F(DiffGenerated, SmallDumpsAreSplitAsSetsOfStringsSay) {
  Dice dice(SeedOfTest(61));
  size_t checked = 0;
  for (size_t i = 0; checked < PairsWanted() && shown_ < 3; ++i) {
    const std::string before = SmallDump(&dice);
    const std::string after = i % 3 == 0 ? SmallDump(&dice) : Changed(before, SmallDump(&dice), &dice);
    TextDiffOptions options;
    if (i % 5 == 0) options.ignored_labels = {"y", "le"};
    options.builder_per_input = i % 2 == 0;
    checked += Check({{"one", before}}, {{"two", after}}, options) ? 1 : 0;
  }
  EXPECT_EQ(causes_.size(), kChangeCauseNames.size() - 1) << "every cause but a new target has occurred";
}

TEST_F(DiffGenerated, TargetsAreMatchedByName) {
  Dice dice(SeedOfTest(62));
  size_t checked = 0;
  for (size_t i = 0; checked < PairsWanted() / 3 && shown_ < 3; ++i) {
    std::vector<DumpText> before;
    std::vector<DumpText> after;
    for (const char* name : {"p", "q", "r", "s"}) {
      const std::string text = SmallDump(&dice);
      const size_t what = dice.Below(4);
      if (what != 0) before.push_back({name, text});
      if (what != 1) after.push_back({name, what == 2 ? text : Changed(text, SmallDump(&dice), &dice)});
    }
    if (before.empty() || after.empty() || (before.size() == 1 && after.size() == 1)) continue;
    TextDiffOptions options;
    options.threads = 1 + i % 2;
    options.builder_per_input = i % 3 == 0;
    checked += Check(before, after, options) ? 1 : 0;
  }
  EXPECT_EQ(causes_.count("target"), 1u);
}

TEST_F(DiffGenerated, DocumentsWithEveryTrapAreSplitAsSetsOfStringsSay) {
  for (const bool openmetrics : {false, true}) {
    const Format format = openmetrics ? Format::kOpenMetrics : Format::kText;
    DocumentGenerator generator(SeedOfTest(63), openmetrics);
    DocumentGenerator other(SeedOfTest(64), false);
    Dice dice(SeedOfTest(65));
    size_t checked = 0;
    for (size_t i = 0; checked < PairsWanted() / 2 && shown_ < 3; ++i) {
      const std::string before = generator.Valid();
      TextDiffOptions options;
      if (i % 4 == 0) options.ignored_labels = {"method"};
      // Another document of the same families, a mutation of this one, or one in the other format.
      DumpText after{"after", generator.Valid(), format};
      if (i % 3 == 0) after.text = Changed(before, after.text, &dice);
      if (i % 7 == 0) after = {"after", other.Valid(), Format::kText};
      checked += Check({{"before", before, format}}, {after}, options) ? 1 : 0;
    }
  }
}

TEST_F(DiffGenerated, ADumpHasNoDifferenceFromItselfInAnyOrder) {
  Dice dice(SeedOfTest(66));
  for (size_t i = 0; i < 300; ++i) {
    const std::string text = SmallDump(&dice);
    std::vector<std::string> lines;
    size_t metadata = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
      metadata += lines.back()[0] == '#' ? 1 : 0;
    }
    for (size_t j = lines.size(); j > metadata + 1; --j)
      std::swap(lines[j - 1], lines[metadata + dice.Below(j - metadata)]);
    std::string shuffled;
    for (const std::string& line : lines) shuffled += line;
    const std::optional<Diff> diff = DiffOfTexts({{"a", text}}, {{"b", shuffled}});
    ASSERT_TRUE(diff.has_value()) << text;
    EXPECT_EQ(*diff->added + *diff->gone, 0u) << text;
    EXPECT_TRUE(diff->metrics.empty());
  }
}

}  // namespace
}  // namespace seriesguard
