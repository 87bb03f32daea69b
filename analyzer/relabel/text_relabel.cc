// SPDX-License-Identifier: Apache-2.0
//
// text_relabel.cc: what the scrape comes to, then metrics, rules, losses and limits.
#include "analyzer/relabel/text_relabel.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNameColumns = 80;
constexpr size_t kSeriesColumns = 160;

class Renderer {
 public:
  explicit Renderer(const RelabelTextOptions& options) : options_(options), canvas_(options.columns, options.colour) {}

  std::string Render(const RelabelSimulation& simulation) {
    bool is_first = true;
    for (const RelabelledInput& input : simulation.inputs) {
      if (!is_first) canvas_.EndLine();
      is_first = false;
      PutHead(simulation, input);
      PutMetrics(input);
      PutRules(input);
      PutLost(input);
      PutLimits(input);
    }
    return canvas_.Take();
  }

 private:
  void Put(const std::string& text, size_t indent) {
    canvas_.Put(std::string(indent, ' '));
    canvas_.PutWrapped(text, indent + kGap);
    canvas_.EndLine();
  }
  size_t Shown(size_t rows) const { return options_.most_rows == 0 ? rows : std::min(rows, options_.most_rows); }

  void PutHead(const RelabelSimulation& simulation, const RelabelledInput& input) {
    std::string text = SafeText(input.path) + ": " + Quantity(input.series_before, "series") + ", " +
                       WithThousands(input.series_after) + " behind " + SafeText(simulation.config_path);
    if (!simulation.job.empty()) text += ", job " + SafeText(simulation.job);
    Put(text, 0);
    if (!input.failure.empty()) {
      canvas_.Put("the scrape fails, nothing of it is stored: ", Ink::kBad);
      canvas_.PutWrapped(SafeMessage(input.failure), kGap);
      canvas_.EndLine();
    }
  }

  void PutMetrics(const RelabelledInput& input) {
    std::vector<const RelabelledMetric*> changed;
    RelabelledMetric rest;
    size_t before = 6, after = 5, dropped = 7, lost = 4;
    for (const RelabelledMetric& metric : input.metrics) {
      if (metric.series_after != metric.series_before) {
        changed.push_back(&metric);
      } else {
        rest.series_before += metric.series_before;
        rest.series_after += metric.series_after;
      }
    }
    const size_t unchanged = input.metrics.size() - changed.size();
    std::stable_sort(changed.begin(), changed.end(), [](const auto* a, const auto* b) {
      return a->series_before - a->series_after > b->series_before - b->series_after;
    });
    const size_t shown = Shown(changed.size());
    RelabelledMetric others, total;
    for (size_t i = 0; i < changed.size(); ++i) Add(*changed[i], i < shown ? nullptr : &others, &total);
    Add(rest, nullptr, &total);
    before = std::max(before, WithThousands(total.series_before).size());
    after = std::max(after, WithThousands(total.series_after).size());
    dropped = std::max(dropped, WithThousands(total.dropped_series).size());
    lost = std::max(lost, WithThousands(total.lost_series).size());
    const auto row = [&](const RelabelledMetric& metric, const std::string& name, Ink ink) {
      canvas_.PutRight(WithThousands(metric.series_before), before);
      canvas_.PutRight(WithThousands(metric.series_after), kGap + after);
      canvas_.PutRight(WithThousands(metric.dropped_series), kGap + dropped);
      canvas_.PutRight(WithThousands(metric.lost_series), kGap + lost,
                       metric.lost_series > 0 ? Ink::kBad : Ink::kPlain);
      canvas_.Put("  ");
      canvas_.Put(name, ink);
      canvas_.EndLine();
    };
    canvas_.EndLine();
    canvas_.PutRight("BEFORE", before, Ink::kDim);
    canvas_.PutRight("AFTER", kGap + after, Ink::kDim);
    canvas_.PutRight("DROPPED", kGap + dropped, Ink::kDim);
    canvas_.PutRight("LOST", kGap + lost, Ink::kDim);
    canvas_.Put("  METRIC", Ink::kDim);
    canvas_.EndLine();
    for (size_t i = 0; i < shown; ++i) {
      row(*changed[i], SafeTextTruncated(changed[i]->name, kNameColumns), Ink::kBold);
    }
    if (shown < changed.size())
      row(others, Quantity(changed.size() - shown, "other metric") + " that change", Ink::kPlain);
    if (unchanged > 0) row(rest, Quantity(unchanged, "metric") + " without a loss", Ink::kPlain);
    row(total, "TOTAL", Ink::kBold);
  }

  static void Add(const RelabelledMetric& metric, RelabelledMetric* others, RelabelledMetric* total) {
    for (RelabelledMetric* sum : {others, total}) {
      if (sum == nullptr) continue;
      sum->series_before += metric.series_before;
      sum->series_after += metric.series_after;
      sum->dropped_series += metric.dropped_series;
      sum->lost_series += metric.lost_series;
    }
  }

  void PutRules(const RelabelledInput& input) {
    bool has_any = false;
    for (const RuleEffect& rule : input.rules) {
      if (rule.dropped_samples == 0) continue;
      if (!has_any) canvas_.EndLine();
      has_any = true;
      Put("line " + std::to_string(rule.line) + ", " + rule.action + ": drops " +
              Quantity(rule.dropped_series, "series") + " (" + Quantity(rule.dropped_samples, "sample") + ")",
          0);
    }
  }

  void PutLost(const RelabelledInput& input) {
    const size_t shown = Shown(input.lost.size());
    for (size_t i = 0; i < shown; ++i) {
      const LostSeries& lost = input.lost[i];
      canvas_.EndLine();
      Put(SafeTextTruncated(lost.metric, kNameColumns) + ": " + Quantity(lost.samples, "sample") + " of " +
              Quantity(lost.series, "series") + " lost: another one has the same labels and the server keeps the first",
          0);
      Put("kept  " + SafeTextTruncated(lost.kept, kSeriesColumns), kGap);
      Put("lost  " + SafeTextTruncated(lost.lost, kSeriesColumns), kGap);
      Put("both  " + SafeTextTruncated(lost.becomes, kSeriesColumns), kGap);
    }
    if (shown < input.lost.size()) {
      canvas_.EndLine();
      Put("and " + Quantity(input.lost.size() - shown, "metric") + " more with losses", 0);
    }
  }

  void PutLimits(const RelabelledInput& input) {
    if (!input.limits.empty()) canvas_.EndLine();
    for (const LimitEffect& limit : input.limits) {
      canvas_.Put(limit.limit + ": ");
      canvas_.Put(WithThousands(limit.seen) + " of " + WithThousands(limit.value),
                  limit.is_exceeded ? Ink::kBad : Ink::kGood);
      std::string text;
      if (limit.is_exceeded && !limit.metric.empty()) {
        text += ", crossed by " + SafeTextTruncated(limit.metric, kNameColumns) + " (line " +
                std::to_string(limit.line) + " of the dump)";
      }
      if (!limit.biggest.empty()) {
        text += ", the most in " + SafeTextTruncated(limit.biggest, kNameColumns) + ": " +
                WithThousands(limit.biggest_share);
      }
      canvas_.PutWrapped(text, kGap);
      canvas_.EndLine();
    }
  }

  const RelabelTextOptions& options_;
  TextCanvas canvas_;
};

}  // namespace

std::string RenderTextRelabel(const RelabelSimulation& simulation, const RelabelTextOptions& options) {
  return Renderer(options).Render(simulation);
}

}  // namespace seriesguard
