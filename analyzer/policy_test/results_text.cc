// SPDX-License-Identifier: Apache-2.0
//
// results_text.cc: see the header.
#include "analyzer/policy_test/results_text.h"

#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// "    expected  ..."
void AppendDetail(std::string_view key, std::string_view text, std::string* out) {
  constexpr size_t kKeyColumns = 10;
  out->append("    ").append(key).append(kKeyColumns - key.size(), ' ').append(text).append("\n");
}

void AppendFailure(std::string_view safe_path, const PolicyTestFailure& failure, std::string* out) {
  AppendDetail("at",
               std::string(safe_path) + ':' + std::to_string(failure.location.line) + ':' +
                   std::to_string(failure.location.column),
               out);
  AppendDetail("given", failure.subject, out);
  AppendDetail("expected", failure.expected, out);
  AppendDetail("got", failure.got, out);
  for (const std::string& line : failure.because) AppendDetail("because", line, out);
}

}  // namespace

TestCounts CountTests(const std::vector<PolicyTestResult>& results) {
  TestCounts counts;
  for (const PolicyTestResult& result : results) {
    if (!result.undecided.empty()) {
      ++counts.undecided;
    } else if (result.failures_total > 0) {
      ++counts.failed;
    } else {
      ++counts.ok;
    }
  }
  return counts;
}

std::string ResultsText(std::string_view path, const std::vector<PolicyTestResult>& results, const Policy& policy) {
  const std::string safe_path = SafeText(path);
  std::string out;
  for (const PolicyTestResult& result : results) {
    const bool is_failed = result.failures_total > 0;
    out += (!result.undecided.empty() ? "ERROR   "
            : is_failed               ? "FAILED  "
                                      : "ok      ") +
           SafeText(result.name) + '\n';
    for (const PolicyTestFailure& failure : result.failures) AppendFailure(safe_path, failure, &out);
    if (const uint64_t left = result.failures_total - result.failures.size(); left > 0) {
      out += "    and " + WithThousands(left) + " more like these\n";
    }
  }
  const TestCounts counts = CountTests(results);
  out += safe_path + ": " + Quantity(results.size(), "test") + ": " + WithThousands(counts.ok) + " ok";
  if (counts.failed > 0) out += ", " + WithThousands(counts.failed) + " failed";
  if (counts.undecided > 0) out += ", " + WithThousands(counts.undecided) + " that cannot be told";
  if (policy.mode == PolicyMode::kShadow) out += " (as under mode: enforce; the policy says shadow)";
  return out + '\n';
}

}  // namespace seriesguard
