// SPDX-License-Identifier: Apache-2.0
//
// sample_lines.h: what the two writers share: the front of a sample line, its value, a family's labels.
//
// Use:      by text_writer and openmetrics_writer only.
// Threads:  one writer, one thread.
// Cost:     what does not change from line to line is put together once a family; a line is then two or three appends.
#ifndef SERIESGUARD_LIB_METRICS_SAMPLE_LINES_H_
#define SERIESGUARD_LIB_METRICS_SAMPLE_LINES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/rendered_labels.h"

namespace seriesguard {

// A sample's name, ready to be written: a classic one bare, any other in quotes inside the braces.
class SampleName {
 public:
  // Requires:  `name` and `suffix` together are classic or quotable.
  SampleName(std::string_view name, std::string_view suffix);

  // Appends everything up to the value: `name{labels} ` or `name `.
  void AppendHead(std::string_view labels, std::string* out) const {
    if (labels.empty()) {
      out->append(alone_);
    } else {
      out->append(before_labels_).append(labels).append("} ", 2);
    }
  }

  // Appends what stands before a last label that every line has: `name{labels,` or `name{`.
  void AppendOpen(std::string_view labels, std::string* out) const {
    out->append(before_labels_).append(labels);
    if (!labels.empty()) out->push_back(',');
  }

 private:
  std::string alone_;          // `name ` or `{"na.me"} `
  std::string before_labels_;  // `name{` or `{"na.me",`
};

// Appends a family's name as HELP, TYPE and UNIT lines have it.
void AppendFamilyName(std::string_view name, std::string* out);

// Returns `le="..."} ` for each finite boundary and for +Inf. `write` is one of number_text's.
std::vector<std::string> BoundaryLabels(const std::vector<double>& boundaries, char* (*write)(double, char*));

// The labels of a family's series, with their names as the scraper wants them.
class FamilyLabels {
 public:
  // Lifetime:  views `family`.
  FamilyLabels(const CollectedFamily& family, NameEscaping escaping);

  // Lifetime:  until the next call.
  std::string_view Of(const CollectedSeries& one) {
    return is_renamed_ ? Renamed(family_.Labels(one)) : family_.Labels(one);
  }
  std::string_view Of(const CollectedExemplar& one);

 private:
  std::string_view Renamed(std::string_view rendered);

  const CollectedFamily& family_;
  const NameEscaping escaping_;
  const bool is_renamed_;
  LabelRenamer renamer_;
  std::string scratch_;
};

// Writes what a counter or gauge shows, exactly while it counts in whole numbers; returns the end as number_text does.
char* WriteSeriesValue(const CollectedSeries& one, char* out);

// Says whether the family can be written: it has series and a name that a server can read.
inline bool IsWritable(const CollectedFamily& family) { return !family.series.empty() && IsQuotableName(family.name); }

// Makes room in `*out` for about what the family takes, so that it grows at most once a family.
void ReserveForFamily(const CollectedFamily& family, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_SAMPLE_LINES_H_
