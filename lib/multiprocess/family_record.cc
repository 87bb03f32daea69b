// SPDX-License-Identifier: Apache-2.0
//
// family_record.cc: bounds first, because sizes are products of them; then the definition, which says what the sizes must be.
#include "lib/multiprocess/family_record.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "lib/guard/busiest_values.h"
#include "lib/guard/demand_sketch.h"
#include "lib/guard/fold_reason.h"
#include "lib/metrics/family_cells.h"
#include "lib/multiprocess/family_definition.h"

namespace seriesguard {
namespace {

constexpr uint32_t kMostSlots = 1u << 23;  // more than any policy gives
constexpr uint32_t kMostValues = 1u << 24;
constexpr uint32_t kMostWords = 1024;  // of a cell
constexpr uint64_t kMostDefinitionBytes = uint64_t{1} << 24;

bool IsInside(uint64_t offset, uint64_t bytes, uint64_t first, uint64_t end) {
  return offset >= first && offset <= end && bytes <= end - offset;
}

bool HasSaneNumbers(const FamilyRecord& family, uint32_t index, const FamilyRoom& room) {
  return family.index == index && family.labels <= std::size(family.busiest_offset) && family.slots > 0 &&
         family.slots <= kMostSlots && family.values <= kMostValues && family.int_words <= kMostWords &&
         family.double_words <= kMostWords && family.stripes == (family.is_striped != 0 ? room.stripes : 1) &&
         family.text_bytes <= kMaxTextBytes && family.text_bytes % alignof(SeriesEntry) == 0 && family.cost > 0 &&
         family.folds == uint64_t{family.labels} * kFoldReasons && family.definition_bytes <= kMostDefinitionBytes;
}

bool HasSharedParts(const FamilyRecord& family, const FamilyRoom& room) {
  const auto has = [&room](uint64_t offset, uint64_t bytes) {
    return offset % alignof(SeriesEntry) == 0 && IsInside(offset, bytes, room.first_byte, room.end_byte);
  };
  const ArchiveShape shape(family);
  return has(family.definition_offset, family.definition_bytes) &&
         has(family.series_offset, family.slots * family.series_stride()) &&
         has(family.values_offset, family.values * sizeof(ValueEntry)) &&
         has(family.archive_offset[0], shape.bytes()) && has(family.archive_offset[1], shape.bytes());
}

bool HasWorkerParts(const FamilyRecord& family, const FamilyRoom& room) {
  if (family.cells_offset % kCellAlignment != 0 ||
      !IsInside(family.cells_offset, family.cells_bytes, WorkerFileHeader::kBytes, room.end_cells)) {
    return false;
  }
  const auto has = [&family](uint64_t offset, uint64_t bytes, uint64_t alignment) {
    return offset % alignment == 0 && IsInside(offset, bytes, 0, family.cells_bytes);
  };
  const CellLayout layout{family.int_words, family.double_words, family.is_striped != 0};
  if (!has(0, FamilyCells::BytesFor(layout, family.slots, family.stripes), 1) ||
      !has(family.held_offset, family.slots, 1) || !has(family.folds_offset, family.folds * 8, 8) ||
      !has(family.demand_offset, family.labels * sizeof(DemandSketch), alignof(DemandSketch))) {
    return false;
  }
  for (uint32_t i = 0; i < family.labels; ++i) {
    if (family.busiest_offset[i] == 0) continue;
    if (family.busiest_capacity[i] > BusiestValues::kMaxCapacity) return false;
    const uint64_t bytes = BusiestValues::BytesFor(family.busiest_capacity[i], kKeptBytes);
    if (!has(family.busiest_offset[i], bytes, BusiestValues::kAlignment)) return false;
  }
  return true;
}

// Names go into every exposition as they are.
bool IsPlain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > 0x20 && c != 0x7f && c != '"' && c != '\\' && c != '{';
  });
}

bool IsDefinedSo(const FamilyRecord& family, const char* base) {
  FamilyDefinition definition;
  const std::string_view bytes(base + family.definition_offset, family.definition_bytes);
  if (!DecodeDefinition(bytes, &definition)) return false;
  const CellLayout layout = definition.layout();
  return IsPlain(definition.name) && std::all_of(definition.labels.begin(), definition.labels.end(), IsPlain) &&
         static_cast<uint32_t>(definition.kind) == family.kind &&
         static_cast<uint32_t>(definition.gauge_mode) == family.gauge_mode &&
         definition.labels.size() == family.labels && definition.cost == family.cost &&
         layout.int_words == family.int_words && layout.double_words == family.double_words &&
         layout.is_striped == (family.is_striped != 0);
}

}  // namespace

bool IsWholeFamily(const FamilyRecord& family, uint32_t index, const FamilyRoom& room, const char* base) {
  return HasSaneNumbers(family, index, room) && HasSharedParts(family, room) && HasWorkerParts(family, room) &&
         IsDefinedSo(family, base);
}

}  // namespace seriesguard
