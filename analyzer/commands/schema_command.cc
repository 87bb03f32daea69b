// SPDX-License-Identifier: Apache-2.0
//
// schema_command.cc: the schema is part of the program.
#include "analyzer/commands/schema_command.h"

#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/report/report_schema.h"

namespace seriesguard {

int RunSchema(const Options&, const Streams& streams) { return Deliver(ReportSchema(), kExitOk, streams); }

}  // namespace seriesguard
