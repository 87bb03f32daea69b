// SPDX-License-Identifier: Apache-2.0
//
// relabel_rules.cc: see the header.
#include "rules/export/relabel_rules.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "rules/export/quoted_text.h"
#include "rules/export/rule_file.h"
#include "rules/regex_limits.h"

namespace seriesguard {
namespace {

constexpr std::string_view kSuffixes = "(?:_bucket|_sum|_count|_created)?";  // of the samples of one family

// Says whether `text` is taken as it is by Go's Expand.
bool IsConstant(std::string_view text) { return text.find('$') == std::string_view::npos; }

bool IsLabelName(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// The replacement of `step` where it is the whole value between constant texts; else nothing.
std::optional<std::string> OneToOne(const Replacement& step) {
  if (step.match != "(.*)" && step.match != "(.+)") return std::nullopt;
  for (const std::string_view group : {"${1}", "$1", "$0", "${0}"}) {
    const size_t at = step.with.find(group);
    if (at == std::string::npos) continue;
    const std::string_view before = std::string_view(step.with).substr(0, at);
    const std::string_view after = std::string_view(step.with).substr(at + group.size());
    if (!IsConstant(before) || !IsConstant(after)) return std::nullopt;
    // "$1x" is the group "1x".
    const bool is_longer_name =
        group[1] != '{' && !after.empty() &&
        (after[0] == '_' || (after[0] >= '0' && after[0] <= '9') || (after[0] >= 'a' && after[0] <= 'z') ||
         (after[0] >= 'A' && after[0] <= 'Z') || static_cast<unsigned char>(after[0]) >= 0x80);
    if (is_longer_name) return std::nullopt;
    return absl::StrCat(std::string(before), "${1}", std::string(after));
  }
  return std::nullopt;
}

class Exporter {
 public:
  explicit Exporter(const Policy& policy) : policy_(policy) {}

  RelabelExport Run() {
    for (size_t i = 0; i < policy_.metrics.size(); ++i) {
      for (const LabelRule& rule : policy_.metrics[i].labels) AddLabel(rule, &policy_.metrics[i], i);
    }
    if (policy_.metrics.empty()) {
      for (const LabelRule& rule : policy_.labels) AddLabel(rule, nullptr, 0);
    } else {
      for (const LabelRule& rule : policy_.labels) {
        Refuse(rule, nullptr, "it holds for every metric without a rule, and a relabel rule cannot say \"every but\"",
               "write it below each metric that is meant");
      }
    }
    return std::move(out_);
  }

 private:
  void Refuse(const LabelRule& rule, const MetricRule* metric, std::string_view reason, std::string_view remedy) {
    RelabelRefusal refusal;
    refusal.location = rule.location;
    if (metric != nullptr) refusal.metric = metric->name.empty() ? metric->match : metric->name;
    refusal.label = rule.label;
    refusal.reason = std::string(reason);
    refusal.remedy = std::string(remedy);
    out_.refusals.push_back(std::move(refusal));
  }

  // The first reason why `rule` cannot be exported from some step on; empty where it can.
  std::pair<std::string_view, std::string_view> FirstLoss(const LabelRule& rule) const {
    if (rule.drop) {
      return {
          "a labeldrop makes series that differ only in this label the same: the server keeps one sample of them and "
          "drops the others",
          "the guard adds them up: wrap the metric, drop: true works there"};
    }
    if (rule.normalizer != Normalizer::kNone) {
      return {"the normaliser maps values together, and series that differ only in them would collide",
              "the guard normalises before it counts: wrap the metric"};
    }
    if (rule.has_route) {
      return {"a route maps paths together, and series that differ only in them would collide",
              "the guard maps paths before it counts: wrap the metric"};
    }
    for (const Replacement& step : rule.replacements) {
      if (OneToOne(step)) continue;
      return {"the replacement is not one-to-one for every value, and series that it makes the same would collide",
              "the guard replaces before it counts: wrap the metric"};
    }
    if (rule.has_allow) {
      return {
          "what is not allowed would have to become one value (those series collide) or be dropped (their counts are "
          "lost)",
          "the guard counts it under its overflow value: wrap the metric"};
    }
    if (rule.value_limit && !rule.value_limit_from_defaults) {
      return {"a server cannot fold what is above value_limit: the folded series would collide",
              "the guard holds the limit: wrap the metric; the exported alerts watch it"};
    }
    return {};
  }

  void AddLabel(const LabelRule& rule, const MetricRule* metric, size_t index) {
    const auto [loss, remedy] = FirstLoss(rule);
    const bool is_exportable = !rule.drop && rule.normalizer == Normalizer::kNone && !rule.has_route &&
                               !rule.replacements.empty() &&
                               std::all_of(rule.replacements.begin(), rule.replacements.end(),
                                           [](const Replacement& step) { return OneToOne(step).has_value(); });
    if (!loss.empty()) Refuse(rule, metric, loss, remedy);
    if (!is_exportable) return;
    if (!IsLabelName(rule.label)) {
      Refuse(rule, metric, "a relabel rule takes only labels of ASCII letters, digits and underscores",
             "the guard takes any label: wrap the metric");
      return;
    }
    std::string names;
    if (metric == nullptr) {
      names = "(?s:.*)";
    } else if (!metric->name.empty()) {
      names = QuotedForRegex(metric->name) + std::string(kSuffixes);
    } else if (MayBeHidden(index)) {
      Refuse(rule, metric,
             "another rule speaks for some of the metrics of this pattern, and a relabel rule cannot say "
             "\"but not those\"",
             "name the metrics instead of a match");
      return;
    } else {
      names = "(?s:" + metric->match + ")" + std::string(kSuffixes);
    }
    // First a mark by the name alone: in one expression over name and value a pattern could run from one into the other.
    const std::string mark = metric == nullptr ? "" : kRelabelMark;
    std::string about =
        absl::StrCat(metric == nullptr ? std::string("every metric")
                                       : ForComment(metric->name.empty() ? metric->match : metric->name),
                     ", label ", ForComment(rule.label), ": one-to-one");
    if (!mark.empty()) out_.rules.push_back({std::move(about), {"__name__"}, names, mark, "1"});
    for (const Replacement& step : rule.replacements) {
      RelabelRule relabel;
      relabel.about = std::move(about);
      about.clear();
      relabel.source_labels =
          mark.empty() ? std::vector<std::string>{rule.label} : std::vector<std::string>{mark, rule.label};
      relabel.regex = mark.empty() ? "((?s:.+))" : "1;((?s:.+))";
      relabel.target_label = rule.label;
      relabel.replacement = *OneToOne(step);
      out_.rules.push_back(std::move(relabel));
    }
    if (!mark.empty()) out_.rules.push_back({"", {}, mark, "", ""});
  }

  // Says whether a rule other than that of the `match` rule `index` may speak for a metric that it matches. Whether two
  // patterns meet is not worked out: an earlier one may.
  bool MayBeHidden(size_t index) const {
    const absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(policy_.metrics[index].match);
    if (!regex.ok()) return true;
    for (size_t i = 0; i < policy_.metrics.size(); ++i) {
      const MetricRule& other = policy_.metrics[i];
      if (!other.match.empty() ? i < index : regex->Matches(other.name)) return true;
    }
    return false;
  }

  const Policy& policy_;
  RelabelExport out_;
};

}  // namespace

RelabelExport MakeRelabelRules(const Policy& policy) { return Exporter(policy).Run(); }

std::string RelabelFile(const Policy& policy, const RelabelExport& exported) {
  std::string out = FileHead(policy, "relabel");
  out += "# For a scrape configuration, of targets without a guard: a guard has done all this already.\n";
  for (const RelabelRefusal& refusal : exported.refusals) {
    absl::StrAppend(&out, "# refused, line ", refusal.location.line, ": ",
                    refusal.metric.empty() ? std::string("every other metric") : ForComment(refusal.metric), ", label ",
                    ForComment(refusal.label), ": ", refusal.reason, ";\n#   ", refusal.remedy, "\n");
  }
  if (exported.rules.empty()) {
    return out + "# There is nothing that a server could do without losing samples.\nmetric_relabel_configs: []\n";
  }
  out += "metric_relabel_configs:\n";
  for (const RelabelRule& rule : exported.rules) {
    if (!rule.about.empty()) absl::StrAppend(&out, "# ", rule.about, "\n");
    if (rule.source_labels.empty()) {
      absl::StrAppend(&out, "- regex: ", QuotedForYaml(rule.regex), "\n  action: labeldrop\n");
      continue;
    }
    std::string sources;
    for (const std::string& label : rule.source_labels) {
      absl::StrAppend(&sources, sources.empty() ? "" : ", ", QuotedForYaml(label));
    }
    absl::StrAppend(&out, "- source_labels: [", sources, "]\n  regex: ", QuotedForYaml(rule.regex),
                    "\n  target_label: ", QuotedForYaml(rule.target_label),
                    "\n  replacement: ", QuotedForYaml(rule.replacement), "\n  action: replace\n");
  }
  return out;
}

}  // namespace seriesguard
