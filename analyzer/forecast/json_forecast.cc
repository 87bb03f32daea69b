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
    json_.Key("schema").String("seriesguard.forecast/1");
    json_.Key("command").String("forecast");
    json_.Key("tool").String(forecast.tool);
    json_.Key("server").String(forecast.server);
    json_.Key("horizon").Double(forecast.horizon);
    json_.Key("replicas").Unsigned(forecast.replicas);
    json_.Key("ignored_labels").Strings(forecast.ignored_labels);
    json_.Key("skipped_lines").Unsigned(forecast.skipped_lines);
    Inputs(forecast);
    json_.Key("total");
    Total(forecast.total);
    json_.Key("without_evidence").Unsigned(forecast.without_evidence);
    json_.Key("metrics").BeginArray(Layout::kLines);
    for (const MetricForecast& metric : forecast.metrics) Metric(metric);
    json_.EndArray();
    if (forecast.others) {
      json_.Key("other_metrics").Unsigned(forecast.other_metrics);
      json_.Key("others");
      Total(*forecast.others);
    }
    json_.EndObject();
  }

 private:
  void Inputs(const Forecast& forecast) {
    json_.Key("inputs").BeginArray(Layout::kLines);
    for (const ForecastInput& input : forecast.inputs) {
      json_.BeginObject();
      json_.Key("path").String(input.path);
      json_.Key("series").Unsigned(input.series);
      json_.Key("after_restart").Bool(input.after_restart);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void Total(const ForecastTotal& total) {
    json_.BeginObject();
    json_.Key("series_now").Unsigned(total.series_now);
    json_.Key("series_seen").Unsigned(total.series_seen);
    json_.Key("low").Unsigned(total.low);
    json_.Key("middle").Unsigned(total.middle);
    json_.Key("high").Unsigned(total.high);
    ChurnOf(total.churn);
    json_.EndObject();
  }

  void Estimate(std::string_view key, Evidence evidence, const UnseenEstimate& estimate) {
    json_.Key(key).BeginObject();
    json_.Key("seen").Unsigned(estimate.seen);
    json_.Key("low").Unsigned(estimate.low);
    json_.Key("middle").Unsigned(estimate.middle);
    json_.Key("high").Unsigned(estimate.high);
    json_.Key("growth").String(GrowthName(estimate.growth));
    json_.Key("evidence").String(EvidenceName(evidence));
    json_.EndObject();
  }

  void Metric(const MetricForecast& metric) {
    json_.BeginObject();
    json_.Key("name").String(metric.name);
    json_.Key("type").String(MetricTypeName(metric.type));
    json_.Key("series_now").Unsigned(metric.series_now);
    Estimate("series", metric.evidence, metric.series);
    ChurnOf(metric.churn);
    json_.Key("labels").BeginArray();
    for (const LabelForecast& label : metric.labels) {
      json_.BeginObject();
      json_.Key("name").String(label.name);
      Estimate("values", label.evidence, label.values);
      json_.EndObject();
    }
    json_.EndArray();
    json_.EndObject();
  }

  void ComingsOf(std::string_view key, const Comings& comings) {
    json_.Key(key).BeginObject();
    json_.Key("born").Unsigned(comings.born);
    json_.Key("returned").Unsigned(comings.returned);
    json_.Key("died").Unsigned(comings.died);
    json_.EndObject();
  }

  void ChurnOf(const std::optional<Churn>& churn) {
    json_.Key("churn");
    if (!churn) return json_.Null();
    json_.BeginObject();
    ComingsOf("between", churn->between);
    ComingsOf("at_restarts", churn->at_restarts);
    json_.Key("replaced").Unsigned(churn->replaced);
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
