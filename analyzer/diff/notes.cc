// SPDX-License-Identifier: Apache-2.0
//
// notes.cc: one function a note.
#include "analyzer/diff/notes.h"

#include <algorithm>

#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kNamed = 3;
constexpr size_t kNameColumns = 60;

std::string Named(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(kNamed, names.size()); ++i) {
    text += (i > 0 ? ", " : "") + SafeTextTruncated(names[i], kNameColumns);
  }
  if (names.size() > kNamed) text += " and " + WithThousands(names.size() - kNamed) + " more";
  return text;
}

void NoteTargets(const Diff& diff, std::vector<std::string>* notes) {
  std::vector<std::string> only_before;
  std::vector<std::string> only_after;
  for (const TargetChange& target : diff.targets) {
    if (!target.is_after) only_before.push_back(target.name);
    if (!target.is_before) only_after.push_back(target.name);
  }
  if (!only_before.empty()) {
    notes->push_back(Quantity(only_before.size(), "target") + " only before, all series gone: " + Named(only_before));
  }
  if (!only_after.empty()) {
    notes->push_back(Quantity(only_after.size(), "target") + " only after, all series new: " + Named(only_after));
  }
}

void NoteCounts(const Diff& diff, std::vector<std::string>* notes) {
  if (!diff.by_counts) return;
  const char* const which = diff.before.is_report && diff.after.is_report ? "both sides are stored reports"
                            : diff.before.is_report                       ? "BEFORE is a stored report"
                                                                          : "AFTER is a stored report";
  notes->push_back(std::string("only counts were compared, because ") + which +
                   ": series that came while as many went are not seen, and causes are not known");
  if (diff.not_compared) {
    notes->push_back("a stored report lists only some of its metrics (--limit or --metric cut it): " +
                     Quantity(diff.not_compared->metrics, "metric") +
                     " of the other side may be among those that it cut; they are compared in sum only");
  }
  if (diff.before.is_estimated || diff.after.is_estimated) {
    notes->push_back("counts of a side are estimates, because --memory-limit was reached");
  }
}

void NoteSpelling(const Diff& diff, std::vector<std::string>* notes) {
  std::vector<std::string> metrics;
  for (const MetricChange& metric : diff.metrics) {
    if (std::any_of(metric.labels.begin(), metric.labels.end(), [](const LabelChange& l) { return l.respelled > 0; })) {
      metrics.push_back(metric.name);
    }
  }
  if (metrics.empty()) return;
  notes->push_back("boundaries of " + Named(metrics) +
                   " are the same numbers written differently (1 and 1.0): a server stores them as new series");
}

}  // namespace

std::vector<std::string> NotesOf(const Diff& diff) {
  std::vector<std::string> notes;
  if (diff.metrics_on_both == 0 && !diff.not_compared) {
    notes.push_back("no metric is on both sides: are these dumps of the same service?");
  }
  if (diff.skipped_lines > 0) {
    notes.push_back(Quantity(diff.skipped_lines, "line") + " skipped (--lenient): series in them may look gone or new");
  }
  NoteCounts(diff, &notes);
  if (diff.masked_values > 0) {
    notes.push_back(Quantity(diff.masked_values, "value") +
                    " masked, because of what looks like personal data; --show-personal shows all");
  }
  NoteTargets(diff, &notes);
  NoteSpelling(diff, &notes);
  if (!diff.ignored_in_vain.empty()) {
    notes.push_back("no series has the ignored " +
                    std::string(diff.ignored_in_vain.size() == 1 ? "label " : "labels ") + Named(diff.ignored_in_vain));
  }
  return notes;
}

}  // namespace seriesguard
