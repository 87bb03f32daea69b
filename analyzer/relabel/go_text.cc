// SPDX-License-Identifier: Apache-2.0
//
// go_text.cc: see the header. Case comes from the C library's tables of Unicode, in a locale that this file names, so
// that the user's own does not matter.
#include "analyzer/relabel/go_text.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"
#include "rules/safe_text.h"

namespace seriesguard {

struct AnchoredPattern::Engine {
  Engine(const std::string& pattern, const RE2::Options& options) : re(pattern, options) {}
  RE2 re;
};

AnchoredPattern::AnchoredPattern(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
AnchoredPattern::AnchoredPattern(AnchoredPattern&&) noexcept = default;
AnchoredPattern& AnchoredPattern::operator=(AnchoredPattern&&) noexcept = default;
AnchoredPattern::~AnchoredPattern() = default;

absl::StatusOr<AnchoredPattern> AnchoredPattern::Compile(std::string_view pattern, bool dot_is_any) {
  RE2::Options options;
  options.set_log_errors(false);
  // What a person wrote must stand alone: "a)(b" is two mistakes, and not a group of ours.
  const RE2 alone(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!alone.ok())
    return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", SafeText(alone.error())));
  auto engine = std::make_unique<Engine>(
      absl::StrCat(dot_is_any ? "^(?s:" : "^(?:", absl::string_view(pattern.data(), pattern.size()), ")$"), options);
  if (!engine->re.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", SafeText(engine->re.error())));
  }
  return AnchoredPattern(std::move(engine));
}

bool AnchoredPattern::Matches(std::string_view text) const {
  return engine_->re.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

bool AnchoredPattern::Matches(std::string_view text, std::vector<std::string_view>* groups) const {
  const int count = engine_->re.NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> pieces(static_cast<size_t>(count));
  if (!engine_->re.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::ANCHOR_BOTH, pieces.data(),
                         count)) {
    return false;
  }
  groups->clear();
  for (const re2::StringPiece& piece : pieces) {
    groups->push_back(piece.data() == nullptr ? std::string_view() : std::string_view(piece.data(), piece.size()));
  }
  return true;
}

int AnchoredPattern::group_count() const { return engine_->re.NumberOfCapturingGroups(); }

int AnchoredPattern::GroupNumber(std::string_view name) const {
  const auto& groups = engine_->re.NamedCapturingGroups();
  const auto found = groups.find(std::string(name));
  return found == groups.end() ? -1 : found->second;
}

namespace {

// The length of the letters, digits and underscores of Unicode that `text` starts with.
size_t NameLength(std::string_view text) {
  static const RE2* const kName = new RE2("[\\pL\\p{Nd}_]+");
  re2::StringPiece rest(text.data(), text.size());
  RE2::Consume(&rest, *kName);
  return text.size() - rest.size();
}

int GroupOf(std::string_view name, const AnchoredPattern& pattern) {
  const bool is_number = std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
                         (name.size() == 1 || name[0] != '0') && name.size() < 9;
  if (!is_number) return pattern.GroupNumber(name);
  int number = 0;
  for (const char digit : name) number = number * 10 + (digit - '0');
  return number <= pattern.group_count() ? number : -1;
}

}  // namespace

ExpandTemplate::ExpandTemplate(std::string_view text, const AnchoredPattern& pattern) : parts_(1) {
  while (!text.empty()) {
    const size_t dollar = std::min(text.find('$'), text.size());
    parts_.back().text += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '$') {
      parts_.back().text += '$';
      text.remove_prefix(1);
      continue;
    }
    const bool is_braced = !text.empty() && text[0] == '{';
    const std::string_view behind = text.substr(is_braced ? 1 : 0);
    const size_t length = NameLength(behind);
    if (length == 0 || (is_braced && (length == behind.size() || behind[length] != '}'))) {
      parts_.back().text += '$';
      continue;
    }
    text.remove_prefix(length + (is_braced ? 2 : 0));
    const int group = GroupOf(behind.substr(0, length), pattern);
    if (group < 0) continue;  // no such group: nothing
    parts_.back().group = group;
    parts_.emplace_back();
  }
}

std::string ExpandTemplate::Expand(const std::vector<std::string_view>& groups) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (part.group >= 0) out += groups[static_cast<size_t>(part.group)];
  }
  return out;
}

namespace {

void AppendUtf8(uint32_t rune, std::string* out) {
  if (rune < 0x80) {
    out->push_back(static_cast<char>(rune));
  } else if (rune < 0x800) {
    out->push_back(static_cast<char>(0xc0 | rune >> 6));
    out->push_back(static_cast<char>(0x80 | (rune & 0x3f)));
  } else if (rune < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | rune >> 12));
    out->push_back(static_cast<char>(0x80 | (rune >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (rune & 0x3f)));
  } else {
    out->push_back(static_cast<char>(0xf0 | rune >> 18));
    out->push_back(static_cast<char>(0x80 | (rune >> 12 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (rune >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (rune & 0x3f)));
  }
}

// Requires valid UTF-8, which every label value of a scrape is.
template <typename Change>
std::string ChangeCase(std::string_view text, Change change) {
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t size = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    uint32_t rune = size == 1 ? byte : byte & (0xffu >> (size + 1));
    for (size_t k = 1; k < size && i + k < text.size(); ++k) {
      rune = rune << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3f);
    }
    i += size;
    AppendUtf8(static_cast<uint32_t>(change(static_cast<wint_t>(rune), kUnicode)), &out);
  }
  return out;
}

}  // namespace

std::string GoLower(std::string_view text) {
  return ChangeCase(text, [](wint_t rune, locale_t locale) -> wint_t {
    if (rune < 0x80 || locale == nullptr) return rune >= 'A' && rune <= 'Z' ? rune + 32 : rune;
    return towlower_l(rune, locale);
  });
}

std::string GoUpper(std::string_view text) {
  return ChangeCase(text, [](wint_t rune, locale_t locale) -> wint_t {
    if (rune < 0x80 || locale == nullptr) return rune >= 'a' && rune <= 'z' ? rune - 32 : rune;
    return towupper_l(rune, locale);
  });
}

}  // namespace seriesguard
