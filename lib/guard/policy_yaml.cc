// SPDX-License-Identifier: Apache-2.0
//
// policy_yaml.cc: see the header.
#include "lib/guard/policy_yaml.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "rules/export/quoted_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kDefaultOtherwise = "other";

struct Unit {
  int64_t ns;
  const char* name;
};
constexpr Unit kUnits[] = {{86'400'000'000'000, "d"},
                           {3'600'000'000'000, "h"},
                           {60'000'000'000, "m"},
                           {1'000'000'000, "s"},
                           {1'000'000, "ms"}};

const char* NormalizerName(Normalizer normalizer) {
  switch (normalizer) {
    case Normalizer::kStatusClass: return "status_class";
    case Normalizer::kHttpMethod: return "http_method";
    case Normalizer::kLowercase: return "lowercase";
    case Normalizer::kHost: return "host";
    case Normalizer::kPath: return "path";
    case Normalizer::kNone:
    case Normalizer::kRanges:
    case Normalizer::kTruncate: break;
  }
  return nullptr;
}

}  // namespace

std::string YamlKey(std::string_view name) {
  bool is_plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  for (const char c : name) is_plain = is_plain && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  for (const char* word : {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}) {
    is_plain = is_plain && !absl::EqualsIgnoreCase(absl::string_view(name.data(), name.size()), word);
  }
  return is_plain ? std::string(name) : QuotedForYaml(name);
}

std::string YamlTexts(const std::vector<std::string>& texts) {
  const auto append = [](std::string* out, const std::string& text) { out->append(QuotedForYaml(text)); };
  return absl::StrCat("[", absl::StrJoin(texts, ", ", append), "]");
}

std::string YamlDuration(int64_t duration_ns) {
  for (const Unit& unit : kUnits) {
    if (duration_ns >= unit.ns && duration_ns % unit.ns == 0) return absl::StrCat(duration_ns / unit.ns, unit.name);
  }
  return absl::StrCat(duration_ns / 1'000'000, "ms");
}

std::string YamlNumber(double number) {
  std::string text;
  for (const int digits : {6, 15, 17}) {
    text = absl::StrFormat("%.*g", digits, number);
    if (std::strtod(text.c_str(), nullptr) == number) break;
  }
  return text;
}

std::string YamlLabelRule(const LabelRule& rule) {
  if (rule.drop) return "{drop: true}";
  std::vector<std::string> keys;
  if (const char* name = NormalizerName(rule.normalizer)) keys.push_back(absl::StrCat("normalize: ", name));
  if (rule.normalizer == Normalizer::kRanges) {
    const auto append = [](std::string* out, double bound) { out->append(YamlNumber(bound)); };
    keys.push_back(absl::StrCat("ranges: [", absl::StrJoin(rule.ranges, ", ", append), "]"));
  }
  if (rule.normalizer == Normalizer::kTruncate) keys.push_back(absl::StrCat("truncate: ", rule.truncate_bytes));
  if (!rule.replacements.empty()) {
    const auto append = [](std::string* out, const Replacement& step) {
      absl::StrAppend(out, "{match: ", QuotedForYaml(step.match), ", with: ", QuotedForYaml(step.with), "}");
    };
    keys.push_back(absl::StrCat("replace: [", absl::StrJoin(rule.replacements, ", ", append), "]"));
  }
  if (rule.has_route) keys.push_back(absl::StrCat("route: ", YamlTexts(rule.routes)));
  if (rule.has_allow) keys.push_back(absl::StrCat("allow: ", YamlTexts(rule.allow)));
  if (rule.value_limit) keys.push_back(absl::StrCat("value_limit: ", *rule.value_limit));
  if (rule.admit == Admission::kBusiest) keys.push_back("admit: busiest");
  if (!rule.pins.empty()) keys.push_back(absl::StrCat("pin: ", YamlTexts(rule.pins)));
  if (rule.expect) keys.push_back(absl::StrCat("expect: ", *rule.expect));
  if (rule.otherwise != kDefaultOtherwise) keys.push_back(absl::StrCat("otherwise: ", QuotedForYaml(rule.otherwise)));
  return absl::StrCat("{", absl::StrJoin(keys, ", "), "}");
}

}  // namespace seriesguard
