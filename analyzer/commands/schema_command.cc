// SPDX-License-Identifier: Apache-2.0
//
// schema_command.cc: the schemas are parts of the program; one row a document.
#include "analyzer/commands/schema_command.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/diff/diff_schema.h"
#include "analyzer/forecast/forecast_schema.h"
#include "analyzer/report/report_schema.h"
#include "analyzer/simulation/simulation_schema.h"
#include "analyzer/suggest/suggestion_schema.h"
#include "analyzer/watch/watch_schema.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 60;

using Schema = std::pair<std::string_view, std::string_view (*)()>;

const std::vector<Schema>& AllSchemas() {
  static const auto* const schemas = new std::vector<Schema>{
      {"report", ReportSchema},         {"diff", DiffSchema},
      {"forecast", ForecastSchema},     {"simulation", SimulationSchema},
      {"suggestion", SuggestionSchema}, {"watch", WatchSchema},
  };
  return *schemas;
}

}  // namespace

int RunSchema(const Options& options, const Streams& streams) {
  const std::string_view wanted = options.positionals.empty() ? "report" : std::string_view(options.positionals[0]);
  std::string known;
  for (const auto& [name, text] : AllSchemas()) {
    if (name == wanted) return Deliver(text(), kExitOk, streams);
    absl::StrAppend(&known, known.empty() ? "" : ", ", std::string(name));
  }
  PrintError(absl::StrCat("seriesguard schema: no document is called \"", SafeTextTruncated(wanted, kShownColumns),
                          "\"; there are: ", known, "\n"),
             streams);
  return kExitCannotDo;
}

}  // namespace seriesguard
