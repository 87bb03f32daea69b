// SPDX-License-Identifier: Apache-2.0
//
// forecast_command.cc: several inputs are snapshots only where somebody says so.
#include "analyzer/commands/forecast_command.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/family_resolution.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_inputs.h"
#include "analyzer/commands/version.h"
#include "analyzer/forecast/json_forecast.h"
#include "analyzer/forecast/make_forecast.h"
#include "analyzer/forecast/sample_values.h"
#include "analyzer/forecast/text_forecast.h"
#include "analyzer/input/input_list.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultRows = 10;

absl::Status Error(const std::string& message) {
  return absl::InvalidArgumentError(absl::StrCat("seriesguard forecast: ", message));
}

absl::StatusOr<Forecast> ForecastOf(const Options& options, const Streams& streams) {
  const absl::StatusOr<ExpandedInputs> inputs = ExpandAloud(options.input.paths, streams);
  if (!inputs.ok()) return inputs.status();
  if (inputs->paths.size() > 1 && !options.forecast.snapshots) {
    return Error(
        "several inputs are several targets; --snapshots says that they are one target, one after the other in time");
  }
  SampleValues values;
  const absl::StatusOr<InputsRead> read = ReadInputs(*inputs, options.input, streams, &values);
  if (!read.ok()) return read.status();
  CensusData& data = *read->result.data;
  if (data.sketched) return Error("--memory-limit was reached, and series that are only estimated have no growth");
  ResolveFamilies(&data);
  ForecastOptions question;
  question.horizon = options.forecast.horizon;
  question.replicas = options.check.replicas;
  question.ignored_labels = options.ignored_labels;
  const bool is_json = options.output.format == OutputFormat::kJson;
  question.limit = options.output.limit.value_or(is_json ? 0 : kDefaultRows);
  Forecast forecast = MakeForecast(data, values, question);
  forecast.skipped_lines = read->result.error_count;
  return forecast;
}

}  // namespace

int RunForecast(const Options& options, const Streams& streams) {
  absl::StatusOr<Forecast> forecast = ForecastOf(options, streams);
  if (!forecast.ok()) {
    PrintError(absl::StrCat(forecast.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  forecast->tool = std::string(kToolAndVersion);
  forecast->server = options.input.server == ServerView::kPrometheus2 ? "prometheus2" : "prometheus3";
  if (options.output.format == OutputFormat::kJson) {
    return Deliver(RenderJsonForecast(*forecast), kExitOk, streams);
  }
  return Deliver(
      RenderTextForecast(*forecast, TextColumns(options.output, streams), UseColour(options.output.colour, streams)),
      kExitOk, streams);
}

}  // namespace seriesguard
