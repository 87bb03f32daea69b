// SPDX-License-Identifier: Apache-2.0
//
// text_forecast.cc: a table whose columns add up, below each metric the labels that are not known to be closed, at the
// end how far the numbers can be trusted.
#include "analyzer/forecast/text_forecast.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/report/number_text.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNameColumns = 60;
constexpr size_t kInputsNamed = 3;

std::string Times(double horizon) { return ShortNumber(horizon) + " times"; }

// "1,204 to 9,877"; where both are the same, one number.
std::string Range(uint64_t low, uint64_t high) {
  return low == high ? WithThousands(low) : WithThousands(low) + " to " + WithThousands(high);
}

struct Cells {
  std::string now, seen, low, middle, high, growth, name;
  Ink ink = Ink::kPlain;
};

Ink InkOf(Growth growth) {
  switch (growth) {
    case Growth::kGrowing: return Ink::kBad;
    case Growth::kUnclear: return Ink::kWarn;
    default: return Ink::kPlain;
  }
}

Cells CellsOf(const MetricForecast& metric) {
  const bool is_known = metric.series.growth != Growth::kUnknown;
  Cells cells;
  cells.now = WithThousands(metric.series_now);
  cells.seen = WithThousands(metric.series_seen);
  cells.low = WithThousands(metric.series.low);
  cells.middle = WithThousands(metric.series.middle);
  cells.high = is_known ? WithThousands(metric.series.high) : "?";
  cells.growth = std::string(GrowthName(metric.series.growth));
  cells.name = SafeTextTruncated(metric.name, kNameColumns);
  cells.ink = InkOf(metric.series.growth);
  return cells;
}

Cells CellsOf(const ForecastTotal& total, std::string name) {
  return {WithThousands(total.series_now),
          WithThousands(total.series_seen),
          WithThousands(total.low),
          WithThousands(total.middle),
          WithThousands(total.high),
          "",
          std::move(name)};
}

class Renderer {
 public:
  Renderer(const Forecast& forecast, size_t columns, bool colour) : forecast_(forecast), canvas_(columns, colour) {}

  std::string Render() {
    Inputs();
    Table();
    Labels();
    ChurnLines();
    Replicas();
    Caveats();
    return canvas_.Take();
  }

 private:
  void Paragraph(std::string_view text) {
    canvas_.PutWrapped(text, 0);
    canvas_.EndLine();
  }

  void Inputs() {
    const size_t count = forecast_.inputs.size();
    std::string text = count == 1 ? "one dump: " : Quantity(count, "snapshot") + " of one target: ";
    for (size_t i = 0; i < std::min(count, kInputsNamed); ++i) {
      text += (i == 0 ? "" : ", ") + SafeTextTruncated(forecast_.inputs[i].path, kNameColumns);
    }
    if (count > kInputsNamed) text += " and " + Quantity(count - kInputsNamed, "other");
    Paragraph(text);
    const auto restarts =
        static_cast<size_t>(std::count_if(forecast_.inputs.begin(), forecast_.inputs.end(),
                                          [](const ForecastInput& input) { return input.after_restart; }));
    if (restarts > 0) Paragraph("the process began anew " + Quantity(restarts, "time") + " in between");
    canvas_.EndLine();
  }

  void Table() {
    std::vector<Cells> rows;
    for (const MetricForecast& metric : forecast_.metrics) rows.push_back(CellsOf(metric));
    if (forecast_.others)
      rows.push_back(CellsOf(*forecast_.others, "(" + Quantity(forecast_.other_metrics, "other") + ")"));
    rows.push_back(CellsOf(forecast_.total, "total"));
    const Cells head{"NOW", "SEEN", "LOW", "MIDDLE", "HIGH", "GROWTH", "METRIC"};
    size_t now = 0, seen = 0, low = 0, middle = 0, high = 0, growth = 0;
    const auto measure = [&](const Cells& row) {
      now = std::max(now, row.now.size());
      seen = std::max(seen, row.seen.size());
      low = std::max(low, row.low.size());
      middle = std::max(middle, row.middle.size());
      high = std::max(high, row.high.size());
      growth = std::max(growth, row.growth.size());
    };
    measure(head);
    for (const Cells& row : rows) measure(row);
    const auto put = [&](const Cells& row, Ink ink) {
      canvas_.PutRight(row.now, now, ink);
      canvas_.PutRight(row.seen, kGap + seen, ink);
      canvas_.PutRight(row.low, kGap + low, ink);
      canvas_.PutRight(row.middle, kGap + middle, ink);
      canvas_.PutRight(row.high, kGap + high, ink);
      canvas_.Put("  ");
      canvas_.PutLeft(row.growth, growth, row.ink == Ink::kPlain ? ink : row.ink);
      canvas_.Put("  " + row.name, ink);
      canvas_.EndLine();
    };
    Paragraph("Series at " + Times(forecast_.horizon) + " as much traffic");
    canvas_.EndLine();
    put(head, Ink::kDim);
    for (size_t i = 0; i < rows.size(); ++i) put(rows[i], i + 1 == rows.size() ? Ink::kBold : Ink::kPlain);
  }

  void Labels() {
    std::vector<std::pair<std::string, std::string>> lines;  // "label of metric", "40 values, 45 to 130 (growing)"
    for (const MetricForecast& metric : forecast_.metrics) {
      for (const LabelForecast& label : metric.labels) {
        const UnseenEstimate& values = label.values;
        if (values.growth != Growth::kGrowing && values.growth != Growth::kUnclear) continue;
        lines.emplace_back(
            SafeTextTruncated(metric.name, kNameColumns) + ", " + SafeTextTruncated(label.name, kNameColumns),
            Quantity(values.seen, "value") + ", will have " + Range(values.low, values.high) + ", about " +
                WithThousands(values.middle) + ": " + std::string(GrowthName(values.growth)));
      }
    }
    if (lines.empty()) return;
    canvas_.EndLine();
    canvas_.Line("Labels that are not known to be closed", Ink::kBold);
    for (const auto& [name, text] : lines) {
      canvas_.Put("  ");
      canvas_.PutWrapped(name + ": " + text, 4);
      canvas_.EndLine();
    }
  }

  void ChurnLines() {
    if (!forecast_.total.churn) return;
    const Churn& churn = *forecast_.total.churn;
    canvas_.EndLine();
    canvas_.Line("Churn", Ink::kBold);
    const auto line = [this](const Comings& comings, std::string_view when) {
      canvas_.Put("  ");
      canvas_.PutWrapped(WithThousands(comings.born) + " born, " + WithThousands(comings.died) + " died, " +
                             WithThousands(comings.returned) + " returned " + std::string(when),
                         4);
      canvas_.EndLine();
    };
    line(churn.between, "while the process went on");
    line(churn.at_restarts, "at restarts");
    if (!forecast_.ignored_labels.empty()) {
      canvas_.Line("  " + WithThousands(churn.replaced) +
                   " of the born replace a series that differs in ignored labels only");
    }
  }

  void Replicas() {
    if (forecast_.replicas == 1) return;
    canvas_.EndLine();
    const auto times = [this](uint64_t series) {
      return series > UINT64_MAX / forecast_.replicas ? UINT64_MAX : series * forecast_.replicas;
    };
    Paragraph("With " + Quantity(forecast_.replicas, "replica") + ": " +
              Range(times(forecast_.total.low), times(forecast_.total.high)) + " series, about " +
              WithThousands(times(forecast_.total.middle)) + ".");
  }

  void Caveats() {
    canvas_.EndLine();
    if (forecast_.without_evidence > 0) {
      Paragraph(Quantity(forecast_.without_evidence, "metric") + (forecast_.without_evidence == 1 ? " does" : " do") +
                " not say how often a value came (gauges, sums of units): taken as now. " +
                (forecast_.inputs.size() < kFewestSnapshots ? "Five snapshots would tell (--snapshots)." : ""));
    }
    Paragraph(
        "The truth is between LOW and HIGH nine times in ten if every value keeps coming as often as it did. New "
        "tenants, "
        "new routes, another time of day and values that come in bursts break that.");
  }

  const Forecast& forecast_;
  TextCanvas canvas_;
};

}  // namespace

std::string RenderTextForecast(const Forecast& forecast, size_t columns, bool colour) {
  return Renderer(forecast, columns, colour).Render();
}

}  // namespace seriesguard
