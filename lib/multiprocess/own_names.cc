// SPDX-License-Identifier: Apache-2.0
//
// own_names.cc: prefix, number, dash, number, suffix.
#include "lib/multiprocess/own_names.h"

#include <cstddef>

namespace seriesguard {
namespace {

constexpr std::string_view kWorkerPrefix = "worker-";
constexpr std::string_view kWorkerSuffix = ".cells";
constexpr std::string_view kProbePrefix = "probe-";
constexpr std::string_view kProbeSuffix = ".tmp";

// Ten digits each, a dash and the end.
static_assert(kWorkerPrefix.size() + kWorkerSuffix.size() + 2 * 10 + 2 <= sizeof(FileName::text), "names fit");

class Writer {
 public:
  explicit Writer(FileName* name) : at_(name->text) {}

  void Text(std::string_view text) {
    for (const char c : text) *at_++ = c;
  }

  void Number(uint32_t number) {
    char digits[10];
    size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (count > 0) *at_++ = digits[--count];
  }

 private:
  char* at_;
};

FileName TwoNumbers(std::string_view prefix, uint32_t first, uint32_t second, std::string_view suffix) {
  FileName name;
  Writer writer(&name);
  writer.Text(prefix);
  writer.Number(first);
  writer.Text("-");
  writer.Number(second);
  writer.Text(suffix);
  return name;
}

bool TakeText(std::string_view text, std::string_view* rest) {
  if (rest->substr(0, text.size()) != text) return false;
  rest->remove_prefix(text.size());
  return true;
}

bool TakeNumber(std::string_view* rest, uint32_t* number) {
  uint64_t value = 0;
  size_t digits = 0;
  while (digits < rest->size() && digits <= 10 && (*rest)[digits] >= '0' && (*rest)[digits] <= '9') {
    value = value * 10 + static_cast<uint64_t>((*rest)[digits] - '0');
    ++digits;
  }
  const bool has_leading_zero = digits > 1 && (*rest)[0] == '0';
  if (digits == 0 || has_leading_zero || value > UINT32_MAX) return false;
  rest->remove_prefix(digits);
  *number = static_cast<uint32_t>(value);
  return true;
}

bool TakeTwoNumbers(std::string_view name, std::string_view prefix, std::string_view suffix, OwnName* own) {
  return TakeText(prefix, &name) && TakeNumber(&name, &own->index) && TakeText("-", &name) &&
         TakeNumber(&name, &own->incarnation) && name == suffix;
}

}  // namespace

FileName WorkerFileName(uint32_t index, uint32_t incarnation) {
  return TwoNumbers(kWorkerPrefix, index, incarnation, kWorkerSuffix);
}

FileName ProbeFileName(uint32_t pid, uint32_t number) { return TwoNumbers(kProbePrefix, pid, number, kProbeSuffix); }

OwnName ParseOwnName(std::string_view name) {
  OwnName own;
  if (name == kGuardFileName) {
    own.kind = OwnName::Kind::kGuard;
  } else if (TakeTwoNumbers(name, kWorkerPrefix, kWorkerSuffix, &own)) {
    own.kind = OwnName::Kind::kWorkerCells;
  } else if (TakeTwoNumbers(name, kProbePrefix, kProbeSuffix, &own)) {
    own.kind = OwnName::Kind::kProbe;
  } else {
    own = OwnName();
  }
  return own;
}

}  // namespace seriesguard
