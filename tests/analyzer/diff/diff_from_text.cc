// SPDX-License-Identifier: Apache-2.0
//
// diff_from_text.cc: the parser and the builder of the program, without its reading of files.
#include "tests/analyzer/diff/diff_from_text.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>

#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/diff/series_diff.h"
#include "analyzer/diff/target_pairs.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/scan.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

bool Feed(const DumpText& dump, size_t input, CensusBuilder* builder) {
  const ExpositionFormat format =
      dump.format == reference::Format::kOpenMetrics ? ExpositionFormat::kOpenMetrics : ExpositionFormat::kText;
  builder->BeginInput(input, dump.name, format);
  const std::string padded = dump.text + std::string(kScanSlack, '\0');
  ExpositionParser parser(format, builder);
  parser.Parse(std::string_view(padded).substr(0, dump.text.size()), /*at_end=*/true);
  builder->EndInput(dump.text.size(), parser.saw_quoted_name());
  return builder->errors().empty();
}

}  // namespace

std::optional<Diff> DiffOfTexts(const std::vector<DumpText>& before, const std::vector<DumpText>& after,
                                const TextDiffOptions& options) {
  const HashKey key = HashKey::Random();
  std::unique_ptr<CensusData> data;
  auto builder = std::make_unique<CensusBuilder>(key, CensusOptions{});
  std::vector<SideTarget> sides[2];
  size_t input = 0;
  for (const std::vector<DumpText>* dumps : {&before, &after}) {
    for (const DumpText& dump : *dumps) {
      if (!Feed(dump, input, builder.get())) return std::nullopt;
      sides[dumps == &after ? 1 : 0].push_back({input++, dump.name});
      if (!options.builder_per_input) continue;
      std::unique_ptr<CensusData> part = builder->Finish();
      builder = std::make_unique<CensusBuilder>(key, CensusOptions{});
      if (data == nullptr) {
        data = std::move(part);
      } else {
        JoinCensusData(data.get(), std::move(*part));
      }
    }
  }
  if (data == nullptr) data = builder->Finish();
  SeriesDiffOptions series;
  series.pairs = PairTargets(sides[0], sides[1]);
  series.ignored_labels = options.ignored_labels;
  series.threads = options.threads;
  return DiffSeries(std::move(data), series);
}

Diff DiffOfText(const std::string& before, const std::string& after, const TextDiffOptions& options) {
  std::optional<Diff> diff = DiffOfTexts({{"before", before}}, {{"after", after}}, options);
  if (!diff) ADD_FAILURE() << "does not parse: " << before << "\n----\n" << after;
  return diff ? *std::move(diff) : Diff();
}

}  // namespace seriesguard
