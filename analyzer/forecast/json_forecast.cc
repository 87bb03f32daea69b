// SPDX-License-Identifier: Apache-2.0
//
// json_forecast.cc: one function a part of the document, in the order of docs/forecast.md.
#include "analyzer/forecast/json_forecast.h"

#include <optional>
#include <string_view>

#include "analyzer/census/metric_type.h"
#include "analyzer/report/json_writer.h"

namespace seriesguard {
namespace {

using Layout = JsonWriter::Layout;

class Renderer {
 public:
  explicit Renderer(std::string* out) : json_(out) {}

  void Render(const Forecast& forecast) {
    json_.BeginObject(Layout::kLines);
    Text("schema", "seriesguard.forecast/1");
    Text("command", "forecast");
    Text("tool", forecast.tool);
    Text("server", forecast.server);
    json_.Key("horizon");
    json_.Double(forecast.horizon);
    Number("replicas", forecast.replicas);
    json_.Key("ignored_labels");
    json_.BeginArray();
    for (const std::string& label : forecast.ignored_labels) json_.String(label);
    json_.EndArray();
    Number("skipped_lines", forecast.skipped_lines);
    Inputs(forecast);
    json_.Key("total");
    Total(forecast.total);
    Number("without_evidence", forecast.without_evidence);
    json_.Key("metrics");
    json_.BeginArray(Layout::kLines);
    for (const MetricForecast& metric : forecast.metrics) Metric(metric);
    json_.EndArray();
    if (forecast.others) {
      Number("other_metrics", forecast.other_metrics);
      json_.Key("others");
      Total(*forecast.others);
    }
    json_.EndObject();
  }

 private:
  void Text(std::string_view key, std::string_view value) {
    json_.Key(key);
    json_.String(value);
  }
  void Number(std::string_view key, uint64_t value) {
    json_.Key(key);
    json_.Unsigned(value);
  }

  void Inputs(const Forecast& forecast) {
    json_.Key("inputs");
    json_.BeginArray(Layout::kLines);
    for (const ForecastInput& input : forecast.inputs) {
      json_.BeginObject();
      Text("path", input.path);
      Number("series", input.series);
      json_.Key("after_restart");
      json_.Bool(input.after_restart);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Total(const ForecastTotal& total) {
    json_.BeginObject();
    Number("series_now", total.series_now);
    Number("series_seen", total.series_seen);
    Number("low", total.low);
    Number("middle", total.middle);
    Number("high", total.high);
    ChurnOf(total.churn);
    json_.EndObject();
  }

  void Estimate(std::string_view key, Evidence evidence, const UnseenEstimate& estimate) {
    json_.Key(key);
    json_.BeginObject();
    Number("seen", estimate.seen);
    Number("low", estimate.low);
    Number("middle", estimate.middle);
    Number("high", estimate.high);
    Text("growth", GrowthName(estimate.growth));
    Text("evidence", EvidenceName(evidence));
    json_.EndObject();
  }

  void Metric(const MetricForecast& metric) {
    json_.BeginObject();
    Text("name", metric.name);
    Text("type", MetricTypeName(metric.type));
    Number("series_now", metric.series_now);
    Estimate("series", metric.evidence, metric.series);
    ChurnOf(metric.churn);
    json_.Key("labels");
    json_.BeginArray();
    for (const LabelForecast& label : metric.labels) {
      json_.BeginObject();
      Text("name", label.name);
      Estimate("values", label.evidence, label.values);
      json_.EndObject();
    }
    json_.EndArray();
    json_.EndObject();
  }

  void ComingsOf(std::string_view key, const Comings& comings) {
    json_.Key(key);
    json_.BeginObject();
    Number("born", comings.born);
    Number("returned", comings.returned);
    Number("died", comings.died);
    json_.EndObject();
  }

  void ChurnOf(const std::optional<Churn>& churn) {
    json_.Key("churn");
    if (!churn) return json_.Null();
    json_.BeginObject();
    ComingsOf("between", churn->between);
    ComingsOf("at_restarts", churn->at_restarts);
    Number("replaced", churn->replaced);
    json_.EndObject();
  }

  JsonWriter json_;
};

}  // namespace

std::string RenderJsonForecast(const Forecast& forecast) {
  std::string out;
  Renderer(&out).Render(forecast);
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
