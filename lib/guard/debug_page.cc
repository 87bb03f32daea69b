// SPDX-License-Identifier: Apache-2.0
//
// debug_page.cc: a block a metric, a line a label, and under it what was turned away.
#include "lib/guard/debug_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kValueColumns = 60;

std::string Ago(int64_t then_ns, int64_t now_ns) {
  const int64_t seconds = (now_ns - then_ns) / 1'000'000'000;
  if (seconds < 120) return absl::StrCat(seconds, " s");
  if (seconds < 7200) return absl::StrCat(seconds / 60, " min");
  return absl::StrCat(seconds / 3600, " h");
}

const char* KindName(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return "counter";
    case MetricKind::kGauge: return "gauge";
    case MetricKind::kHistogram: return "histogram";
    case MetricKind::kSummary: return "summary";
  }
  return "";
}

void AppendLabel(const LabelReport& label, int64_t now_ns, std::string* page) {
  absl::StrAppend(page, "  ", label.name, ": ");
  if (label.dropped) {
    absl::StrAppend(page, "dropped, its series are joined");
  } else {
    absl::StrAppend(page, label.named, " values named");
  }
  if (label.value_limit) absl::StrAppend(page, " of at most ", *label.value_limit);
  if (label.demand > label.named) absl::StrAppend(page, ", about ", label.demand, " asked for");
  if (label.folding_since_ns) absl::StrAppend(page, ", folding for ", Ago(*label.folding_since_ns, now_ns));
  page->push_back('\n');
  for (size_t reason = 1; reason < kFoldReasons; ++reason) {
    if (label.folds[reason] == 0) continue;
    const std::string_view name = FoldReasonName(static_cast<FoldReason>(reason));
    absl::StrAppendFormat(page, "    %-13s %d calls\n", absl::string_view(name.data(), name.size()),
                          label.folds[reason]);
  }
  for (const BusiestValue& value : label.busiest) {
    absl::StrAppendFormat(page, "    busiest turned away: %s%s about %d calls, for %s\n",
                          SafeTextTruncated(value.value, kValueColumns), value.cut ? "... (cut)" : "", value.count,
                          Ago(value.first_seen_ns, now_ns));
  }
}

}  // namespace

std::string DebugPage(const GuardReport& report) {
  std::string page = absl::StrCat("seriesguard: policy ", report.policy_hash, ", mode ",
                                  report.shadow ? "shadow (nothing is changed)" : "enforce", ", ", report.reloads,
                                  " reloads, ", report.bytes / 1024, " KiB\n");
  if (report.total_limit > 0) {
    absl::StrAppend(&page, "total: ", report.total_taken, " of ", report.total_limit,
                    " series are taken or kept free\n");
  }
  for (const FamilyReport& family : report.families) {
    absl::StrAppend(&page, "\n", SafeText(family.name), " (", KindName(family.kind), "): ", family.series,
                    " series of at most ", family.series_limit, ", ", family.reserve,
                    " kept for the policy's own values, ", family.bytes / 1024, " KiB\n");
    for (const LabelReport& label : family.labels) AppendLabel(label, report.now_ns, &page);
  }
  return page;
}

}  // namespace seriesguard
