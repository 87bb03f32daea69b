// SPDX-License-Identifier: Apache-2.0
#include "analyzer/census/symbol_bytes.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/census/census.h"
#include "analyzer/census/count.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/differential/document_generator.h"

namespace seriesguard {
namespace {

TEST(SymbolBytes, TellsOwnStringsFromSharedOnes) {
  const Census census = CensusFromText(
      "ab{x=\"12345\",y=\"q\"} 1\n"
      "ab{x=\"12345\",y=\"rr\"} 1\n"
      "cde{x=\"12345\"} 1\n");
  const CensusSymbols symbols = census.CountSymbols();
  ASSERT_EQ(symbols.families.size(), 2u);
  // __name__, x and 12345 are in both: 8 + 1 + 5 bytes; and the pair x="12345".
  EXPECT_EQ(symbols.shared.strings, 3u);
  EXPECT_EQ(symbols.shared.bytes, 14u);
  EXPECT_EQ(symbols.shared.label_pairs, 1u);
  const FamilySymbols& ab = symbols.families[0];
  EXPECT_EQ(ab.own.strings, 4u);  // ab, y, q, rr
  EXPECT_EQ(ab.own.bytes, 6u);
  EXPECT_EQ(ab.own.label_pairs, 3u);  // the name, y="q", y="rr"
  EXPECT_EQ(ab.all.strings, 7u);
  EXPECT_EQ(ab.all.bytes, 20u);
  EXPECT_EQ(ab.all.label_pairs, 4u);
  EXPECT_EQ(ab.series_pairs, 6u);
  EXPECT_EQ(ab.series_bytes, (8u + 2 + 1 + 5 + 1 + 1) + (8 + 2 + 1 + 5 + 1 + 2));
  const FamilySymbols& cde = symbols.families[1];
  EXPECT_EQ(cde.own.bytes, 3u);
  EXPECT_EQ(cde.own.label_pairs, 1u);
  EXPECT_EQ(cde.series_bytes, 8u + 3 + 1 + 5);
  EXPECT_EQ(symbols.all.bytes, 23u);
  EXPECT_EQ(symbols.all.strings, 8u);
  EXPECT_EQ(symbols.all.label_pairs, 5u);
}

// The same text in two roles is one string, and not the same pair.
TEST(SymbolBytes, AStringIsOneStringWhateverItStandsFor) {
  const CensusSymbols symbols = CensusFromText("same{same=\"same\"} 1\n").CountSymbols();
  EXPECT_EQ(symbols.all.strings, 2u);
  EXPECT_EQ(symbols.all.bytes, 12u);
  EXPECT_EQ(symbols.all.label_pairs, 2u);
  EXPECT_EQ(symbols.families[0].series_bytes, 20u);
}

// A sample that repeats a series brings nothing; the same series from another target is another series.
TEST(SymbolBytes, CountsSeriesNotSamples) {
  EXPECT_EQ(CensusFromText("a{b=\"c\"} 1 1\na{b=\"c\"} 2 2\n").CountSymbols().families[0].series_bytes, 11u);
  const Census two = CensusFromTexts({{"one", "a{b=\"c\"} 1\n"}, {"two", "a{b=\"c\"} 1\n"}});
  EXPECT_EQ(two.CountSymbols().families[0].series_bytes, 22u);
  EXPECT_EQ(two.CountSymbols().all.bytes, 8u + 3);
}

TEST(SymbolBytes, AnEstimateHasNone) {
  const Census census = SketchedCensusFromTexts({{"one", "a{b=\"c\"} 1\n"}}, 0);
  ASSERT_TRUE(census.estimated());
  EXPECT_TRUE(census.CountSymbols().families.empty());
}

// The slow way: every string in a set, by the census's other questions.
class Slow {
 public:
  explicit Slow(const Census& census) : families_(census.family_count()) {
    for (size_t f = 0; f < census.family_count(); ++f) {
      Strings& family = families_[f];
      for (const PartCount& part : census.plain(f).parts) Add("__name__", part.name, part.series, f);
      for (const std::string& label : census.family(f).labels) {
        census.ForEachValue(f, label, kAllInputs, [&](std::string_view value, uint64_t series) {
          Add(label, std::string(value), series, f);
        });
      }
      for (const std::string& string : family.strings) ++families_with_[string];
      for (const auto& pair : family.pairs) ++families_with_pair_[pair];
    }
  }

  void Expect(const CensusSymbols& symbols) const {
    SymbolSums own_sum;
    ASSERT_EQ(symbols.families.size(), families_.size());
    for (size_t f = 0; f < families_.size(); ++f) {
      SymbolSums all, own;
      for (const std::string& string : families_[f].strings) {
        Count(string, &all);
        if (families_with_.at(string) == 1) Count(string, &own);
      }
      for (const auto& pair : families_[f].pairs) {
        ++all.label_pairs;
        own.label_pairs += families_with_pair_.at(pair) == 1 ? 1 : 0;
      }
      ExpectEqual(symbols.families[f].all, all);
      ExpectEqual(symbols.families[f].own, own);
      EXPECT_EQ(symbols.families[f].series_pairs, families_[f].series_pairs);
      EXPECT_EQ(symbols.families[f].series_bytes, families_[f].series_bytes);
      own_sum.strings += own.strings;
      own_sum.bytes += own.bytes;
      own_sum.label_pairs += own.label_pairs;
    }
    SymbolSums all;
    for (const auto& [string, families] : families_with_) Count(string, &all);
    all.label_pairs = families_with_pair_.size();
    ExpectEqual(symbols.all, all);
    ExpectEqual({own_sum.strings + symbols.shared.strings, own_sum.bytes + symbols.shared.bytes,
                 own_sum.label_pairs + symbols.shared.label_pairs},
                all);
  }

 private:
  struct Strings {
    std::set<std::string> strings;
    std::set<std::pair<std::string, std::string>> pairs;
    uint64_t series_pairs = 0;
    uint64_t series_bytes = 0;
  };

  void Add(const std::string& name, const std::string& value, uint64_t series, size_t f) {
    families_[f].strings.insert(name);
    families_[f].strings.insert(value);
    families_[f].pairs.insert({name, value});
    families_[f].series_pairs += series;
    families_[f].series_bytes += series * (name.size() + value.size());
  }
  static void Count(const std::string& string, SymbolSums* sums) {
    ++sums->strings;
    sums->bytes += string.size();
  }
  static void ExpectEqual(const SymbolSums& found, const SymbolSums& expected) {
    EXPECT_EQ(found.strings, expected.strings);
    EXPECT_EQ(found.bytes, expected.bytes);
    EXPECT_EQ(found.label_pairs, expected.label_pairs);
  }

  std::vector<Strings> families_;
  std::map<std::string, int> families_with_;
  std::map<std::pair<std::string, std::string>, int> families_with_pair_;
};

TEST(SymbolBytes, AgreesWithSetsOfStringsOnGeneratedDumps) {
  uint64_t shared = 0;
  for (uint64_t seed = 1; seed <= 1'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    DocumentGenerator generator(seed, /*openmetrics=*/false);
    const std::string first = generator.Valid();
    const Census one = CensusFromText(first);
    Slow(one).Expect(one.CountSymbols());
    const Census two = CensusFromTexts({{"first", first}, {"second", generator.Valid()}});
    const CensusSymbols symbols = two.CountSymbols();
    Slow(two).Expect(symbols);
    shared += symbols.shared.label_pairs;
    if (HasFailure()) break;
  }
  EXPECT_GT(shared, 100u);  // or the documents have nothing to tell apart
}

}  // namespace
}  // namespace seriesguard
