// SPDX-License-Identifier: Apache-2.0
//
// regex_limits.cc: the checks that need no compiler come first, so that a costly pattern is never compiled.
#include "rules/regex_limits.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {

namespace {

// How many forks lie between the first process that compiled something and this one.
std::atomic<uint32_t> forks{0};
void CountFork() { forks.fetch_add(1, std::memory_order_relaxed); }

// What a parent compiled and a child gave up; listed, so that it is no leak.
struct LeftAlone {
  RE2* re;
  LeftAlone* next;
};
std::atomic<LeftAlone*> left_alone{nullptr};

}  // namespace

// A fork may find other threads of the parent inside of RE2, which has locks and caches: in the child nobody is left to
// give the locks back, and what was being changed stays half-changed. So a child never touches the RE2 that its parent
// matched with, not even to destroy it, but for the pattern: it compiles anew when it first matches.
struct LimitedRegex::Compiled {
  Compiled(const re2::StringPiece& pattern, const RE2::Options& options)
      : made_after(forks.load(std::memory_order_relaxed)), re(std::make_unique<RE2>(pattern, options)) {}
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    delete in_child.load(std::memory_order_relaxed);
    if (made_after == forks.load(std::memory_order_relaxed)) return;
    auto* const left = new LeftAlone{re.release(), left_alone.load(std::memory_order_relaxed)};
    while (!left_alone.compare_exchange_weak(left->next, left, std::memory_order_release)) {
    }
  }

  const RE2& Here() const {
    if (made_after == forks.load(std::memory_order_relaxed)) return *re;
    Compiled* known = in_child.load(std::memory_order_acquire);
    if (known == nullptr) {
      auto fresh = std::make_unique<Compiled>(re->pattern(), re->options());
      if (in_child.compare_exchange_strong(known, fresh.get(), std::memory_order_acq_rel)) known = fresh.release();
    }
    return known->Here();
  }

  const uint32_t made_after;
  std::unique_ptr<RE2> re;
  mutable std::atomic<Compiled*> in_child{nullptr};
};

namespace {

re2::StringPiece ToRe2(std::string_view text) { return re2::StringPiece(text.data(), text.size()); }

RE2::Options LimitedOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxRegexMemoryBytes);
  options.set_dot_nl(true);
  return options;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Walks over a pattern as far as needed to find repetitions and `\C`: escapes, quoted text and classes are skipped.
class PatternScan {
 public:
  explicit PatternScan(std::string_view pattern) : pattern_(pattern) {}

  // Runs over the whole pattern; afterwards the two answers below hold.
  void Run() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '\\') {
        SkipEscape();
      } else if (c == '[') {
        SkipClass();
      } else if (c == '{') {
        ReadRepetition();
      } else {
        ++at_;
      }
    }
  }

  int largest_repetition() const { return largest_repetition_; }
  bool has_single_byte() const { return has_single_byte_; }

 private:
  void SkipEscape() {
    const char kind = at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : '\0';
    at_ += 2;
    if (kind == 'C') has_single_byte_ = true;
    if (kind == 'Q') {
      const size_t end = pattern_.find("\\E", at_);
      at_ = end == std::string_view::npos ? pattern_.size() : end + 2;
    } else if ((kind == 'x' || kind == 'p' || kind == 'P') && at_ < pattern_.size() && pattern_[at_] == '{') {
      const size_t end = pattern_.find('}', at_);
      at_ = end == std::string_view::npos ? pattern_.size() : end + 1;
    }
  }

  void SkipClass() {
    ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == '^') ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == ']') ++at_;  // a bracket that stands first is a member
    while (at_ < pattern_.size() && pattern_[at_] != ']') {
      const size_t posix_end = pattern_.substr(at_, 2) == "[:" ? pattern_.find(":]", at_ + 2) : std::string_view::npos;
      if (posix_end != std::string_view::npos) {
        at_ = posix_end + 2;
      } else {
        at_ += pattern_[at_] == '\\' ? 2 : 1;
      }
    }
    ++at_;
  }

  // {n}, {n,} or {n,m}; anything else behind a brace is literal text.
  void ReadRepetition() {
    ++at_;
    const size_t start = at_;
    int largest = ReadNumber();
    if (at_ == start) return;
    if (at_ < pattern_.size() && pattern_[at_] == ',') {
      ++at_;
      const int second = ReadNumber();
      if (second > largest) largest = second;
    }
    if (at_ < pattern_.size() && pattern_[at_] == '}' && largest > largest_repetition_) largest_repetition_ = largest;
  }

  int ReadNumber() {
    int number = 0;
    for (; at_ < pattern_.size() && IsDigit(pattern_[at_]); ++at_) {
      if (number < 1'000'000) number = number * 10 + (pattern_[at_] - '0');
    }
    return number;
  }

  std::string_view pattern_;
  size_t at_ = 0;
  int largest_repetition_ = 0;
  bool has_single_byte_ = false;
};

absl::Status TooCostly(int program) {
  return absl::InvalidArgumentError(
      absl::StrCat("the regular expression is too costly: ",
                   program > 0 ? absl::StrCat(program, " of at most ", kMaxRegexProgram, " instructions")
                               : absl::StrCat("it needs more than ", kMaxRegexMemoryBytes / 1024, " KiB"),
                   "; use smaller repetitions or classes such as [a-z] instead of \\pL"));
}

absl::Status CheckCompiled(const RE2& re) {
  if (re.error_code() == RE2::ErrorPatternTooLarge) return TooCostly(0);
  if (!re.ok()) return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", SafeText(re.error())));
  if (re.NamedCapturingGroups().size() != re.CapturingGroupNames().size()) {
    return absl::InvalidArgumentError("the regular expression names two groups alike");  // RE2 allows it, Go does not
  }
  if (re.ProgramSize() > kMaxRegexProgram) return TooCostly(re.ProgramSize());
  return absl::OkStatus();
}

absl::Status CheckText(std::string_view pattern) {
  if (pattern.size() > kMaxRegexBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the regular expression has ", pattern.size(), " bytes, at most ", kMaxRegexBytes, " allowed"));
  }
  if (!IsValidUtf8(pattern)) return absl::InvalidArgumentError("the regular expression is not UTF-8");
  PatternScan scan(pattern);
  scan.Run();
  if (scan.largest_repetition() > kMaxRegexRepetition) {
    return absl::InvalidArgumentError(absl::StrCat("the repetition {", scan.largest_repetition(),
                                                   "} is too large, at most {", kMaxRegexRepetition, "} is allowed"));
  }
  if (scan.has_single_byte()) {
    return absl::InvalidArgumentError("\\C (a single byte) is not part of Prometheus' regular expressions");
  }
  return absl::OkStatus();
}

}  // namespace

LimitedRegex::LimitedRegex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
LimitedRegex::LimitedRegex(LimitedRegex&&) noexcept = default;
LimitedRegex& LimitedRegex::operator=(LimitedRegex&&) noexcept = default;
LimitedRegex::~LimitedRegex() = default;

bool LimitedRegex::Matches(std::string_view text) const { return RE2::FullMatch(ToRe2(text), compiled_->Here()); }

bool LimitedRegex::Matches(std::string_view text, size_t count, std::string_view* groups) const {
  std::array<re2::StringPiece, 8> few;
  std::vector<re2::StringPiece> many;
  re2::StringPiece* found = few.data();
  if (count > few.size()) {
    many.resize(count);
    found = many.data();
  }
  if (!compiled_->Here().Match(ToRe2(text), 0, text.size(), RE2::ANCHOR_BOTH, found, static_cast<int>(count)))
    return false;
  for (size_t i = 0; i < count; ++i) groups[i] = std::string_view(found[i].data(), found[i].size());
  return true;
}

int LimitedRegex::group_count() const { return compiled_->re->NumberOfCapturingGroups(); }

int LimitedRegex::GroupNumber(std::string_view name) const {
  const std::map<std::string, int>& numbers = compiled_->Here().NamedCapturingGroups();
  const auto found = numbers.find(std::string(name));
  return found == numbers.end() ? -1 : found->second;
}

absl::StatusOr<LimitedRegex> CompileLimitedRegex(std::string_view pattern) {
  static const bool sees_forks = ::pthread_atfork(nullptr, nullptr, CountFork) == 0;
  if (!sees_forks) return absl::ResourceExhaustedError("no memory for the handler of a fork");
  if (absl::Status status = CheckText(pattern); !status.ok()) return status;
  // Alone first: wrapped in a group, `a)|(b` would be two groups, and an error would name text nobody wrote.
  if (absl::Status status = CheckCompiled(RE2(ToRe2(pattern), LimitedOptions())); !status.ok()) return status;
  const std::string wrapped = absl::StrCat("(?s:", absl::string_view(pattern.data(), pattern.size()), ")");
  auto compiled = std::make_unique<LimitedRegex::Compiled>(ToRe2(wrapped), LimitedOptions());
  if (absl::Status status = CheckCompiled(*compiled->re); !status.ok()) return status;
  return LimitedRegex(std::move(compiled));
}

}  // namespace seriesguard
