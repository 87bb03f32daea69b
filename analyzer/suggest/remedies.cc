// SPDX-License-Identifier: Apache-2.0
//
// remedies.cc: see the header.
#include "analyzer/suggest/remedies.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/value_template.h"
#include "analyzer/report/number_text.h"
#include "rules/builtin_normalizers.h"
#include "rules/normalizer.h"
#include "rules/route_template.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kMostValueBytes = 200;  // of a value that is worth to be listed
constexpr size_t kMostListed = 2000;     // values of one list
constexpr double kLeastShare = 0.8;      // of the values, so that a template is theirs
constexpr size_t kLeastRangeValues = 8;
constexpr size_t kMostRoutes = 50;
constexpr std::string_view kUuidRegex = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

// What a pattern is as an expression, and what stands in its place.
struct PatternTemplate {
  ValuePattern pattern;
  std::string_view match;
  std::string_view with;
};
constexpr std::array<PatternTemplate, 7> kTemplates = {{
    {ValuePattern::kUuid, kUuidRegex, "{uuid}"},
    {ValuePattern::kHexId, "(0x|sha256:|sha512:|sha1:|md5:)?[0-9a-fA-F]{8,}", "{hex}"},
    {ValuePattern::kPod, "(.+?)(-[456789bcdf]{8,10}|-[0-9]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}", "$1"},
    {ValuePattern::kReplicaSet, "(.+)-[456789bcdf]{8,10}", "$1"},
    {ValuePattern::kTimestamp, "[0-9]{4}-[0-9]{2}-[0-9]{2}.*|1[0-9]{9}([0-9]{3})?([.][0-9]+)?", "{timestamp}"},
    {ValuePattern::kEmail, "[^@]+@[^@]+", "{email}"},
    {ValuePattern::kIp, "[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+(/[0-9]+)?|[0-9a-fA-F]*:[0-9a-fA-F:.]*(%.*)?(/[0-9]+)?",
     "{ip}"},
}};

Remedy Normalizing(const LabelInDump& label, Normalizer normalizer, std::string why) {
  Remedy remedy;
  remedy.rule.label = label.name;
  remedy.rule.otherwise = label.otherwise;
  remedy.rule.normalizer = normalizer;
  remedy.kind = RemedyKind::kNormalize;
  remedy.why = std::move(why);
  return remedy;
}

// The route of a path: a segment with an identifier is {id} whole, as a template of a route must have it.
std::string RouteOf(std::string_view path) {
  const std::string normal = TemplateOfPath(path);
  std::string route;
  for (size_t at = 0; at < normal.size();) {
    const size_t slash = std::min(normal.find('/', at), normal.size());
    const std::string_view segment = std::string_view(normal).substr(at, slash - at);
    route.append(segment.find('{') != std::string_view::npos ? std::string_view("{id}") : segment);
    if (slash < normal.size()) route.push_back('/');
    at = slash + 1;
  }
  while (route.size() > 1 && route.back() == '/') route.pop_back();
  return route;
}

// The routes of all values, texts before {id}; nothing where some value is no path, or they are too many.
std::vector<std::string> RoutesOf(const std::vector<std::string>& values) {
  std::set<std::string> routes;
  for (const std::string& value : values) {
    if (value.empty() || value[0] != '/' || !IsValidUtf8(value)) return {};
    std::string route = RouteOf(value);
    if (!CheckRouteTemplate(route).ok()) return {};
    routes.insert(std::move(route));
    if (routes.size() > kMostRoutes) return {};
  }
  // `{` is above every letter, so that in this order what is written out stands before what varies.
  return std::vector<std::string>(routes.begin(), routes.end());
}

// Says whether `remedy` joins some values of the label.
bool JoinsValues(const std::vector<std::string>& values, const Remedy& remedy) {
  const absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(remedy.rule);
  if (!compiled.ok()) return false;
  std::set<std::string> after;
  std::string scratch;
  for (const std::string& value : values) after.emplace(compiled->Apply(value, &scratch).value);
  return after.size() < values.size();
}

}  // namespace

LabelInDump ReadLabelInDump(const Census& census, size_t family, const std::string& name, bool may_list_personal) {
  LabelInDump label;
  label.name = name;
  std::vector<std::pair<uint64_t, std::string>> values;
  std::array<uint64_t, kValuePatterns> patterns{};
  std::set<std::string> templates, words;
  bool is_all_words = true;
  census.ForEachValue(family, name, kAllInputs, [&](std::string_view value, uint64_t series) {
    ++label.values;
    const ValueClass what = ClassifyValue(value);
    ++patterns[static_cast<size_t>(what.pattern)];
    templates.insert(TemplateOfValue(value, what.pattern));
    is_all_words = is_all_words && (what.pattern == ValuePattern::kWord || what.pattern == ValuePattern::kInteger ||
                                    what.pattern == ValuePattern::kVersion || what.pattern == ValuePattern::kNumber);
    if (value.size() <= kMostValueBytes && (value == "other" || value == "_other" || value == "__other")) {
      words.emplace(value);
    }
    if (value.size() > kMostValueBytes || !IsValidUtf8(value)) return;
    if (what.personal != kPersonalNone && !may_list_personal) return;
    values.emplace_back(series, std::string(value));
  });
  label.is_all_listable = values.size() == label.values && values.size() <= kMostListed;
  label.is_all_words = is_all_words && label.values > 0;
  label.templates = templates.size();
  for (const char* word : {"other", "_other", "__other"}) {
    label.otherwise = word;
    if (words.count(word) == 0) break;
  }
  const auto most = std::max_element(patterns.begin(), patterns.end());
  label.pattern = static_cast<ValuePattern>(most - patterns.begin());
  label.pattern_share = label.values == 0 ? 0 : static_cast<double>(*most) / static_cast<double>(label.values);
  std::sort(values.begin(), values.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  if (values.size() > kMostListed) values.resize(kMostListed);
  for (auto& value : values) label.listable.push_back(std::move(value.second));
  return label;
}

Remedy FoldRemedy(const LabelInDump& label, size_t named) {
  Remedy remedy;
  LabelRule& rule = remedy.rule;
  rule.label = label.name;
  rule.otherwise = label.otherwise;
  rule.has_allow = true;
  named = std::min(named, label.listable.size());
  rule.allow.assign(label.listable.begin(), label.listable.begin() + static_cast<std::ptrdiff_t>(named));
  std::sort(rule.allow.begin(), rule.allow.end());
  if (named == label.values) {
    remedy.kind = RemedyKind::kAllowAll;
    remedy.why = absl::StrCat("closed: all ", Quantity(label.values, "value"));
  } else if (named == 0) {
    remedy.kind = RemedyKind::kFoldAll;
    remedy.why = absl::StrCat("all ", Quantity(label.values, "value"), " fold");
  } else {
    remedy.kind = RemedyKind::kAllowSome;
    remedy.why =
        absl::StrCat("the ", WithThousands(named), " of ", Quantity(label.values, "value"), " with most series");
  }
  return remedy;
}

Remedy DropRemedy(const LabelInDump& label, std::string why) {
  Remedy remedy;
  remedy.rule.label = label.name;
  remedy.rule.drop = true;
  remedy.kind = RemedyKind::kDrop;
  remedy.why = std::move(why);
  return remedy;
}

std::vector<Remedy> NaturalRemedies(const Census& census, size_t family, const LabelInDump& label) {
  std::vector<Remedy> remedies;
  std::vector<std::string> values;
  bool are_codes = true, are_methods = true, are_numbers = true, are_hosts = true;
  census.ForEachValue(family, label.name, kAllInputs, [&](std::string_view value, uint64_t) {
    std::string scratch;
    are_codes = are_codes && value.size() == 3 && NormalizeStatusClass(value).has_value();
    are_methods = are_methods && NormalizeHttpMethod(value).has_value();
    are_hosts = are_hosts && NormalizeHost(value, &scratch).has_value();
    const ValuePattern pattern = ClassifyWhole(value).pattern;
    are_numbers = are_numbers && (pattern == ValuePattern::kInteger || pattern == ValuePattern::kNumber);
    values.emplace_back(value);
  });
  const std::string share =
      Percent(label.pattern_share) + " of the values are " + std::string(ValuePatternName(label.pattern));
  if (are_codes) {
    remedies.push_back(Normalizing(label, Normalizer::kStatusClass, "status codes: by class"));
  } else if (are_methods) {
    remedies.push_back(Normalizing(label, Normalizer::kHttpMethod, "HTTP methods"));
  } else if (are_numbers && values.size() >= kLeastRangeValues) {
    Remedy ranges = Normalizing(label, Normalizer::kRanges, "numbers: by power of ten");
    ranges.rule.ranges = {1, 10, 100, 1000, 10000, 100000, 1000000};
    remedies.push_back(std::move(ranges));
  } else if (label.pattern_share >= kLeastShare) {
    switch (label.pattern) {
      case ValuePattern::kPath: {
        Remedy routed = Normalizing(label, Normalizer::kNone, share);
        routed.rule.routes = RoutesOf(values);
        routed.rule.has_route = !routed.rule.routes.empty();
        routed.kind = RemedyKind::kRoute;
        routed.why += ": " + Quantity(routed.rule.routes.size(), "route") + ", compare with the router";
        if (routed.rule.has_route) remedies.push_back(std::move(routed));
        remedies.push_back(Normalizing(label, Normalizer::kPath, share + ": identifiers become {id}"));
        break;
      }
      case ValuePattern::kUrl:
        remedies.push_back(Normalizing(label, Normalizer::kPath, share + ": identifiers become {id}"));
        break;
      case ValuePattern::kHostPort:
        if (are_hosts) remedies.push_back(Normalizing(label, Normalizer::kHost, share + ": without the port"));
        break;
      default:
        for (const PatternTemplate& one : kTemplates) {
          if (one.pattern != label.pattern) continue;
          Remedy remedy = Normalizing(label, Normalizer::kNone, share + ": what varies goes");
          remedy.kind = RemedyKind::kTemplate;
          remedy.rule.replacements.push_back({std::string(one.match), std::string(one.with), {}});
          remedies.push_back(std::move(remedy));
        }
    }
  } else if (label.templates * 2 < label.values) {
    remedies.push_back(Normalizing(label, Normalizer::kPath, "names with numbers: the numbers become {id}"));
  }
  remedies.erase(std::remove_if(remedies.begin(), remedies.end(),
                                [&values](const Remedy& remedy) { return !JoinsValues(values, remedy); }),
                 remedies.end());
  return remedies;
}

std::vector<LabelTransform> TransformsOfRules(const std::vector<Remedy>& rules) {
  std::vector<LabelTransform> transforms;
  for (const Remedy& remedy : rules) {
    if (remedy.rule.drop) {
      transforms.push_back({remedy.rule.label, true, nullptr});
      continue;
    }
    absl::StatusOr<CompiledLabelRule> compiled = CompiledLabelRule::Compile(remedy.rule);
    if (!compiled.ok()) continue;  // our own rules compile; a test holds it
    const auto shared = std::make_shared<const CompiledLabelRule>(*std::move(compiled));
    transforms.push_back({remedy.rule.label, false, [shared](std::string_view value) {
                            std::string scratch;
                            return std::string(shared->Apply(value, &scratch).value);
                          }});
  }
  return transforms;
}

}  // namespace seriesguard
