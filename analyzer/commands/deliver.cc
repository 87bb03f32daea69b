// SPDX-License-Identifier: Apache-2.0
//
// deliver.cc: format, colour, width, then one write.
#include "analyzer/commands/deliver.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/render_report.h"
#include "analyzer/commands/write_file.h"
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

bool WantsPlainRows(const OutputOptions& output) {
  const auto is_plain = [](OutputFormat format) {
    return format != OutputFormat::kText && format != OutputFormat::kHtml;
  };
  return is_plain(output.format) || std::any_of(output.files.begin(), output.files.end(),
                                                [&](const ReportFile& file) { return is_plain(file.format); });
}

bool CanWriteReportFiles(const Options& options, const Streams& streams) {
  for (const ReportFile& file : options.output.files) {
    const absl::Status can = CheckCanWrite(file.path);
    if (can.ok()) continue;
    PrintError(absl::StrCat("seriesguard ", options.command, ": ", can.message(), "\n"), streams);
    return false;
  }
  return true;
}

int DeliverReports(const std::function<Report(OutputFormat)>& make_report, const Options& options, size_t default_limit,
                   int status, const Streams& streams) {
  const auto render = [&](OutputFormat format, size_t columns, bool colour) {
    Report report = make_report(format);
    if (!options.output.show_personal) MaskReport(&report);
    TextOptions text;
    text.columns = columns;
    text.colour = colour;
    text.sort_by = options.sort_by;
    text.max_findings = options.output.limit.value_or(default_limit);
    return RenderReport(std::move(report), format, options.output.limit, text);
  };
  return DeliverFormats(render, options, status, streams);
}

int DeliverFormats(const std::function<std::string(OutputFormat format, size_t columns, bool colour)>& render,
                   const Options& options, int status, const Streams& streams) {
  for (const ReportFile& file : options.output.files) {
    const std::string bytes = render(file.format, options.output.width.value_or(kDefaultColumns),
                                     options.output.colour == ColourChoice::kAlways);
    const absl::Status written = WriteWholeFile(file.path, bytes);
    if (written.ok()) continue;
    PrintError(absl::StrCat("seriesguard ", options.command, ": ", written.message(), "\n"), streams);
    status = kExitCannotDo;
  }
  return Deliver(
      render(options.output.format, TextColumns(options.output, streams), UseColour(options.output.colour, streams)),
      status, streams);
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
