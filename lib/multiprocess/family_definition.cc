// SPDX-License-Identifier: Apache-2.0
//
// family_definition.cc: numbers as the machine has them, texts with their size before them.
#include "lib/multiprocess/family_definition.h"

#include <cmath>
#include <cstring>

namespace seriesguard {
namespace {

constexpr size_t kMostLabels = 16;
constexpr size_t kMostBoundaries = 1000;

template <typename T>
void Put(const T& value, std::string* bytes) {
  bytes->append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void PutText(std::string_view text, std::string* bytes) {
  Put(static_cast<uint32_t>(text.size()), bytes);
  bytes->append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <typename T>
  bool Get(T* value) {
    if (rest_.size() < sizeof(T)) return false;
    std::memcpy(value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }
  bool GetText(std::string* text) {
    uint32_t size = 0;
    if (!Get(&size) || rest_.size() < size) return false;
    text->assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

CellLayout FamilyDefinition::layout() const {
  if (kind == MetricKind::kGauge) return CellLayout::Gauge();
  return kind == MetricKind::kHistogram ? CellLayout::Histogram(boundaries.size()) : CellLayout::Counter();
}

std::string EncodeDefinition(const FamilyDefinition& definition) {
  std::string bytes;
  Put(static_cast<uint8_t>(definition.kind), &bytes);
  Put(static_cast<uint8_t>(definition.gauge_mode), &bytes);
  Put(definition.cost, &bytes);
  PutText(definition.name, &bytes);
  PutText(definition.help, &bytes);
  PutText(definition.unit, &bytes);
  Put(static_cast<uint32_t>(definition.labels.size()), &bytes);
  for (const std::string& label : definition.labels) PutText(label, &bytes);
  Put(static_cast<uint32_t>(definition.boundaries.size()), &bytes);
  for (const double boundary : definition.boundaries) Put(boundary, &bytes);
  return bytes;
}

bool DecodeDefinition(std::string_view bytes, FamilyDefinition* definition) {
  Reader reader(bytes);
  uint8_t kind = 0, mode = 0;
  uint32_t labels = 0, boundaries = 0;
  if (!reader.Get(&kind) || !reader.Get(&mode) || kind > static_cast<uint8_t>(MetricKind::kSummary) ||
      mode >= kGaugeModes || !reader.Get(&definition->cost) || !reader.GetText(&definition->name) ||
      !reader.GetText(&definition->help) || !reader.GetText(&definition->unit) || !reader.Get(&labels) ||
      labels > kMostLabels) {
    return false;
  }
  definition->kind = static_cast<MetricKind>(kind);
  definition->gauge_mode = static_cast<GaugeMode>(mode);
  definition->labels.resize(labels);
  for (std::string& label : definition->labels) {
    if (!reader.GetText(&label)) return false;
  }
  if (!reader.Get(&boundaries) || boundaries > kMostBoundaries) return false;
  definition->boundaries.resize(boundaries);
  for (double& boundary : definition->boundaries) {
    if (!reader.Get(&boundary) || !std::isfinite(boundary)) return false;
  }
  return reader.is_at_end();
}

std::string EncodeValues(const std::vector<std::string_view>& values) {
  std::string bytes;
  for (const std::string_view value : values) {
    Put(static_cast<uint16_t>(value.size()), &bytes);
    bytes.append(value);
  }
  return bytes;
}

bool DecodeValues(std::string_view bytes, size_t labels, std::vector<std::string_view>* values) {
  values->clear();
  for (size_t i = 0; i < labels; ++i) {
    uint16_t size = 0;
    if (bytes.size() < sizeof(size)) return false;
    std::memcpy(&size, bytes.data(), sizeof(size));
    bytes.remove_prefix(sizeof(size));
    if (bytes.size() < size) return false;
    values->push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return bytes.empty();
}

}  // namespace seriesguard
