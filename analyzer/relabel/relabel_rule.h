// SPDX-License-Identifier: Apache-2.0
//
// relabel_rule.h: one entry of `metric_relabel_configs`, with the meaning that a server gives it.
//
// Use:      read from a file by relabel_config.h, compiled once, applied to each sample.
// Threads:  Apply from one thread at a time.
// Errors:   Compile: a pattern that RE2 does not take, and what the server's own check of a rule refuses.
// Cost:     Apply: a match or two; grows with the values' length only.
// Source:   Prometheus, model/relabel/relabel.go, of 2.42 and of 3.x (`server`); Go's regexp.Expand. Held against a real
//           server in tests/server/simulated_in_prometheus.sh.
#ifndef SERIESGUARD_ANALYZER_RELABEL_RELABEL_RULE_H_
#define SERIESGUARD_ANALYZER_RELABEL_RELABEL_RULE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/census/server_view.h"
#include "analyzer/relabel/relabel_labels.h"
#include "rules/source_location.h"

namespace seriesguard {

enum class RelabelAction : uint8_t {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase,
};
inline constexpr size_t kRelabelActions = 11;

// "replace", "keep", ...
std::string_view RelabelActionName(RelabelAction action);

// A rule as it was written, with what a server takes where nothing was.
struct ServerRelabelRule {
  RelabelAction action = RelabelAction::kReplace;
  std::vector<std::string> source_labels;
  std::string separator = ";";
  std::string regex = "(.*)";
  std::string target_label;
  std::string replacement = "$1";
  uint64_t modulus = 0;
  bool has_source_labels = false;
  SourceLocation location;
};

class CompiledRelabelRule {
 public:
  static absl::StatusOr<CompiledRelabelRule> Compile(const ServerRelabelRule& rule, ServerView server);
  CompiledRelabelRule(CompiledRelabelRule&&) noexcept;
  CompiledRelabelRule& operator=(CompiledRelabelRule&&) noexcept;
  ~CompiledRelabelRule();

  // Changes the labels; returns false where the rule drops the sample.
  bool Apply(RelabelLabels* labels) const;

  const ServerRelabelRule& rule() const { return rule_; }

 private:
  struct Parts;
  CompiledRelabelRule(ServerRelabelRule rule, ServerView server);
  void Replace(std::string_view value, RelabelLabels* labels) const;

  ServerRelabelRule rule_;
  ServerView server_;
  std::unique_ptr<Parts> parts_;
};

// Says whether a server of this kind takes `name` for a label.
bool IsLabelName(std::string_view name, ServerView server);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_RELABEL_RELABEL_RULE_H_
