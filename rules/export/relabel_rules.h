// SPDX-License-Identifier: Apache-2.0
//
// relabel_rules.h: what of a policy a server can do by metric_relabel_configs without losing a sample, and what not.
//
// Threads:  pure functions.
// Source:   Prometheus, model/relabel/relabel.go and scrape/scrape.go: a scrape in which two series become the same keeps
//           the first sample of both and drops the others ("duplicate sample for timestamp"). Relabelling cannot add.
//
// A step is exported only where it is one-to-one, whatever the values are: then no two series can become the same. That
// is `replace` of the whole value by itself between constant texts. Everything else of a label rule maps values together
// (or makes the label vanish), which is what it is for; only the process can add up what is mapped together.
#ifndef SERIESGUARD_RULES_EXPORT_RELABEL_RULES_H_
#define SERIESGUARD_RULES_EXPORT_RELABEL_RULES_H_

#include <string>
#include <vector>

#include "rules/policy.h"
#include "rules/source_location.h"

namespace seriesguard {

// One entry of metric_relabel_configs.
struct RelabelRule {
  std::string about;                       // for a comment; empty: belongs to the entry before it
  std::vector<std::string> source_labels;  // joined by ";"; empty: the entry is a labeldrop
  std::string regex;
  std::string target_label;
  std::string replacement;
};

// A part of the policy that would lose data.
struct RelabelRefusal {
  SourceLocation location;
  std::string metric;  // name or pattern; empty: any
  std::string label;
  std::string reason;
  std::string remedy;
};

// The label that marks a series between two entries; of the prefix that relabelling leaves to its users.
inline constexpr char kRelabelMark[] = "__tmp_seriesguard";

struct RelabelExport {
  std::vector<RelabelRule> rules;
  std::vector<RelabelRefusal> refusals;
};

RelabelExport MakeRelabelRules(const Policy& policy);

// Returns `exported` as the part of a scrape configuration, its refusals as comments.
std::string RelabelFile(const Policy& policy, const RelabelExport& exported);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_RELABEL_RULES_H_
