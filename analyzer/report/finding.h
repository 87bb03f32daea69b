// SPDX-License-Identifier: Apache-2.0
//
// finding.h: one judged fact with its culprit, as plain data.
//
// Use:      made by the verdict and by the reading of inputs; printed by every report.
// Threads:  plain data.
// Source:   docs/check.md, docs/json_report.md.
#ifndef SERIESGUARD_ANALYZER_REPORT_FINDING_H_
#define SERIESGUARD_ANALYZER_REPORT_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/finding_rule.h"
#include "rules/diagnostic.h"

namespace seriesguard {

// Which view of the dump was judged.
enum class Stage : uint8_t {
  kNone,        // not about a count of the dump
  kObserved,    // as a server stores it
  kNormalised,  // after drop, normalise, route, replace and allow; before any limit
  kFolded,      // after limits
  kProjected,   // production, after `expect`
};

// A place in a file of the user; line 0 = the whole file.
struct FileLocation {
  std::string file;  // empty = no location
  int line = 0;      // 1-based
  int column = 0;    // 1-based, in bytes
};

struct Finding {
  FindingRule rule = FindingRule::kSeriesLimit;
  Severity severity = Severity::kError;  // only errors change the exit status
  Stage stage = Stage::kNone;
  std::string input;   // path of the target as the user gave it; empty = all inputs, or none
  std::string metric;  // family; empty = the whole target
  std::string label;   // the label at fault; empty = none
  // True where `label` was deduced (the culprit of a metric's limit) and not itself judged: another dump may blame
  // another label for the same violation, so the fingerprint leaves it out.
  bool label_is_culprit = false;
  // A baseline knows it and it is below its ceiling: `severity` is then kNote, whatever the rule's own is.
  bool is_accepted = false;
  std::optional<uint64_t> limit;
  std::optional<uint64_t> observed;       // what was judged against `limit`
  std::optional<uint64_t> projected;      // judged at stage kProjected, else information
  std::optional<uint64_t> projected_max;  // the label product; never judged
  std::string owner;                      // who answers for the metric, from the policy
  std::vector<std::string> values;        // values at fault, raw bytes, worst first; the first few
  std::optional<uint64_t> values_total;   // how many there are in all
  std::optional<size_t> judged;           // which of Report::judged it speaks of; set by JudgeCensus
  FileLocation location;                  // the policy line (or the line of the dump) that the reader can edit
  // One line each, lower case, no full stop; untrusted parts have already passed SafeText.
  std::string message;  // "4,812 series, limit 4,000"
  std::string remedy;   // what would bring it inside; empty = not known
};

// Returns observed, normalised, folded, projected; empty for kNone.
std::string_view StageName(Stage stage);

// Returns 16 lower-case hex digits that name this violation from run to run.
//
// The key is rule, input, metric and label: no number, no line, so that a dump with one more series, or a policy with
// one more comment, keeps its fingerprints. The label is left out where label_is_culprit.
// Source:    XXH3-64 with the default secret over the four texts, each followed by a NUL byte.
std::string Fingerprint(const Finding& finding);

// Puts errors first, then warnings, then notes; inside these, the larger excess over the limit first, then by input,
// metric, label, rule, location and message, so that the order never depends on chance.
void SortFindings(std::vector<Finding>* findings);

// How many findings of a severity there are.
size_t CountSeverity(const std::vector<Finding>& findings, Severity severity);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_FINDING_H_
