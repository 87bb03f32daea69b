// SPDX-License-Identifier: Apache-2.0
//
// hostile_report.cc: see the header.
#include "tests/analyzer/report/formats/hostile_report.h"

#include <random>

#include "rules/safe_text.h"

namespace seriesguard {

const std::vector<std::string>& HostileTexts() {
  static const auto* const kTexts = new std::vector<std::string>{
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "</details></summary><!-- --><b>",
      "--><!--",
      "]]>",
      "&lt;b&gt; &amp;",
      "\" onload=\"x",
      "it's 'quoted'",
      "a\u2028b\u2029c\u0085d",
      "\x1b]0;title\x07\x1b[2J\x1b[31m",
      "%0A::error::planted",
      "\n::error file=x::planted",
      "\r\n::stop-commands::x",
      "a,b:c,d::e",
      "|a|b|",
      "\\|a\\",
      "a\\",
      "`code` ``x`` ```",
      "[link](javascript:alert(1)) ![i](http://x.test/p.png)",
      "@everyone #12 www.x.test http://x.test/ a@x.test",
      "*bold* _it_ ~~s~~ # h",
      "=cmd|' /C calc'!A0",
      "+1+1",
      "-2+3",
      "@SUM(A1)",
      "  =1+1",
      "\t=1",
      "\uFF1D1+1",
      "'=1",
      "a\"\"b\",\"c",
      "\u202Eabc\u2066def\u2069",
      "a\u0301\u0301\u0301",
      "\xff\xfe\x80",
      "a\xc3",
      "\xed\xa0\x80",
      "\xf4\x90\x80\x80",
      std::string("nul\0nul", 7),
      "\uFFFE\uFFFF\uFEFF",
      "{0} {{x}} {",
      "} 1\nplanted_total 5\n# EOF\n",
      "\"} 1\n",
      "",
      " ",
      "\U0001F600 \u00e9\u4e16\u754c",
      std::string(3'000, 'x'),
      std::string(2'000, '`'),
      std::string(2'000, '|'),
  };
  return *kTexts;
}

Report HostileReport(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&random](size_t n) { return static_cast<size_t>(random() % n); };
  const auto text = [&] {
    const std::vector<std::string>& all = HostileTexts();
    std::string made = all[below(all.size())];
    if (below(3) == 0) made += all[below(all.size())];
    return made;
  };
  Report report;
  report.command = "check";
  report.tool = "seriesguard 0.0.0";
  report.server = "prometheus3";
  report.policy = ReportPolicy{"pol icies/" + text(), "00d1e2f3a4b5c6d7"};
  report.verdict = static_cast<ReportVerdict>(below(4));
  if (report.verdict == ReportVerdict::kUndecided) report.undecided_reason = "because of " + SafeText(text());
  for (size_t i = 0, n = 1 + below(8); i < n; ++i) {
    InputCount input;
    input.path = text() + std::to_string(i);
    input.series = below(1'000);
    report.total.series += input.series;
    report.inputs.push_back(input);
  }
  for (size_t i = 0, n = below(12); i < n; ++i) {
    MetricRow metric;
    metric.name = text() + std::to_string(i);
    metric.count.series = below(100);
    report.total.series += metric.count.series;
    LabelCount label;
    label.name = text();
    label.values = 2 + below(5);
    label.series_with = metric.count.series;
    metric.count.labels = {label};
    report.metrics.push_back(metric);
  }
  report.total.metrics = report.metrics.size() + below(3);
  for (size_t i = 0, n = below(4); i < n; ++i) report.judged.push_back({below(2) == 0 ? "metric" : "budget", text()});
  for (size_t i = 0, n = below(30); i < n; ++i) {
    Finding finding;
    finding.rule = static_cast<FindingRule>(below(kFindingRuleNames.size()));
    finding.severity = static_cast<Severity>(below(3));
    finding.stage = static_cast<Stage>(below(5));
    finding.is_accepted = below(5) == 0;
    if (below(4) != 0) finding.input = text();
    if (below(4) != 0) finding.metric = text();
    if (below(2) != 0) finding.label = text();
    if (below(2) != 0) finding.owner = text();
    if (below(2) != 0) finding.limit = below(1'000);
    if (below(2) != 0) finding.observed = below(1'000);
    for (size_t v = 0, values = below(5); v < values; ++v) finding.values.push_back(text());
    if (!report.judged.empty() && below(2) == 0) finding.judged = below(report.judged.size());
    if (below(3) != 0) finding.location = {text(), static_cast<int>(below(50)), static_cast<int>(below(50))};
    finding.message = "label \"" + SafeText(text()) + "\": 3 values, limit 2";
    if (below(2) != 0) finding.remedy = "route it, for example \"" + SafeText(text()) + "\"";
    report.findings.push_back(finding);
  }
  SortFindings(&report.findings);
  report.findings_total = report.findings.size() + below(2) * below(100);
  return report;
}

}  // namespace seriesguard
