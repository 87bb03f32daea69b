// SPDX-License-Identifier: Apache-2.0
//
// normalizer.cc: the steps in the order of the header. Two texts take turns in a chain of replacements.
//
// Apply and Trace are one template: what sees the steps is a type, and one that looks at nothing costs nothing.
#include "rules/normalizer.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rules/builtin_normalizers.h"
#include "rules/path_normalizer.h"
#include "rules/replacement.h"
#include "rules/route_template.h"

namespace seriesguard {

namespace {

using StepKind = NormalizeStep::Kind;

struct SeeNothing {
  void operator()(StepKind, size_t, bool, std::string_view, std::string_view) const {}
};

}  // namespace

struct CompiledLabelRule::Steps {
  bool drop = false;
  bool applies_to_absent = false;
  Normalizer normalizer = Normalizer::kNone;
  size_t truncate_bytes = 0;
  std::optional<RangeNames> ranges;
  std::vector<CompiledReplacement> replacements;
  std::optional<RouteTable> routes;
  bool has_allow = false;
  absl::flat_hash_set<std::string> allow;
  std::string otherwise;

  std::optional<std::string_view> Builtin(std::string_view value, std::string* scratch) const;
  template <typename See>
  std::string_view Replace(std::string_view value, std::string* scratch, const See& see) const;
  template <typename See>
  Normalized Run(std::string_view raw, std::string* scratch, const See& see) const;
  Normalized Otherwise(Normalized::Reason reason) const { return {Normalized::Outcome::kOtherwise, reason, otherwise}; }
};

std::optional<std::string_view> CompiledLabelRule::Steps::Builtin(std::string_view value, std::string* scratch) const {
  switch (normalizer) {
    case Normalizer::kNone: return value;
    case Normalizer::kStatusClass: return NormalizeStatusClass(value);
    case Normalizer::kHttpMethod: return NormalizeHttpMethod(value);
    case Normalizer::kLowercase: return NormalizeLowercase(value, scratch);
    case Normalizer::kHost: return NormalizeHost(value, scratch);
    case Normalizer::kPath: return NormalizePath(value, scratch);
    case Normalizer::kRanges: return ranges->Find(value);
    case Normalizer::kTruncate: return NormalizeTruncate(value, truncate_bytes);
  }
  return std::nullopt;
}

// `value` may view `*scratch`, and so does the answer where a step matched.
template <typename See>
std::string_view CompiledLabelRule::Steps::Replace(std::string_view value, std::string* scratch, const See& see) const {
  std::string next;
  for (size_t i = 0; i < replacements.size(); ++i) {
    const bool matches = replacements[i].Apply(value, &next);
    see(StepKind::kReplacement, i, matches, value, matches ? std::string_view(next) : value);
    if (!matches) continue;
    scratch->swap(next);
    value = *scratch;
  }
  return value;
}

absl::StatusOr<CompiledLabelRule> CompiledLabelRule::Compile(const LabelRule& rule) {
  auto steps = std::make_unique<Steps>();
  steps->drop = rule.drop;
  steps->applies_to_absent = rule.applies_to_absent;
  steps->normalizer = rule.normalizer;
  if (rule.otherwise.empty()) return absl::InvalidArgumentError("otherwise must not be empty");
  steps->otherwise = rule.otherwise;
  if (rule.normalizer == Normalizer::kTruncate) {
    if (rule.truncate_bytes < 1) return absl::InvalidArgumentError("truncate must be at least 1 byte");
    steps->truncate_bytes = static_cast<size_t>(rule.truncate_bytes);
  }
  if (rule.normalizer == Normalizer::kRanges) {
    absl::StatusOr<RangeNames> ranges = RangeNames::Compile(rule.ranges);
    if (!ranges.ok()) return ranges.status();
    steps->ranges = *std::move(ranges);
  }
  for (const Replacement& replacement : rule.replacements) {
    absl::StatusOr<CompiledReplacement> compiled = CompiledReplacement::Compile(replacement.match, replacement.with);
    if (!compiled.ok()) return compiled.status();
    steps->replacements.push_back(*std::move(compiled));
  }
  if (rule.has_route) {
    absl::StatusOr<RouteTable> routes = RouteTable::Compile(rule.routes);
    if (!routes.ok()) return routes.status();
    steps->routes = *std::move(routes);
  }
  steps->has_allow = rule.has_allow;
  steps->allow.insert(rule.allow.begin(), rule.allow.end());
  return CompiledLabelRule(std::move(steps));
}

template <typename See>
Normalized CompiledLabelRule::Steps::Run(std::string_view raw, std::string* scratch, const See& see) const {
  using Outcome = Normalized::Outcome;
  using Reason = Normalized::Reason;
  if (raw.empty() && !applies_to_absent) return {Outcome::kUnchanged, Reason::kNone, raw};
  if (drop) {
    see(StepKind::kDrop, 0, true, raw, std::string_view());
    return {Outcome::kDropped, Reason::kNone, {}};
  }

  // A normaliser of texts has nothing to say about a label that is not there; `allow` has, under a manifest.
  std::string_view value = raw;
  if (!raw.empty()) {
    const std::optional<std::string_view> read = Builtin(raw, scratch);
    if (normalizer != Normalizer::kNone) see(StepKind::kNormalizer, 0, read.has_value(), raw, read.value_or(raw));
    if (!read.has_value()) return Otherwise(Reason::kUnreadable);
    value = *read;
    if (!replacements.empty()) value = Replace(value, scratch, see);
    if (value.empty() && !applies_to_absent) return {Outcome::kChanged, Reason::kNone, value};
    if (routes.has_value() && !value.empty()) {
      const int route = routes->FindIndex(value);
      if (route < 0) {
        see(StepKind::kRoute, 0, false, value, value);
        return Otherwise(Reason::kNoRoute);
      }
      const size_t index = static_cast<size_t>(route);
      see(StepKind::kRoute, index, true, value, routes->text(index));
      value = routes->text(index);
    }
  }
  if (has_allow) {
    const bool is_listed = allow.contains(absl::string_view(value.data(), value.size()));
    see(StepKind::kAllow, 0, is_listed, value, value);
    if (!is_listed) return Otherwise(Reason::kNotAllowed);
  }
  if (value == raw) return {Outcome::kUnchanged, Reason::kNone, raw};
  if (raw == otherwise) {
    see(StepKind::kWordStays, 0, true, value, raw);
    return {Outcome::kUnchanged, Reason::kNone, raw};
  }
  return {Outcome::kChanged, Reason::kNone, value};
}

Normalized CompiledLabelRule::Apply(std::string_view raw, std::string* scratch) const {
  return steps_->Run(raw, scratch, SeeNothing());
}

Normalized CompiledLabelRule::Trace(std::string_view raw, std::string* scratch,
                                    std::vector<NormalizeStep>* steps) const {
  steps->clear();
  return steps_->Run(
      raw, scratch, [steps](StepKind kind, size_t index, bool takes, std::string_view before, std::string_view after) {
        steps->push_back({kind, index, takes, std::string(before), takes ? std::string(after) : std::string()});
      });
}

bool CompiledLabelRule::is_drop() const { return steps_->drop; }

bool CompiledLabelRule::is_identity() const {
  return !steps_->drop && steps_->normalizer == Normalizer::kNone && steps_->replacements.empty() &&
         !steps_->routes.has_value() && !steps_->has_allow;
}

CompiledLabelRule::CompiledLabelRule(std::unique_ptr<const Steps> steps) : steps_(std::move(steps)) {}
CompiledLabelRule::CompiledLabelRule(CompiledLabelRule&&) noexcept = default;
CompiledLabelRule& CompiledLabelRule::operator=(CompiledLabelRule&&) noexcept = default;
CompiledLabelRule::~CompiledLabelRule() = default;

}  // namespace seriesguard
