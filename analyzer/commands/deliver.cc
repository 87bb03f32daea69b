// SPDX-License-Identifier: Apache-2.0
//
// deliver.cc: format, colour, width, then one write.
#include "analyzer/commands/deliver.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/report/json_report.h"
#include "analyzer/report/mask_report.h"
#include "analyzer/report/text_report.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultColumns = 100;

}  // namespace

int Deliver(std::string_view bytes, int status, const Streams& streams) {
  const absl::Status written = streams.out->Write(bytes);
  if (written.ok() || absl::IsCancelled(written)) return status;
  PrintError(absl::StrCat("seriesguard: cannot write the result: ", written.message(), "\n"), streams);
  return kExitCannotDo;
}

int DeliverReport(Report report, const Options& options, size_t default_limit, int status,
                  const Streams& streams) {
  if (!options.output.show_personal) MaskReport(&report);
  if (options.output.format == OutputFormat::kJson) return Deliver(RenderJsonReport(report), status, streams);
  TextOptions text;
  text.columns = TextColumns(options.output, streams);
  text.colour = UseColour(options.output.colour, streams);
  text.sort_by = options.sort_by;
  text.max_findings = options.output.limit.value_or(default_limit);
  return Deliver(RenderTextReport(report, text), status, streams);
}

bool UseColour(ColourChoice choice, const Streams& streams) {
  if (choice != ColourChoice::kAuto) return choice == ColourChoice::kAlways;
  const ColourEnvironment& environment = streams.environment;
  if (!environment.no_color.empty()) return false;
  if (!environment.clicolor_force.empty() && environment.clicolor_force != "0") return true;
  return streams.out_is_terminal && environment.term != "dumb";
}

size_t TextColumns(const OutputOptions& output, const Streams& streams) {
  if (output.width) return *output.width;
  return streams.out_is_terminal && streams.out_columns > 0 ? streams.out_columns : kDefaultColumns;
}

}  // namespace seriesguard
