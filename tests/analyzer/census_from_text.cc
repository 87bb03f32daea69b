// SPDX-License-Identifier: Apache-2.0
//
// census_from_text.cc: the parser and the builder of the program, without its reading of files.
#include "tests/analyzer/census_from_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

#include "analyzer/census/census_builder.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/scan.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {
namespace {

bool IsOpenMetrics(std::string_view text) {
  constexpr std::string_view kEnd = "# EOF\n";
  return text.size() >= kEnd.size() && text.substr(text.size() - kEnd.size()) == kEnd;
}

Census Count(const std::vector<NamedText>& inputs, const HashKey& key, size_t exact_inputs) {
  CensusBuilder builder(key, CensusOptions{});
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (i == exact_inputs) builder.TurnToSketches();
    const ExpositionFormat format =
        IsOpenMetrics(inputs[i].text) ? ExpositionFormat::kOpenMetrics : ExpositionFormat::kText;
    builder.BeginInput(i, inputs[i].path, format);
    const std::string padded = inputs[i].text + std::string(kScanSlack, '\0');
    ExpositionParser parser(format, &builder);
    parser.Parse(std::string_view(padded).substr(0, inputs[i].text.size()), /*at_end=*/true);
    builder.EndInput(inputs[i].text.size(), parser.saw_quoted_name());
  }
  if (exact_inputs == inputs.size()) builder.TurnToSketches();
  for (const InputError& error : builder.errors())
    ADD_FAILURE() << "line " << error.error.line << ": " << error.error.message;
  return Census(builder.Finish());
}

}  // namespace

Census CensusFromTexts(const std::vector<NamedText>& inputs) { return Count(inputs, HashKey::Random(), SIZE_MAX); }

Census CensusFromText(const std::string& text) { return CensusFromTexts({{"dump.prom", text}}); }

Census SketchedCensusFromTexts(const std::vector<NamedText>& inputs, size_t exact_inputs) {
  return Count(inputs, HashKey(1), exact_inputs);
}

}  // namespace seriesguard
