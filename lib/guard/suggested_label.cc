// SPDX-License-Identifier: Apache-2.0
//
// suggested_label.cc: see the header.
#include "lib/guard/suggested_label.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "rules/path_normalizer.h"
#include "rules/reserve.h"
#include "rules/route_template.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr size_t kMostAllowed = 20;       // values of a label that may be called closed
constexpr size_t kMostValueBytes = 200;   // of a value that is worth to be listed
constexpr uint64_t kMostNamed = 1000;     // above it no limit fits: the label is open
constexpr int64_t kOpenLabelLimit = 100;  // of such a label, where the policy gives none
constexpr size_t kMostRoutes = 50;
constexpr double kLeastRouteShare = 0.001;  // of the calls; what has less is left to the overflow
constexpr double kPathShare = 0.9;          // of the values that begin with a slash, so that they are paths
constexpr int64_t kLeastWatchedNs = 600'000'000'000;
constexpr size_t kShownRejected = 3;
constexpr size_t kShownColumns = 40;
constexpr std::string_view kIdSegment = "{id}";

bool IsFold(FoldReason reason) {
  return reason != FoldReason::kNone && reason != FoldReason::kCollision && reason != FoldReason::kSetOnShared &&
         reason != FoldReason::kZeroFirst;
}

uint64_t Folded(const LabelReport& label) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kFoldReasons; ++i) sum += IsFold(static_cast<FoldReason>(i)) ? label.folds[i] : 0;
  return sum;
}

// "15192 calls folded, the busiest PROPFIND (7694), BREW (7498)", or nothing.
std::string FoldedText(const LabelReport& label) {
  const uint64_t folded = Folded(label);
  if (folded == 0) return "";
  std::string text = absl::StrCat("; ", folded, " calls folded");
  for (size_t i = 0; i < label.busiest.size() && i < kShownRejected; ++i) {
    absl::StrAppend(&text, i == 0 ? ", the busiest " : ", ", SafeTextTruncated(label.busiest[i].value, kShownColumns),
                    " (", label.busiest[i].count, ")");
  }
  return text;
}

std::string Hours(int64_t time_ns) {
  const double minutes = static_cast<double>(time_ns) / 6e10;
  return minutes < 120 ? absl::StrFormat("%.0f min", minutes) : absl::StrFormat("%.1f h", minutes / 60);
}

int64_t WithHeadRoom(uint64_t values) {
  return static_cast<int64_t>(std::ceil(static_cast<double>(values) * kHeadRoom));
}

bool IsListable(const std::string& text, const LabelRule& rule) {
  return !text.empty() && text.size() <= kMostValueBytes && IsValidUtf8(text) && text != rule.otherwise;
}

// The route of a path, or nothing where it cannot be one: every segment with an identifier becomes {id}.
std::string TemplateOf(std::string_view path, bool* has_id) {
  std::string scratch;
  const std::string_view normal = NormalizePath(path, &scratch);
  std::string route;
  *has_id = false;
  for (size_t at = 0; at < normal.size();) {
    const size_t slash = std::min(normal.find('/', at), normal.size());
    const std::string_view segment = normal.substr(at, slash - at);
    const bool is_id = segment.find(kIdSegment) != std::string_view::npos;
    *has_id = *has_id || is_id;
    route.append(is_id ? kIdSegment : segment);
    if (slash < normal.size()) route.push_back('/');
    at = slash + 1;
  }
  while (route.size() > 1 && route.back() == '/') route.pop_back();
  return route;
}

// Texts before {id}, so that the more exact template is asked first.
bool RouteBefore(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view x = a.substr(0, a.find('/')), y = b.substr(0, b.find('/'));
    if (x != y) return x == kIdSegment || y == kIdSegment ? y == kIdSegment : x < y;
    a.remove_prefix(std::min(a.size(), x.size() + 1));
    b.remove_prefix(std::min(b.size(), y.size() + 1));
  }
  return a.size() < b.size();
}

struct Route {
  std::string text;
  double calls = 0;
};

// The templates of what was seen and of what was turned away; nothing where these are no paths with identifiers.
std::vector<Route> RoutesOf(const LabelReport& label, const LabelRule& rule, double* all_calls) {
  std::map<std::string, double> calls;
  size_t values = 0, paths = 0, with_id = 0;
  const auto add = [&](const std::string& text, double count) {
    if (text.empty() || text == rule.otherwise) return;
    ++values;
    bool has_id = false;
    if (text[0] != '/' || !IsValidUtf8(text)) return;
    ++paths;
    std::string route = TemplateOf(text, &has_id);
    with_id += has_id;
    *all_calls += count;
    if (CheckRouteTemplate(route).ok()) calls[std::move(route)] += count;
  };
  for (const SeenValue& value : label.seen) add(value.text, value.calls);
  for (const BusiestValue& value : label.busiest) {
    if (!value.cut) add(value.value, static_cast<double>(value.count));
  }
  if (values < 2 || static_cast<double>(paths) < kPathShare * static_cast<double>(values) || with_id == 0) return {};
  std::vector<Route> routes;
  for (auto& [text, count] : calls) {
    if (count >= *all_calls * kLeastRouteShare) routes.push_back({text, count});
  }
  std::stable_sort(routes.begin(), routes.end(), [](const Route& a, const Route& b) { return a.calls > b.calls; });
  if (routes.size() > kMostRoutes) routes.resize(kMostRoutes);
  return routes;
}

bool SuggestRoutes(const LabelReport& label, const LabelRule& rule, SuggestedLabel* suggested) {
  if (rule.normalizer != Normalizer::kNone && rule.normalizer != Normalizer::kPath) return false;
  if (!rule.replacements.empty() || !rule.pins.empty()) return false;
  double all_calls = 0, kept_calls = 0;
  std::vector<Route> routes = RoutesOf(label, rule, &all_calls);
  if (routes.empty()) return false;
  LabelRule routed;
  routed.label = rule.label;
  routed.otherwise = rule.otherwise;
  routed.has_route = true;
  for (const Route& route : routes) {
    kept_calls += route.calls;
    routed.routes.push_back(route.text);
  }
  std::sort(routed.routes.begin(), routed.routes.end(), RouteBefore);
  suggested->values = static_cast<double>(routes.size() + 1);
  suggested->why = absl::StrCat("paths: about ", label.demand, " values asked for fit ", routes.size(), " routes");
  if (all_calls > 0)
    absl::StrAppendFormat(&suggested->why, " with %.1f %% of the calls seen", 100 * kept_calls / all_calls);
  suggested->why += "; compare with the router, a scanner's paths look alike";
  suggested->rule = std::move(routed);
  return true;
}

bool SuggestAllow(const GuardReport& report, const FamilyReport& family, const LabelReport& label,
                  const LabelRule& rule, SuggestedLabel* suggested) {
  const int64_t watched_ns = report.now_ns - family.watched_since_ns;
  if (watched_ns < kLeastWatchedNs || label.seen.empty() || label.seen.size() > kMostAllowed || label.seen_is_cut)
    return false;
  if (!report.shadow && Folded(label) > 0) return false;  // there are more than those that are named
  int64_t newest_ns = family.watched_since_ns;
  LabelRule closed = rule;
  for (const SeenValue& value : label.seen) {
    if (!IsListable(value.text, rule)) return false;
    newest_ns = std::max(newest_ns, value.first_seen_ns);
    closed.allow.push_back(value.text);
  }
  if (newest_ns - family.watched_since_ns > watched_ns / 2) return false;
  std::sort(closed.allow.begin(), closed.allow.end());
  closed.has_allow = true;
  closed.value_limit.reset();
  closed.admit = Admission::kFirst;
  closed.pins.clear();
  closed.expect.reset();
  suggested->why = absl::StrCat("closed: ", label.seen.size(), " values in ", Hours(watched_ns),
                                ", none new in the last ", Hours(report.now_ns - newest_ns));
  suggested->values = static_cast<double>(closed.allow.size());
  suggested->rule = std::move(closed);
  suggested->may_be_limited = true;
  return true;
}

void SuggestLimit(const FamilyReport& family, const LabelReport& label, const LabelRule& rule,
                  SuggestedLabel* suggested) {
  const uint64_t wanted = std::max<uint64_t>({label.demand, label.seen.size(), rule.pins.size(), 1});
  suggested->rule = rule;
  LabelRule& limited = suggested->rule;
  const double named = static_cast<double>(std::max<size_t>(label.seen.size(), 1));
  if (wanted <= kMostNamed && !label.seen_is_cut) {
    limited.value_limit = WithHeadRoom(wanted);
    suggested->why = absl::StrCat("about ", wanted, " values asked for, and 25 %", FoldedText(label));
  } else {
    const bool may_be_busiest = family.kind == MetricKind::kCounter || family.kind == MetricKind::kHistogram;
    if (!limited.value_limit)
      limited.value_limit = std::max<int64_t>(kOpenLabelLimit, static_cast<int64_t>(rule.pins.size()));
    if (may_be_busiest) limited.admit = Admission::kBusiest;
    suggested->why = absl::StrCat("open: about ", wanted, " values asked for, which no limit fits",
                                  may_be_busiest ? "; the busiest keep their names" : "", FoldedText(label));
  }
  if (limited.expect && *limited.expect > *limited.value_limit) {
    absl::StrAppend(&suggested->why, "; expect: ", *limited.expect, " is left out, it would fold");
    limited.expect.reset();
  }
  const bool folds = wanted > static_cast<uint64_t>(*limited.value_limit);
  suggested->values = folds ? static_cast<double>(*limited.value_limit) + 1 : static_cast<double>(wanted);
  suggested->growth = std::max(1.0, suggested->values / named);
}

}  // namespace

SuggestedLabel SuggestLabel(const GuardReport& report, const FamilyReport& family, const LabelReport& label,
                            const LabelRule& rule) {
  SuggestedLabel suggested;
  suggested.rule = rule;
  if (rule.drop) {
    suggested.why = "kept: dropped, so its values are not known";
  } else if (ClosedValues(rule)) {
    LabelRule& kept = suggested.rule;  // a manifest lists "", which a policy never touches
    kept.allow.erase(std::remove(kept.allow.begin(), kept.allow.end(), ""), kept.allow.end());
    const auto used =
        std::count_if(label.seen.begin(), label.seen.end(), [](const SeenValue& v) { return v.calls > 0; });
    suggested.why = absl::StrCat("kept: ", *ClosedValues(kept), " values");
    if (family.calls >= 0 && !report.shadow) absl::StrAppend(&suggested.why, ", ", used, " of them used");
    suggested.why += FoldedText(label);
    suggested.values = static_cast<double>(*ClosedValues(rule)) + (Folded(label) > 0 ? 1 : 0);
  } else if (!SuggestRoutes(label, rule, &suggested) && !SuggestAllow(report, family, label, rule, &suggested)) {
    SuggestLimit(family, label, rule, &suggested);
  }
  suggested.values += label.is_absent_somewhere ? 1 : 0;
  return suggested;
}

void LimitInsteadOfAllow(const LabelReport& label, SuggestedLabel* suggested) {
  suggested->rule.has_allow = false;
  suggested->rule.allow.clear();
  suggested->rule.value_limit = WithHeadRoom(label.seen.size());
  suggested->may_be_limited = false;
  suggested->why += "; as a list it would keep more series free than there are";
}

}  // namespace seriesguard
