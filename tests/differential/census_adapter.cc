// SPDX-License-Identifier: Apache-2.0
//
// census_adapter.cc: with one builder an input, the joined result must not show it.
#include "tests/differential/census_adapter.h"

#include <memory>
#include <string>
#include <utility>

#include "analyzer/census/census_builder.h"
#include "analyzer/census/census_data.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "lib/series/keyed_hash.h"
#include "tests/differential/window_feed.h"

namespace seriesguard {
namespace {

bool Read(const CensusDocument& document, size_t input, size_t block_bytes, CensusBuilder* builder) {
  const ExpositionFormat format =
      document.format == reference::Format::kText ? ExpositionFormat::kText : ExpositionFormat::kOpenMetrics;
  builder->BeginInput(input, "input " + std::to_string(input), format);
  ExpositionParser parser(format, builder);
  const FeedResult fed = FeedInWindows(document.bytes, block_bytes, &parser);
  builder->EndInput(document.bytes.size(), parser.saw_quoted_name());
  return !fed.stopped && builder->error_count() == 0;
}

}  // namespace

std::optional<Census> RunCensus(const std::vector<CensusDocument>& documents, const CensusRun& run) {
  const HashKey key = HashKey::Random();
  const CensusOptions options;
  auto builder = std::make_unique<CensusBuilder>(key, options);
  std::unique_ptr<CensusData> data;
  for (size_t input = 0; input < documents.size(); ++input) {
    if (!Read(documents[input], input, run.block_bytes, builder.get())) return std::nullopt;
    const bool last = input + 1 == documents.size();
    if (!last && !run.builder_per_input) continue;
    std::unique_ptr<CensusData> part = builder->Finish();
    if (data == nullptr) {
      data = std::move(part);
    } else {
      JoinCensusData(data.get(), std::move(*part));
    }
    builder = std::make_unique<CensusBuilder>(key, options);
  }
  return Census(std::move(data), run.threads);
}

}  // namespace seriesguard
