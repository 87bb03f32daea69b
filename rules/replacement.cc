// SPDX-License-Identifier: Apache-2.0
//
// replacement.cc: the template is cut into parts once, so that applying it is copying.
#include "rules/replacement.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

// What a dollar sign refers to, and how much of the template that took.
struct Reference {
  std::string_view name;
  size_t length = 0;  // behind the dollar sign; 0 = the dollar sign refers to nothing
};

// Returns the length of the letters, digits and underscores that `text` starts with. Letters and digits are those of
// Unicode, as in Go: `$é` is a group named é, not a dollar sign.
size_t NameLength(std::string_view text) {
  // (Compiled each time, which only the reading of a policy pays: a fork could meet a static one amid a match.)
  const RE2 name("[\\pL\\p{Nd}_]+");
  re2::StringPiece rest(text.data(), text.size());
  RE2::Consume(&rest, name);
  return text.size() - rest.size();
}

Reference ReadReference(std::string_view behind_dollar) {
  const bool braced = !behind_dollar.empty() && behind_dollar[0] == '{';
  const std::string_view text = behind_dollar.substr(braced ? 1 : 0);
  const size_t length = NameLength(text);
  if (length == 0) return {};
  if (!braced) return {text.substr(0, length), length};
  if (length == text.size() || text[length] != '}') return {};
  return {text.substr(0, length), length + 2};
}

// Returns the group that `name` means, or -1 where it means none. A number has digits only and no leading zero.
int GroupOf(std::string_view name, const LimitedRegex& regex) {
  int number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9' || number >= 100'000'000) return regex.GroupNumber(name);
    number = number * 10 + (c - '0');
  }
  if (name[0] == '0' && name.size() > 1) return regex.GroupNumber(name);
  return number <= regex.group_count() ? number : -1;
}

}  // namespace

absl::StatusOr<CompiledReplacement> CompiledReplacement::Compile(std::string_view match, std::string_view with) {
  if (with.size() > kMaxReplacementBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the replacement has ", with.size(), " bytes, at most ", kMaxReplacementBytes, " allowed"));
  }
  if (!IsValidUtf8(with)) return absl::InvalidArgumentError("the replacement is not UTF-8");
  absl::StatusOr<LimitedRegex> regex = CompileLimitedRegex(match);
  if (!regex.ok()) return regex.status();

  std::vector<Part> parts(1);
  size_t groups_used = 0;
  while (!with.empty()) {
    const size_t dollar = with.find('$');
    parts.back().text += with.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    with.remove_prefix(dollar + 1);
    if (!with.empty() && with[0] == '$') {
      parts.back().text += '$';
      with.remove_prefix(1);
      continue;
    }
    const Reference reference = ReadReference(with);
    if (reference.length == 0) {
      parts.back().text += '$';
      continue;
    }
    with.remove_prefix(reference.length);
    const int group = GroupOf(reference.name, *regex);
    if (group < 0) continue;
    parts.back().group = group;
    groups_used = std::max(groups_used, static_cast<size_t>(group) + 1);
    parts.emplace_back();
  }
  return CompiledReplacement(*std::move(regex), std::move(parts), groups_used);
}

bool CompiledReplacement::Apply(std::string_view value, std::string* out) const {
  // Most templates use a group or two; the rest may allocate.
  std::array<std::string_view, 8> few;
  std::vector<std::string_view> many;
  std::string_view* groups = few.data();
  if (groups_used_ > few.size()) {
    many.resize(groups_used_);
    groups = many.data();
  }
  if (!regex_.Matches(value, groups_used_, groups)) return false;
  out->clear();
  for (const Part& part : parts_) {
    out->append(part.text);
    if (part.group >= 0) out->append(groups[part.group]);
  }
  return true;
}

std::string CompiledReplacement::Apply(std::string_view value) const {
  std::string out;
  return Apply(value, &out) ? out : std::string(value);
}

}  // namespace seriesguard
