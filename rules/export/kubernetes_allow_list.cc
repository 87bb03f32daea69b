// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_allow_list.cc: see the header.
#include "rules/export/kubernetes_allow_list.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/export/quoted_text.h"
#include "rules/export/rule_file.h"

namespace seriesguard {
namespace {

constexpr std::string_view kUnexpected = "unexpected";

bool HasComma(std::string_view text) { return text.find(',') != std::string_view::npos; }

// Why the list of `label` cannot stand in a manifest; empty where it can.
std::string_view WhyNot(const MetricRule& metric, const LabelRule& label) {
  if (metric.name.empty()) return "a manifest names metrics one by one, and this is a pattern";
  if (label.normalizer != Normalizer::kNone || label.has_route || !label.replacements.empty()) {
    return "the list holds values after normalising, which Kubernetes does not do";
  }
  if (HasComma(metric.name) || HasComma(label.label) ||
      std::any_of(label.allow.begin(), label.allow.end(), [](const std::string& value) { return HasComma(value); })) {
    return "a comma separates names and values in a manifest and cannot be part of one";
  }
  return "";
}

// The other limits of `label`, which a manifest has no words for; empty where there are none.
std::string_view OtherRule(const LabelRule& label) {
  if (label.drop) return "drop";
  if (label.normalizer != Normalizer::kNone || label.has_route || !label.replacements.empty()) return "normalising";
  if (label.value_limit && !label.value_limit_from_defaults) return "value_limit";
  return "";
}

std::string NameOf(const MetricRule& metric) { return ForComment(metric.name.empty() ? metric.match : metric.name); }

}  // namespace

AllowListExport MakeAllowList(const Policy& policy) {
  AllowListExport out;
  std::string entries;
  std::string comments;
  bool has_another_word = false;
  for (const MetricRule& metric : policy.metrics) {
    for (const LabelRule& label : metric.labels) {
      if (!label.has_allow) {
        if (const std::string_view what = OtherRule(label); !what.empty()) {
          absl::StrAppend(&comments, "# left out, not an allow-list: ", NameOf(metric), ", label ",
                          ForComment(label.label), ": ", std::string(what), "\n");
        }
        continue;
      }
      if (const std::string_view why = WhyNot(metric, label); !why.empty()) {
        absl::StrAppend(&comments, "# refused, line ", label.location.line, ": ", NameOf(metric), ", label ",
                        ForComment(label.label), ": ", std::string(why), "\n");
        ++out.refusals;
        continue;
      }
      std::vector<std::string> values = label.allow;
      const bool has_empty = std::find(values.begin(), values.end(), "") != values.end();
      if (!label.applies_to_absent && !has_empty) values.insert(values.begin(), "");
      std::string list;
      for (size_t i = 0; i < values.size(); ++i) absl::StrAppend(&list, i > 0 ? "," : "", values[i]);
      absl::StrAppend(&entries, QuotedForYaml(metric.name + "," + label.label), ": ", QuotedForYaml(list), "\n");
      ++out.lists;
      has_another_word = has_another_word || label.otherwise != kUnexpected;
    }
  }
  out.text = FileHead(policy, "k8s-allow-list");
  if (has_another_word) {
    out.text += "# Kubernetes counts what is not in a list as \"unexpected\", whatever the policy's word is.\n";
  }
  out.text += comments + entries;
  return out;
}

AllowListImport PolicyFromAllowList(const Policy& manifest) {
  AllowListImport out;
  std::string metrics;
  for (const MetricRule& metric : manifest.metrics) {
    absl::StrAppend(&metrics, "- name: ", QuotedForYaml(metric.name), "\n  labels:\n");
    for (const LabelRule& label : metric.labels) {
      std::string list;
      bool admits_empty = false;
      for (const std::string& value : label.allow) {
        admits_empty = admits_empty || value.empty();
        if (!value.empty()) absl::StrAppend(&list, list.empty() ? "" : ", ", QuotedForYaml(value));
      }
      if (!admits_empty) {
        metrics += "    # Kubernetes makes an absent value \"unexpected\" here; under a policy it stays absent.\n";
        ++out.empty_value_lists;
      }
      absl::StrAppend(&metrics, "    ", QuotedForYaml(label.label), ": {allow: [", list,
                      "], otherwise: ", std::string(kUnexpected), "}\n");
    }
  }
  out.text =
      absl::StrCat("# Made by seriesguard policy import from the Kubernetes allow-list ", ForComment(manifest.path),
                   ".\n# It has no limits: add budget and defaults.\nversion: 1\nmetrics:\n", metrics);
  return out;
}

}  // namespace seriesguard
