// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/man_command.h"

#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/man_page.h"

namespace seriesguard {

int RunMan(const std::vector<Command>& commands, const Options&, const Streams& streams) {
  return Deliver(ManPage(commands), kExitOk, streams);
}

}  // namespace seriesguard
