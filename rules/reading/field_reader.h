// SPDX-License-Identifier: Apache-2.0
//
// field_reader.h: one mapping of a policy, or of another file of ours, asked key by key.
//
// Use:      one object a mapping; the constructor reports the keys that this mapping cannot have, the readers report
//           values of a wrong type. An absent key is an empty optional and no finding.
// Threads:  one thread.
// Lifetime: views the node and the findings given to it.
#ifndef SERIESGUARD_RULES_READING_FIELD_READER_H_
#define SERIESGUARD_RULES_READING_FIELD_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/reading/findings.h"
#include "rules/reading/policy_keys.h"
#include "rules/reading/yaml_tree.h"
#include "rules/source_location.h"

namespace seriesguard {

class FieldReader {
 public:
  // A `node` that is no mapping is reported as a wrong type of `what`, and has no keys.
  FieldReader(const YamlNode& node, PolicySection section, std::string_view what, Findings* findings);
  // The same for a file that is no policy: `phrase` names the mapping in messages, "a test". Views nothing of `keys`.
  FieldReader(const YamlNode& node, std::string_view phrase, const std::vector<std::string_view>& keys,
              std::string_view what, Findings* findings);

  // Returns the value of `key`, or null where the key is absent.
  const YamlNode* Find(std::string_view key) const;
  bool Has(std::string_view key) const { return Find(key) != nullptr; }

  // The place of the key (Where) or of its value (At); of the mapping, where the key is absent.
  SourceLocation Where(std::string_view key) const;
  SourceLocation At(std::string_view key) const;

  std::optional<std::string> Text(std::string_view key) const;
  std::optional<bool> Bool(std::string_view key) const;
  std::optional<int64_t> WholeNumber(std::string_view key, int64_t least) const;
  std::optional<double> Number(std::string_view key) const;
  std::optional<int64_t> DurationNs(std::string_view key) const;
  std::optional<double> Percent(std::string_view key) const;
  std::optional<size_t> Word(std::string_view key, const std::vector<std::string_view>& words) const;
  std::optional<std::vector<std::string>> TextList(std::string_view key, bool may_be_empty) const;

  // Says whether nothing was wrong with this mapping, or with anything else, since this object was made.
  bool is_sound() const { return findings_->error_count() == errors_before_; }

 private:
  FieldReader(const YamlNode& node, std::string_view what, Findings* findings);

  const YamlNode& node_;
  Findings* findings_;
  size_t errors_before_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_FIELD_READER_H_
