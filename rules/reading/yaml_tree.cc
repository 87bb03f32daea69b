// SPDX-License-Identifier: Apache-2.0
//
// yaml_tree.cc: from yaml-cpp's events to our tree.
//
// Events instead of YAML::Load: anchors and tags are seen where they stand, an alias never becomes a graph that a walk
// could not leave, a duplicate key is still there, and depth is bounded while the tree grows.
#include "rules/reading/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>

#include "rules/reading/policy_codes.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

// Thrown by our own event handler to leave yaml-cpp's parser; never leaves this file.
struct StopParsing {};

SourceLocation ToLocation(const YAML::Mark& mark) {
  if (mark.is_null()) return {1, 1};
  return {mark.line + 1, mark.column + 1};
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Findings* findings) : text_(text), findings_(findings) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    findings_->Error(policy_code::kSecondDocument, ToLocation(mark), "a second YAML document starts here",
                     "the file is one document: remove the line \"---\"");
    throw StopParsing();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.location = ToLocation(mark);
    Accept(mark, "", anchor, std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    findings_->Error(policy_code::kAlias, ToLocation(mark), "an alias is not allowed here",
                     "write the value out: every value stands where it applies");
    YamlNode node;
    node.kind = YamlNode::Kind::kBroken;
    node.location = ToLocation(mark);
    Place(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.text = value;
    node.is_plain = tag == "?";
    node.location = ToLocation(mark);
    const size_t start = static_cast<size_t>(mark.pos) + (node.is_plain ? 0 : 1);
    if (!value.empty() && value.find('\n') == std::string::npos && start <= text_.size() &&
        text_.substr(start, value.size()) == value) {
      node.verbatim_column = node.location.column + (node.is_plain ? 0 : 1);
    }
    Accept(mark, tag, anchor, std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMapping);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or mapping that is still growing. Of a mapping: the key that waits for its value.
  struct Frame {
    YamlNode node;
    bool has_key = false;
    bool key_is_usable = false;
    std::string key;
    SourceLocation key_location;
    std::unordered_map<std::string, SourceLocation> seen;
  };

  // Reports what no node may carry. The library gives an explicit tag as text, the bare `!` only as a byte of the file.
  bool HasForbiddenProperties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    bool found = false;
    if (anchor != 0) {
      findings_->Error(policy_code::kAnchor, ToLocation(mark), "an anchor is not allowed here",
                       "remove it: every value stands where it applies");
      found = true;
    }
    const size_t pos = static_cast<size_t>(mark.pos);
    const bool has_bare_tag = tag == "!" && pos < text_.size() && text_[pos] == '!';
    if (has_bare_tag || (!tag.empty() && tag != "?" && tag != "!")) {
      findings_->Error(policy_code::kTag, ToLocation(mark), "a tag is not allowed here",
                       "remove it; quotes make a text: \"200\"");
      found = true;
    }
    return found;
  }

  void Accept(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode node) {
    if (HasForbiddenProperties(mark, tag, anchor)) node.kind = YamlNode::Kind::kBroken;
    Place(std::move(node));
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    HasForbiddenProperties(mark, tag, anchor);
    if (static_cast<int>(open_.size()) >= kMaxYamlDepth) {
      findings_->Error(policy_code::kTooDeep, ToLocation(mark),
                       "lists and mappings are nested more than " + std::to_string(kMaxYamlDepth) + " deep");
      throw StopParsing();
    }
    open_.emplace_back();
    open_.back().node.kind = kind;
    open_.back().node.location = ToLocation(mark);
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Place(std::move(node));
  }

  // Puts a finished node where it belongs: root, item, key or value.
  void Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == YamlNode::Kind::kList) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      TakeKey(&frame, std::move(node));
    } else {
      frame.has_key = false;
      // The library places an absent value at the next token, often a line later: the key is the better place.
      if (node.kind == YamlNode::Kind::kNull) node.location = frame.key_location;
      if (frame.key_is_usable)
        frame.node.entries.push_back({std::move(frame.key), frame.key_location, std::move(node)});
    }
  }

  void TakeKey(Frame* frame, YamlNode node) {
    frame->has_key = true;
    frame->key_is_usable = false;
    frame->key_location = node.location;
    if (node.kind == YamlNode::Kind::kBroken) return;
    if (node.kind != YamlNode::Kind::kScalar) {
      findings_->Error(policy_code::kWrongType, node.location, "a key must be a text",
                       node.kind == YamlNode::Kind::kNull ? "a key that reads null or ~ needs quotes" : "");
      return;
    }
    const auto [seen, is_new] = frame->seen.emplace(node.text, node.location);
    if (!is_new) {
      findings_->Error(policy_code::kDuplicateKey, node.location,
                       "the key " + Quoted(node.text) + " was already given in " + LineName(seen->second));
      return;
    }
    frame->key_is_usable = true;
    frame->key = std::move(node.text);
  }

  std::string_view text_;
  Findings* findings_;
  int documents_ = 0;
  YamlNode root_;
  std::vector<Frame> open_;
};

SourceLocation LocationOfOffset(std::string_view text, size_t offset) {
  SourceLocation location{1, 1};
  for (const char byte : text.substr(0, offset)) {
    if (byte == '\n') {
      ++location.line;
      location.column = 1;
    } else {
      ++location.column;
    }
  }
  return location;
}

// Returns `location`, or the end of its line or of the text where it lies beyond: the library counts on behind the end.
SourceLocation WithinText(std::string_view text, SourceLocation location) {
  size_t start = 0;
  for (int line = 1; line < location.line; ++line) {
    const size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return LocationOfOffset(text, text.size());
    start = end + 1;
  }
  const size_t line_bytes = std::min(text.find('\n', start), text.size()) - start;
  location.column = std::min(location.column, static_cast<int>(line_bytes) + 1);
  return location;
}

// Refuses what the library would misread: it guesses UTF-16 and UTF-32, and takes the byte 0x04 for the end of the file.
bool IsReadableText(std::string_view text, Findings* findings) {
  if (text.size() > kMaxYamlBytes) {
    findings->Error(policy_code::kTooLarge, {1, 1},
                    "the file has more than " + std::to_string(kMaxYamlBytes) + " bytes, the most that it may have");
    return false;
  }
  const size_t valid_bytes = ValidUtf8PrefixLength(text);
  if (valid_bytes < text.size()) {
    findings->Error(policy_code::kNotUtf8, LocationOfOffset(text, valid_bytes),
                    "the byte \"" + SafeText(text.substr(valid_bytes, 1)) + "\" is not part of UTF-8",
                    "save the file as UTF-8");
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
      findings->Error(policy_code::kControlCharacter, LocationOfOffset(text, i),
                      "the control character \"" + SafeText(text.substr(i, 1)) + "\" is not allowed in YAML",
                      "in double quotes it can be written as an escape");
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<YamlNode> ReadYamlTree(std::string_view text, Findings* findings) {
  if (!IsReadableText(text, findings)) return std::nullopt;
  TreeBuilder builder(text, findings);
  bool first_document_is_read = false;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return YamlNode();
    first_document_is_read = true;
    parser.HandleNextDocument(builder);
  } catch (const StopParsing&) {
    if (!first_document_is_read) return std::nullopt;
  } catch (const YAML::Exception& error) {
    findings->Error(policy_code::kYamlSyntax, WithinText(text, ToLocation(error.mark)),
                    "not valid YAML: " + SafeText(error.msg),
                    "look at indentation, brackets and quotes: a text with \": \" or \" #\" in it needs quotes");
    return std::nullopt;
  } catch (const std::exception& error) {
    findings->Error(policy_code::kYamlSyntax, {1, 1}, "the YAML parser gave up: " + SafeText(error.what()));
    return std::nullopt;
  }
  return builder.TakeRoot();
}

size_t CountKey(const YamlNode& node, std::string_view key) {
  size_t count = 0;
  for (const YamlNode& item : node.items) count += CountKey(item, key);
  for (const YamlEntry& entry : node.entries) count += (entry.key == key ? 1 : 0) + CountKey(entry.value, key);
  return count;
}

SourceLocation LocationInScalar(const YamlNode& node, size_t offset) {
  if (node.verbatim_column == 0) return node.location;
  return {node.location.line, node.verbatim_column + static_cast<int>(offset)};
}

}  // namespace seriesguard
