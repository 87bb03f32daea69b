// SPDX-License-Identifier: Apache-2.0
//
// yaml_tree.h: a file in YAML as a plain tree in which every node knows its line and column.
//
// Use:      the first step of the reader of policies, and of tests of policies; the only file of the project that calls a YAML library is its source.
// Threads:  one thread a call.
// Errors:   findings, never exceptions.
// Memory:   proportional to the text, at most kMaxYamlBytes long; the tree is at most kMaxYamlDepth deep, so a recursive
//           walk is safe.
// Source:   yaml-cpp 0.7.0 parses the events; what it lets pass (aliases, duplicate keys, a byte 0x04 as the end of the
//           file, any number of documents) is refused here.
#ifndef SERIESGUARD_RULES_READING_YAML_TREE_H_
#define SERIESGUARD_RULES_READING_YAML_TREE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/reading/findings.h"
#include "rules/source_location.h"

namespace seriesguard {

inline constexpr size_t kMaxYamlBytes = 1024 * 1024;
inline constexpr int kMaxYamlDepth = 32;

struct YamlEntry;

struct YamlNode {
  enum class Kind {
    kNull,     // nothing, `~` or `null`
    kScalar,   // `text`
    kList,     // `items`
    kMapping,  // `entries`
    kBroken,   // already reported (an alias, a tagged node); no further finding is due
  };
  Kind kind = Kind::kNull;
  std::string text;
  bool is_plain = false;    // a scalar without quotes: `12`, not `"12"`
  SourceLocation location;  // of the first byte; of a null: of the key or dash before it, where there is one
  int verbatim_column = 0;  // of text[0], where `text` stands in one line of the file exactly so; else 0
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;  // in the order of the file, each key once
};

struct YamlEntry {
  std::string key;
  SourceLocation location;
  YamlNode value;
};

// Reads the one YAML document of `text`, which must not have a byte order mark.
//
// Returns:   the root (kNull for a file without content), or nothing where the text has no usable structure: too large,
//            not UTF-8, with control characters, too deep, or a syntax error. Anchors, aliases, tags, a second document
//            and duplicate keys are reported, and the rest of the file can still be judged; of a duplicate key the first
//            value stays.
std::optional<YamlNode> ReadYamlTree(std::string_view text, Findings* findings);

// Returns the place of byte `offset` of the scalar `node`, or of its start where that cannot be told (escapes, folding).
SourceLocation LocationInScalar(const YamlNode& node, size_t offset);

// Returns how often `key` stands in a mapping anywhere at or below `node`.
size_t CountKey(const YamlNode& node, std::string_view key);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_YAML_TREE_H_
