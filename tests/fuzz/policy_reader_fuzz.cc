// SPDX-License-Identifier: Apache-2.0
//
// policy_reader_fuzz.cc: any text is either a policy that all of the program can use, or a list of findings that prints.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/diagnostic.h"
#include "rules/metric_matcher.h"
#include "rules/normalizer.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"
#include "rules/reserve.h"
#include "rules/utf8.h"

namespace {

using namespace seriesguard;  // a fuzz target is all about one library

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckPrintedForm(const PolicyReadResult& result) {
  for (const size_t width : {0, 1, 40, 200}) {
    const std::string printed = FormatDiagnostics(result, "fuzz.yaml", width);
    Require(IsValidUtf8(printed));
    for (const char byte : printed) Require(byte == '\n' || static_cast<unsigned char>(byte) >= 0x20);
  }
}

void CheckOrderAndPlaces(const PolicyReadResult& result) {
  for (size_t i = 0; i < result.diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = result.diagnostics[i];
    Require(!diagnostic.code.empty() && !diagnostic.message.empty());
    const bool is_count_of_the_rest = diagnostic.location.line == 0;
    Require(!is_count_of_the_rest || i + 1 == result.diagnostics.size());
    if (i > 0 && !is_count_of_the_rest) Require(!(diagnostic.location < result.diagnostics[i - 1].location));
    const size_t line_bytes = LineOfText(result.text, diagnostic.location.line).size();
    Require(is_count_of_the_rest || static_cast<size_t>(diagnostic.location.column) <= line_bytes + 1);
  }
}

// What the reader accepts, the guard and the verdict must be able to compile and use.
void UsePolicy(const Policy& policy) {
  const auto matcher = MetricMatcher::Compile(policy);
  Require(matcher.ok());
  matcher->Find("http_requests_total");
  for (const MetricRule& rule : policy.metrics) {
    Require(rule.name.empty() != rule.match.empty());
    Require(ReserveSeries(rule, 1, true) >= 1);
    if (!policy.from_kubernetes_manifest && rule.series_limit) {
      Require(ReserveSeries(rule, 1, false) <= *rule.series_limit);
    }
    for (const LabelRule& label : rule.labels) {
      const auto compiled = CompiledLabelRule::Compile(label);
      Require(compiled.ok() && !label.otherwise.empty());
      std::string scratch;
      for (const std::string_view value : {"", "200", "GET", "/api/orders/17", "other"})
        compiled->Apply(value, &scratch);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 64 * 1024) return 0;  // longer texts find nothing new, only later
  const PolicyReadResult result = ReadPolicy("fuzz.yaml", std::string_view(reinterpret_cast<const char*>(data), size));
  Require(result.policy.has_value() != HasError(result.diagnostics));
  if (result.diagnostics.size() <= 20) CheckPrintedForm(result);
  CheckOrderAndPlaces(result);
  if (result.policy) UsePolicy(*result.policy);
  return 0;
}
