// SPDX-License-Identifier: Apache-2.0
//
// exposition_fuzz.cc: any bytes are a census that answers every question without contradicting itself, or an error with
// a place. What the numbers must be is held by tests/differential; here only what must be true of any numbers.
//
// The first byte chooses: bit 0 OpenMetrics, bit 1 lenient, bit 2 the older server, bit 3 `--created ignore`, bit 4
// sketches half way, bit 5 two inputs joined from two builders, bits 6 and 7 the size of a window.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/census/census.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/census/count.h"
#include "analyzer/census/guard_sample.h"
#include "analyzer/census/label_transform.h"
#include "analyzer/census/server_view.h"
#include "analyzer/census/sketch_census.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/scan.h"
#include "lib/series/keyed_hash.h"

namespace {

using namespace seriesguard;  // a fuzz target is all about one library

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Choice {
  explicit Choice(uint8_t byte)
      : format((byte & 1) != 0 ? ExpositionFormat::kOpenMetrics : ExpositionFormat::kText),
        sketch((byte & 16) != 0),
        two_inputs((byte & 32) != 0) {
    census.lenient = (byte & 2) != 0;
    census.server = (byte & 4) != 0 ? ServerView::kPrometheus2 : ServerView::kPrometheus3;
    census.ignore_created = (byte & 8) != 0;
    constexpr size_t kBlocks[] = {SIZE_MAX, 1, 17, 256};
    block_bytes = kBlocks[byte >> 6];
  }
  ExpositionFormat format;
  bool sketch, two_inputs;
  CensusOptions census;
  size_t block_bytes;
};

// Parses all of `text` in windows that are heap copies of exact size plus the slack that the parser asks for.
bool Feed(std::string_view text, const Choice& choice, ExpositionParser* parser, CensusBuilder* builder) {
  size_t begin = 0, end = 0;
  for (bool at_end = false; !at_end;) {
    end = choice.block_bytes < text.size() - end ? end + choice.block_bytes : text.size();
    at_end = end == text.size();
    const size_t size = end - begin;
    const std::unique_ptr<char[]> window(new char[size + kScanSlack]);
    std::copy_n(text.data() + begin, size, window.get());
    std::memset(window.get() + size, '"', kScanSlack);
    window[size] = '\0';
    const ExpositionParser::Progress progress = parser->Parse({window.get(), size}, at_end);
    Require(progress.consumed <= size);
    if (progress.stopped) return false;
    begin += progress.consumed;
    if (choice.sketch && begin >= text.size() / 2) builder->TurnToSketches();
  }
  Require(begin == text.size());
  return true;
}

void CheckErrors(const CensusBuilder& builder, bool lenient, bool stopped) {
  Require(stopped == (!lenient && builder.error_count() > 0));
  Require(builder.errors().size() <= std::min<uint64_t>(builder.error_count(), CensusBuilder::kMaxErrors));
  for (const InputError& error : builder.errors()) {
    Require(error.error.line >= 1 && error.error.column >= 1 && !error.error.message.empty());
    Require(error.error.text_column >= 1 && error.error.text_column <= error.error.line_text.size() + 1);
    for (const char c : error.error.message) Require(c >= 0x20 && c < 0x7F);
  }
}

void CheckCount(const FamilyCount& count, const CountOptions& options, bool estimated) {
  Require(count.series <= count.samples);
  Require(count.density >= 0 && count.density <= 1);
  uint64_t part_series = 0, part_samples = 0;
  for (const PartCount& part : count.parts) {
    part_series += part.series;
    part_samples += part.samples;
  }
  Require(part_series == count.series && part_samples == count.samples);
  if (estimated) return;
  Require(count.label_sets <= count.series && (count.label_sets > 0) == (count.samples > 0));
  for (const LabelCount& label : count.labels) {
    Require(label.values > 0 && label.series_with >= label.values && label.series_with <= count.series);
    Require(label.top.size() == std::min<uint64_t>(options.top_values, label.values));
    Require(label.other_values == label.values - label.top.size());
    uint64_t series = label.other_series;
    for (size_t i = 0; i < label.top.size(); ++i) {
      series += label.top[i].series;
      Require(!label.top[i].value.empty());
      Require(i == 0 || label.top[i - 1].series > label.top[i].series ||
              (label.top[i - 1].series == label.top[i].series && label.top[i - 1].value < label.top[i].value));
    }
    Require(series == label.series_with);
    Require(label.series_without.has_value() == options.what_if);
    Require(!options.what_if || (*label.series_without >= 1 && *label.series_without <= count.series));
  }
  Require(!options.boundaries || count.boundaries.min_per_label_set <= count.boundaries.max_per_label_set);
}

void AskEverything(const Census& census) {
  CountOptions options;
  options.top_values = 3;
  uint64_t sum = 0, of_inputs = 0;
  for (size_t f = 0; f < census.family_count(); ++f) {
    const FamilyInfo& info = census.family(f);
    Require(census.FindFamily(info.name) == f);
    const FamilyCount plain = census.Count(f, options);
    CheckCount(plain, options, census.estimated());
    sum += plain.series;
    CountOptions all = options;
    all.what_if = all.boundaries = true;
    const FamilyCount whole = census.Count(f, all);
    CheckCount(whole, all, census.estimated());
    Require(whole.series == plain.series && whole.label_sets == plain.label_sets);
    all.union_of_targets = true;
    const FamilyCount joined = census.Count(f, all);
    CheckCount(joined, all, census.estimated());
    Require(census.estimated() || joined.series <= plain.series);
    all.union_of_targets = false;
    for (all.input = 0; all.input < census.inputs().size(); ++all.input) {
      const FamilyCount one = census.Count(f, all);
      CheckCount(one, all, census.estimated());
      of_inputs += one.series;
    }
    all.input = kAllInputs;
    std::vector<LabelTransform> transforms(info.labels.size());
    for (size_t i = 0; i < info.labels.size(); ++i) {
      transforms[i].label = info.labels[i];
      transforms[i].drop = i % 3 == 2;
      if (i % 3 == 0) transforms[i].map = [](std::string_view value) { return std::string(value.substr(1)); };
      if (i % 3 == 1) transforms[i].map = [](std::string_view) { return std::string("one"); };
      uint64_t values = 0;
      census.ForEachValue(f, info.labels[i], kAllInputs, [&values](std::string_view value, uint64_t series) {
        Require(!value.empty() && series > 0);
        ++values;
      });
      for (const LabelCount& label : plain.labels) {
        Require(census.estimated() || label.name != info.labels[i] || label.values == values);
      }
    }
    const FamilyCount changed = census.Recount(f, all, transforms);
    CheckCount(changed, all, census.estimated());
    Require(changed.series <= plain.series && changed.samples == plain.samples);
    census.Dependencies(f);
    Require(census.estimated() || census.ExampleSeries(f, 3).size() == std::min<uint64_t>(3, plain.samples));
  }
  Require(census.TotalSeries(options) == sum);
  Require(of_inputs == sum);
  CountOptions joined;
  joined.union_of_targets = true;
  Require(census.estimated() || census.TotalSeries(joined) <= sum);
  Require(census.duplicates().size() == std::min<uint64_t>(census.duplicate_samples(), 100));
  for (const DuplicateSample& duplicate : census.duplicates()) {
    Require(duplicate.first_line >= 1 && duplicate.first_line < duplicate.again_line && !duplicate.series.empty());
  }
  census.Remarks(5);
  for (const GuardSample& sample : census.guard_samples()) Require(sample.input < census.inputs().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 64 * 1024) return 0;  // longer texts find nothing new, only later
  const Choice choice(data[0]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t half = choice.two_inputs ? text.size() / 2 : text.size();
  const HashKey key(data[0]);  // the same for each run of one input, so that a crash comes back
  std::unique_ptr<CensusData> joined;
  for (size_t input = 0; input < (choice.two_inputs ? 2 : 1); ++input) {
    CensusBuilder builder(key, choice.census);
    builder.BeginInput(input, "fuzz", choice.format);
    ExpositionParser parser(choice.format, &builder);
    const std::string_view part = input == 0 ? text.substr(0, half) : text.substr(half);
    const bool read_all = Feed(part, choice, &parser, &builder);
    builder.EndInput(part.size(), parser.saw_quoted_name());
    CheckErrors(builder, choice.census.lenient, !read_all);
    if (choice.sketch) builder.TurnToSketches();
    std::unique_ptr<CensusData> built = builder.Finish();
    if (joined == nullptr) {
      joined = std::move(built);
    } else {
      JoinCensusData(joined.get(), std::move(*built));
      if (choice.sketch) JoinSketches(joined.get(), std::move(*built));
    }
  }
  AskEverything(Census(std::move(joined)));
  return 0;
}
