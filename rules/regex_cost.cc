// SPDX-License-Identifier: Apache-2.0
//
// regex_cost.cc: the probe texts and the clock.
//
// A text must lead the expression on, or the match ends at the first byte and costs nothing: so two of the texts are made
// of letters that stand in the expression. All is pseudo-random with a fixed seed: two runs probe the same.
#include "rules/regex_cost.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "rules/reading/findings.h"
#include "rules/reading/policy_codes.h"
#include "rules/regex_limits.h"

namespace seriesguard {
namespace {

constexpr size_t kProbeBytes = 4096;
constexpr int kRounds = 5;

// A linear congruential generator (Knuth's MMIX constants): the same numbers with every library.
class Random {
 public:
  size_t Below(size_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state_ >> 33) % bound;
  }

 private:
  uint64_t state_ = 20240229;
};

std::string TextOf(std::string_view alphabet) {
  Random random;
  std::string text;
  while (text.size() < kProbeBytes) text += alphabet[random.Below(alphabet.size())];
  return text;
}

bool IsTextLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_/-.:").find(c) != std::string_view::npos;
}

// Returns the letters, digits and separators that `pattern` can match, ranges such as a-z filled in.
std::string AlphabetOf(std::string_view pattern) {
  std::set<char> letters;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '{') {  // the digits of a repetition are no text
      i = std::min(pattern.find('}', i), pattern.size() - 1);
    } else if (c == '\\' && i + 1 < pattern.size()) {
      ++i;
      const std::string_view members = pattern[i] == 'd'   ? "0189"
                                       : pattern[i] == 'w' ? "azAZ09_"
                                       : pattern[i] == 's' ? " "
                                                           : "";
      letters.insert(members.begin(), members.end());
      if (members.empty() && !IsTextLetter(pattern[i])) letters.insert(pattern[i]);
    } else if (c == '-' && i > 0 && i + 1 < pattern.size() && IsTextLetter(pattern[i - 1]) &&
               pattern[i - 1] < pattern[i + 1]) {
      for (char member = pattern[i - 1]; member < pattern[i + 1]; ++member) letters.insert(member);
    } else if (IsTextLetter(c)) {
      letters.insert(c);
    }
  }
  return letters.empty() ? "a" : std::string(letters.begin(), letters.end());
}

// Returns the text that `pattern` starts with, letter by letter: without it no match gets as far as the dear part.
std::string_view LiteralHead(std::string_view pattern) {
  size_t length = 0;
  while (length < pattern.size() && IsTextLetter(pattern[length]) && pattern[length] != '.') ++length;
  if (length < pattern.size() && length > 0 &&
      std::string_view("*?{").find(pattern[length]) != std::string_view::npos) {
    --length;
  }
  return pattern.substr(0, length);
}

std::array<std::string, 4> ProbeTexts(std::string_view pattern) {
  const std::string head(LiteralHead(pattern));
  const std::string letters = AlphabetOf(pattern.substr(head.size()));
  const std::string_view alphabet = letters;
  return {TextOf("abcdefghijklmnopqrstuvwxyz0123456789/-_.:"), head + TextOf(alphabet),
          head + TextOf(alphabet.substr(0, 2)),
          head + TextOf(alphabet.substr(alphabet.size() < 2 ? 0 : alphabet.size() - 2))};
}

double NsPerByte(const LimitedRegex& regex, const std::string& text) {
  using Clock = std::chrono::steady_clock;
  double least_ns = 1e18;
  std::vector<std::string_view> groups(static_cast<size_t>(regex.group_count()) + 1);
  for (int round = 0; round < kRounds; ++round) {
    const Clock::time_point start = Clock::now();
    // Groups make the match as dear as it is for a replacement.
    regex.Matches(text, groups.size(), groups.data());
    least_ns = std::min(least_ns, std::chrono::duration<double, std::nano>(Clock::now() - start).count());
  }
  return least_ns / static_cast<double>(text.size());
}

void Probe(const std::string& pattern, SourceLocation location, Findings* findings) {
  const absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(pattern);
  if (!regex.ok()) return;  // the reader has said so
  double worst = 0;
  for (const std::string& text : ProbeTexts(pattern)) worst = std::max(worst, NsPerByte(*regex, text));
  if (worst <= kMaxRegexNsPerByte) return;
  findings->Error(policy_code::kCostlyRegex, location,
                  "the regular expression " + Quoted(pattern) + " takes " +
                      std::to_string(static_cast<int64_t>(worst)) + " ns a byte, the most is " +
                      std::to_string(static_cast<int64_t>(kMaxRegexNsPerByte)),
                  "avoid a repetition behind another that can match the same letters");
}

void ProbeLabels(const std::vector<LabelRule>& rules, bool with_top_level, Findings* findings) {
  for (const LabelRule& rule : rules) {
    if (rule.is_top_level && !with_top_level) continue;
    for (const Replacement& step : rule.replacements) Probe(step.match, step.location, findings);
  }
}

}  // namespace

std::vector<Diagnostic> ProbeRegexCost(const Policy& policy) {
  Findings findings;
  ProbeLabels(policy.labels, /*with_top_level=*/true, &findings);
  for (const MetricRule& rule : policy.metrics) {
    if (!rule.match.empty()) Probe(rule.match, rule.location, &findings);
    ProbeLabels(rule.labels, /*with_top_level=*/false, &findings);
  }
  return findings.Take();
}

}  // namespace seriesguard
