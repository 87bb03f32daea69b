// SPDX-License-Identifier: Apache-2.0
//
// family_message.cc: see the header. Written by hand: a handful of fields does not pay for a code generator and its library.
#include "lib/push/family_message.h"

#include <cstring>

namespace seriesguard {
namespace {

// The kinds of fields, the low bits of a key.
constexpr uint64_t kVarint = 0, kFixed64 = 1, kBytes = 2;

void AppendVarint(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

void AppendNumber(uint64_t field, uint64_t number, std::string* out) {
  AppendVarint(field << 3 | kVarint, out);
  AppendVarint(number, out);
}

void AppendDouble(uint64_t field, double value, std::string* out) {
  AppendVarint(field << 3 | kFixed64, out);
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>(bits >> shift));  // little end first
}

void AppendBytes(uint64_t field, std::string_view bytes, std::string* out) {
  AppendVarint(field << 3 | kBytes, out);
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

// The field of Metric that holds the value of a type.
uint64_t ValueField(FamilyMessage::Type type) {
  switch (type) {
    case FamilyMessage::Type::kGauge: return 2;
    case FamilyMessage::Type::kCounter: return 3;
    case FamilyMessage::Type::kSummary: return 4;
    case FamilyMessage::Type::kUntyped: return 5;
    case FamilyMessage::Type::kHistogram: return 7;
  }
  return 5;
}

}  // namespace

FamilyMessage::FamilyMessage(std::string_view name, std::string_view help, Type type) {
  AppendBytes(1, name, &bytes_);
  if (!help.empty()) AppendBytes(2, help, &bytes_);
  AppendNumber(3, static_cast<uint64_t>(type), &bytes_);
}

void FamilyMessage::Add(const MetricMessage& metric) { AppendBytes(4, metric.bytes_, &bytes_); }

void FamilyMessage::AppendDelimited(std::string* out) const {
  AppendVarint(bytes_.size(), out);
  out->append(bytes_);
}

void MetricMessage::AddLabel(std::string_view name, std::string_view value) {
  std::string pair;
  AppendBytes(1, name, &pair);
  AppendBytes(2, value, &pair);
  AppendBytes(1, pair, &bytes_);
}

void MetricMessage::SetValue(FamilyMessage::Type type, double value) {
  std::string message;
  AppendDouble(1, value, &message);
  AppendBytes(ValueField(type), message, &bytes_);
}

void MetricMessage::SetHistogram(uint64_t count, double sum, const std::vector<std::pair<double, uint64_t>>& buckets) {
  std::string message;
  AppendNumber(1, count, &message);
  AppendDouble(2, sum, &message);
  for (const auto& [upper_bound, cumulated] : buckets) {
    std::string bucket;
    AppendNumber(1, cumulated, &bucket);
    AppendDouble(2, upper_bound, &bucket);
    AppendBytes(3, bucket, &message);
  }
  AppendBytes(ValueField(FamilyMessage::Type::kHistogram), message, &bytes_);
}

void MetricMessage::SetSummary(uint64_t count, double sum, const std::vector<std::pair<double, double>>& quantiles) {
  std::string message;
  AppendNumber(1, count, &message);
  AppendDouble(2, sum, &message);
  for (const auto& [quantile, value] : quantiles) {
    std::string one;
    AppendDouble(1, quantile, &one);
    AppendDouble(2, value, &one);
    AppendBytes(3, one, &message);
  }
  AppendBytes(ValueField(FamilyMessage::Type::kSummary), message, &bytes_);
}

}  // namespace seriesguard
