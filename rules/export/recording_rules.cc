// SPDX-License-Identifier: Apache-2.0
//
// recording_rules.cc: see the header.
#include "rules/export/recording_rules.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "rules/export/quoted_text.h"
#include "rules/reading/quantity.h"

namespace seriesguard {
namespace {

constexpr int kTop = 10;
constexpr int64_t kLeastRateNs = 300'000'000'000;

std::string NameWith(const std::string& name, const TextPairs& labels) {
  std::string out = name + "{";
  for (size_t i = 0; i < labels.size(); ++i) {
    absl::StrAppend(&out, i > 0 ? "," : "", labels[i].first, "=", QuotedForPromql(labels[i].second));
  }
  return out + "}";
}

}  // namespace

std::vector<RecordingRule> MakeRecordingRules(const Policy& policy, const ExportOptions& options) {
  const auto select = [&options](std::string_view name) { return Selector(name, options, {}); };
  const std::string job = options.job.empty() ? "shop" : options.job;
  const TextPairs target = {{"job", job}, {"instance", "one:9090"}};
  const auto labels = [&target](TextPairs more) {
    more.insert(more.begin(), target.begin(), target.end());
    return more;
  };
  std::vector<RecordingRule> rules;

  RecordingRule top;
  top.name = "job_metric:seriesguard_series:topk10";
  top.expression =
      absl::StrCat("topk by (job) (", kTop, ", sum by (job, metric) (", select("seriesguard_series"), "))");
  for (int i = 1; i <= kTop + 2; ++i) {
    const std::string metric = absl::StrCat("metric_", i);
    for (const std::string instance : {"one:9090", "two:9090"}) {
      top.inputs.push_back({NameWith("seriesguard_series", {{"job", job}, {"instance", instance}, {"metric", metric}}),
                            "", absl::StrCat(i, "+0xN")});
    }
    if (i > 2) top.samples.push_back({{{"job", job}, {"metric", metric}}, 2.0 * i});
  }
  rules.push_back(std::move(top));

  RecordingRule used;
  used.name = "instance_metric:seriesguard_series_used:ratio";
  used.expression = absl::StrCat(select("seriesguard_series"), " / ", select("seriesguard_series_limit"));
  used.inputs = {{NameWith("seriesguard_series", labels({{"metric", "a_total"}})), "", "300+0xN"},
                 {NameWith("seriesguard_series_limit", labels({{"metric", "a_total"}})), "", "400+0xN"}};
  used.samples = {{labels({{"metric", "a_total"}}), 0.75}};
  rules.push_back(std::move(used));

  RecordingRule demand;
  demand.name = "instance_metric_label:seriesguard_label_demand:ratio";
  demand.expression = absl::StrCat(select("seriesguard_label_demand"), " / ", select("seriesguard_label_values_limit"));
  const TextPairs tenant = labels({{"metric", "a_total"}, {"label", "tenant"}});
  demand.inputs = {{NameWith("seriesguard_label_demand", tenant), "", "500+0xN"},
                   {NameWith("seriesguard_label_values_limit", tenant), "", "200+0xN"}};
  demand.samples = {{tenant, 2.5}};
  rules.push_back(std::move(demand));

  // Four scrapes at least, or a rate is blind after one that failed.
  const std::string window =
      DurationText(std::max(kLeastRateNs, std::min(policy.scrape_interval_ns, INT64_MAX / 8) * 4));
  RecordingRule folded;
  folded.name = absl::StrCat("job_metric_label_reason:seriesguard_folded:rate", window);
  folded.expression = absl::StrCat("sum by (job, metric, label, reason) (rate(", select("seriesguard_folded_total"),
                                   "[", window, "]))");
  rules.push_back(std::move(folded));

  if (policy.budget.series_limit) {
    RecordingRule budget;
    budget.name = "instance:seriesguard_budget_used:ratio";
    budget.expression =
        absl::StrCat(select("scrape_samples_post_metric_relabeling"), " / ", *policy.budget.series_limit,
                     "\nand on (job, instance) ", select("seriesguard_policy_info"));
    budget.inputs = {
        {NameWith("scrape_samples_post_metric_relabeling", target), "",
         absl::StrCat(2 * *policy.budget.series_limit, "+0xN")},
        {NameWith("seriesguard_policy_info", target), "", "1+0xN"},
        {NameWith("scrape_samples_post_metric_relabeling", {{"job", job}, {"instance", "unguarded"}}), "", "5+0xN"}};
    budget.samples = {{target, 2}};
    rules.push_back(std::move(budget));
  }
  return rules;
}

}  // namespace seriesguard
