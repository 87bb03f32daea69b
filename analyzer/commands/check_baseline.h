// SPDX-License-Identifier: Apache-2.0
//
// check_baseline.h: the steps of `check` that know a baseline.
//
// Use:      ReadBaselineAloud before the inputs are read, UseBaseline behind the verdict.
// Errors:   printed here; false then means exit 2.
// Source:   docs/baseline.md.
#ifndef SERIESGUARD_ANALYZER_COMMANDS_CHECK_BASELINE_H_
#define SERIESGUARD_ANALYZER_COMMANDS_CHECK_BASELINE_H_

#include <optional>
#include <string>

#include "analyzer/baseline/baseline.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/streams.h"
#include "analyzer/report/report.h"

namespace seriesguard {

// Reads the baseline where one was named; a file that is not there is an empty one where it is to be updated.
bool ReadBaselineAloud(const CheckOptions& options, const Streams& streams, std::optional<Baseline>* baseline);

// Updates the file where that was asked for, then lets the baseline tolerate findings of the report and sets the verdict
// that is left. An update that would need a reason writes nothing.
bool UseBaseline(const Baseline& baseline, const Options& options, const std::string& policy_hash,
                 const Streams& streams, Report* report);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_COMMANDS_CHECK_BASELINE_H_
