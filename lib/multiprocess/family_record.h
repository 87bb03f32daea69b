// SPDX-License-Identifier: Apache-2.0
//
// family_record.h: whether a family's record in guard.shm is one that this version makes, before any of it is followed.
//
// Use:      by ServiceMemory, of every family that a newcomer finds.
// Threads:  pure functions; the record is not changed meanwhile.
// Errors:   an answer. Trusted are neither the record nor its definition: a disk may have been full, and a hand may slip.
// Source:   docs/multiprocess.md; shared_layout.h.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_FAMILY_RECORD_H_
#define SERIESGUARD_LIB_MULTIPROCESS_FAMILY_RECORD_H_

#include <cstdint>

#include "lib/multiprocess/shared_layout.h"

namespace seriesguard {

// Where families may lie.
struct FamilyRoom {
  uint64_t first_byte = 0, end_byte = 0;  // of guard.shm
  uint64_t end_cells = 0;                 // of a worker's file
  uint32_t stripes = 1;                   // of the service
};

// Says whether the record is that of family `index`, with all of its parts inside of the room, and its definition what the
// record says. `base`: where guard.shm is mapped, readable up to end_byte.
bool IsWholeFamily(const FamilyRecord& family, uint32_t index, const FamilyRoom& room, const char* base);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_FAMILY_RECORD_H_
