// SPDX-License-Identifier: Apache-2.0
//
// timestamp_form.cc: each notation is a sequence of steps on one cursor; the first step that fails ends it.
#include "analyzer/patterns/timestamp_form.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analyzer/patterns/byte_profile.h"

namespace seriesguard {
namespace {

constexpr size_t kMostBytes = 40;
constexpr int kFirstYear = 1900, kLastYear = 2099;
constexpr int kFirstCompactYear = 1970;
constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 7> kLongDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                       "friday", "saturday", "sunday"};

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  char Next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view Rest() const { return text_.substr(at_); }

  bool Take(char c) {
    if (Next() != c) return false;
    ++at_;
    return true;
  }
  bool TakeOneOf(std::string_view any) {
    if (AtEnd() || any.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  // Exactly `digits` digits whose number is in the range.
  bool TakeNumber(size_t digits, int least, int most) {
    if (text_.size() - at_ < digits) return false;
    int number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!IsDigit(text_[at_ + i])) return false;
      number = number * 10 + (text_[at_ + i] - '0');
    }
    if (number < least || number > most) return false;
    at_ += digits;
    last_ = number;
    return true;
  }
  bool TakeDigits(size_t least, size_t most) {
    size_t end = at_;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
    if (end - at_ < least || end - at_ > most) return false;
    at_ = end;
    return true;
  }
  template <size_t kCount>
  bool TakeWord(const std::array<std::string_view, kCount>& words) {
    for (const std::string_view word : words) {
      if (text_.size() - at_ < word.size()) continue;
      size_t i = 0;
      while (i < word.size() && (text_[at_ + i] | 0x20) == word[i]) ++i;
      if (i < word.size()) continue;
      at_ += word.size();
      return true;
    }
    return false;
  }
  int last() const { return last_; }

 private:
  std::string_view text_;
  size_t at_ = 0;
  int last_ = 0;
};

bool TakeYear(Cursor* cursor) { return cursor->TakeNumber(4, kFirstYear, kLastYear); }
bool TakeMonth(Cursor* cursor) { return cursor->TakeNumber(2, 1, 12); }
bool TakeDay(Cursor* cursor) { return cursor->TakeNumber(2, 1, 31); }

// 23:59, 23:59:60, 23:59:59.123456789
bool TakeTime(Cursor* cursor, bool needs_seconds) {
  if (!cursor->TakeNumber(2, 0, 24) || !cursor->Take(':') || !cursor->TakeNumber(2, 0, 59)) return false;
  if (!cursor->Take(':')) return !needs_seconds;
  if (!cursor->TakeNumber(2, 0, 60)) return false;
  return !cursor->TakeOneOf(".,") || cursor->TakeDigits(1, 9);
}

// Nothing, Z, GMT, UTC, +01:00, -0700, with or without a blank before it.
bool TakeZone(Cursor* cursor) {
  cursor->Take(' ');
  if (cursor->AtEnd() || cursor->TakeOneOf("Zz")) return true;
  if (cursor->Rest() == "GMT" || cursor->Rest() == "UTC" || StartsWith(cursor->Rest(), "+0000 UTC")) return true;
  if (!cursor->TakeOneOf("+-") || !cursor->TakeNumber(2, 0, 14)) return false;
  if (cursor->AtEnd()) return true;
  cursor->Take(':');
  return cursor->TakeNumber(2, 0, 59);
}

bool IsZoneOnly(Cursor cursor) {
  if (!TakeZone(&cursor)) return false;
  return cursor.AtEnd() || cursor.Rest() == "GMT" || cursor.Rest() == "UTC" || cursor.Rest() == "+0000 UTC";
}

// 2024-01-31, 2024/01/31, 2024.01.31, alone or with T23:59:59Z
bool IsYearFirst(Cursor cursor) {
  if (!TakeYear(&cursor)) return false;
  const char separator = cursor.Next();
  if (!cursor.TakeOneOf("-/.") || !TakeMonth(&cursor) || !cursor.Take(separator) || !TakeDay(&cursor)) return false;
  if (cursor.AtEnd()) return true;
  return cursor.TakeOneOf("Tt _") && TakeTime(&cursor, false) && IsZoneOnly(cursor);
}

// 31.01.2024, 31/01/2024, 01/31/2024, 31-01-2024, alone or with a time
bool IsYearLast(Cursor cursor) {
  if (!cursor.TakeNumber(2, 1, 31)) return false;
  const int first = cursor.last();
  const char separator = cursor.Next();
  if (!cursor.TakeOneOf("-/.") || !cursor.TakeNumber(2, 1, 31)) return false;
  if (first > 12 && cursor.last() > 12) return false;
  if (!cursor.Take(separator) || !TakeYear(&cursor)) return false;
  if (cursor.AtEnd()) return true;
  return cursor.TakeOneOf("T ") && TakeTime(&cursor, false) && IsZoneOnly(cursor);
}

bool IsTimeOfDay(Cursor cursor) { return TakeTime(&cursor, true) && IsZoneOnly(cursor); }

// 31/Jan/2024:23:59:59 -0700 (access logs), 31 Jan 2024, 31-Jan-2024 23:59:59
bool IsDayAndMonthName(Cursor cursor) {
  if (!cursor.TakeNumber(2, 1, 31) && !cursor.TakeNumber(1, 1, 9)) return false;
  const char separator = cursor.Next();
  if (!cursor.TakeOneOf("/ -") || !cursor.TakeWord(kMonths) || !cursor.Take(separator)) return false;
  if (!TakeYear(&cursor) && !cursor.TakeNumber(2, 0, 99)) return false;
  if (cursor.AtEnd()) return true;
  return cursor.TakeOneOf(": ") && TakeTime(&cursor, false) && IsZoneOnly(cursor);
}

// Mon, 02 Jan 2006 15:04:05 GMT (mail, HTTP); Monday, 02-Jan-06 15:04:05 GMT
bool IsMailDate(Cursor cursor) {
  return (cursor.TakeWord(kLongDays) || cursor.TakeWord(kDays)) && cursor.Take(',') && cursor.Take(' ') &&
         IsDayAndMonthName(cursor);
}

// Jan  2 15:04:05 (syslog), Mon Jan  2 15:04:05 2006 (C), Mon Jan  2 15:04:05 MST 2006 (date), Jan 2, 2006
bool IsMonthFirst(Cursor cursor) {
  if (cursor.TakeWord(kDays) && !cursor.Take(' ')) return false;
  if (!cursor.TakeWord(kMonths) || !cursor.Take(' ')) return false;
  cursor.Take(' ');
  if (!cursor.TakeNumber(2, 1, 31) && !cursor.TakeNumber(1, 1, 9)) return false;
  if (cursor.Take(',')) return cursor.Take(' ') && TakeYear(&cursor) && cursor.AtEnd();
  if (!cursor.Take(' ') || !TakeTime(&cursor, true)) return false;
  if (cursor.AtEnd()) return true;
  if (!cursor.Take(' ')) return false;
  if (IsLetter(cursor.Next())) {
    size_t letters = 0;
    while (letters < 5 && cursor.TakeOneOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) ++letters;
    if (letters < 3 || !cursor.Take(' ')) return false;
  }
  return TakeYear(&cursor) && cursor.AtEnd();
}

}  // namespace

bool IsCompactTimestamp(std::string_view value) {
  const size_t digits = std::min<size_t>(
      value.size(), static_cast<size_t>(std::find_if_not(value.begin(), value.end(), IsDigit) - value.begin()));
  if (digits == 10 || digits == 13) {
    if (value[0] != '1') return false;
    Cursor rest(value.substr(digits));
    return rest.AtEnd() || (rest.Take('.') && rest.TakeDigits(1, 9) && rest.AtEnd());
  }
  if (digits != 8) return false;
  Cursor cursor(value);
  if (!cursor.TakeNumber(4, kFirstCompactYear, kLastYear) || !TakeMonth(&cursor) || !TakeDay(&cursor)) return false;
  if (cursor.AtEnd()) return true;
  if (!cursor.TakeOneOf("Tt")) return false;
  if (!cursor.TakeNumber(2, 0, 24) || !cursor.TakeNumber(2, 0, 59) || !cursor.TakeNumber(2, 0, 60)) return false;
  if (cursor.TakeOneOf(".,") && !cursor.TakeDigits(1, 9)) return false;
  return IsZoneOnly(cursor);
}

bool IsWrittenTimestamp(std::string_view value) {
  if (value.size() < 7 || value.size() > kMostBytes) return false;
  const Cursor cursor(value);
  if (IsDigit(value[0])) {
    return IsYearFirst(cursor) || IsTimeOfDay(cursor) || IsYearLast(cursor) || IsDayAndMonthName(cursor);
  }
  return IsLetter(value[0]) && (IsMonthFirst(cursor) || IsMailDate(cursor));
}

}  // namespace seriesguard
