// SPDX-License-Identifier: Apache-2.0
//
// shared_layout.h: the bytes of guard.shm and of a worker's file of cells.
//
// Use:      by ServiceMemory, which maps them, and by what reads and writes them: ChangeLog, SharedSeries, Archive, Scrape.
// Threads:  every field that changes after it was made is an atomic, read and written by any thread of any process; texts
//           are copied word by word (CopyWords), so that a reader who is overtaken reads rubbish and never races.
// Source:   docs/multiprocess.md. Byte order and sizes are the machine's: the file never leaves it.
//
//   guard.shm     ServiceHeader | WorkerEntry[max_workers] | FamilyRecord[kMaxFamilies] | per family, as they come:
//                 definition text | SeriesEntry[slots] | ValueEntry[values] | two copies of the archive
//   worker file   WorkerFileHeader | per family, at cells_offset: cells (family_cells.h) | u8 held[slots] | u64 folds[] |
//                 DemandSketch[labels] | BusiestValues of each label that keeps its busiest values
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SHARED_LAYOUT_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SHARED_LAYOUT_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace seriesguard {

inline constexpr uint64_t kServiceMagic = 0x3130764773656972;  // "riesGv01"
inline constexpr uint64_t kWorkerMagic = 0x3130766b726f5773;   // "sWorkv01"
inline constexpr uint32_t kMaxFamilies = 256;
inline constexpr uint32_t kMaxWorkers = 1024;
inline constexpr uint64_t kMaxServiceBytes = uint64_t{1} << 33;  // of address space; pages are taken as families come
inline constexpr uint64_t kMaxCellsBytes = uint64_t{1} << 32;
inline constexpr size_t kMaxSharedValueBytes = 256;  // a longer value is not named in a service of many processes
inline constexpr size_t kKeptBytes = 128;            // of a rejected value that others see
inline constexpr size_t kMaxTextBytes = 2048;        // all label values of one series
inline constexpr size_t kMaxPolicyBytes = size_t{1} << 20;

// Lock bytes of guard.shm, far behind its end.
inline constexpr uint64_t kLeadByte = uint64_t{1} << 40;
inline constexpr uint64_t kPresenceByte = kLeadByte + 1;  // shared by all processes that have the folder open
inline constexpr uint64_t kStartByte = kLeadByte + 2;     // whoever puts away what an earlier run left
inline constexpr uint64_t kWorkerBytes = kLeadByte + 4096;

// How a series, or a value, stands. In the lower half of an entry's word; the upper half is its generation.
enum class EntryState : uint32_t {
  kFree = 0,
  kWriting = 1,  // between two states: its fields are not to be believed
  kShownAtZero = 2,
  kLive = 3,
  kOrphaned = 4,  // the policy has no place for it, but handles still feed it
  kFrozen = 5,
  kRetiring = 6,  // still exported, until no process can feed it any more
  kRetired = 7,   // not exported; its total waits for its return
  kNamed = 8,     // a value
};

constexpr uint64_t EntryWord(uint32_t generation, EntryState state) {
  return uint64_t{generation} << 32 | static_cast<uint32_t>(state);
}
constexpr EntryState StateOfWord(uint64_t word) { return static_cast<EntryState>(static_cast<uint32_t>(word)); }
constexpr uint32_t GenerationOfWord(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
constexpr bool IsExported(EntryState state) {
  return state >= EntryState::kShownAtZero && state <= EntryState::kRetiring;
}

using SharedWord = std::atomic<uint64_t>;
static_assert(sizeof(SharedWord) == 8 && SharedWord::is_always_lock_free, "processes share no lock table");

// One series. Text behind it: per label u16 size, bytes; size 0: absent.
struct alignas(64) SeriesEntry {
  SharedWord word;
  std::atomic<int64_t> created_ns, until_ns;  // CLOCK_MONOTONIC
  std::atomic<double> created_s;              // wall clock, of the total that it goes on from
  std::atomic<double> last_calls;             // that the lead had seen when it looked last
  SharedWord text_bytes;
  SharedWord changed;         // the change that brought it here
  std::atomic<double> shown;  // the largest sum of fractions that a scrape has shown
  SharedWord* text() { return reinterpret_cast<SharedWord*>(this + 1); }
  const SharedWord* text() const { return reinterpret_cast<const SharedWord*>(this + 1); }
};

// One dynamic value of one label: named or free.
struct alignas(64) ValueEntry {
  SharedWord word;
  std::atomic<int64_t> admitted_ns;
  std::atomic<double> score;
  SharedWord label;
  SharedWord text_bytes;
  SharedWord reserved[3];
  SharedWord text[kMaxSharedValueBytes / 8];
};

// One change to one entry, as the log keeps it until it is done.
struct LoggedChange {
  SharedWord place;  // PlaceOf()
  SharedWord word;
  std::atomic<int64_t> created_ns, until_ns;
  std::atomic<double> real;  // created_s of a series, score of a value
  SharedWord label;
  SharedWord text_bytes;  // kKeepText: the text stays
  SharedWord goes_on;     // not 0: the series comes back to its total
  SharedWord text[kMaxTextBytes / 8];
};
inline constexpr uint64_t kKeepText = UINT64_MAX;

// Which entry: bit 63: of a value; bits 32 to 62: the family; below: the index.
constexpr uint64_t PlaceOf(uint32_t family, bool is_value, uint32_t index) {
  return uint64_t{is_value} << 63 | uint64_t{family} << 32 | index;
}
constexpr bool IsValuePlace(uint64_t place) { return place >> 63 != 0; }
constexpr uint32_t FamilyOfPlace(uint64_t place) { return static_cast<uint32_t>(place >> 32) & 0x7fffffff; }
constexpr uint32_t IndexOfPlace(uint64_t place) { return static_cast<uint32_t>(place); }

// The changes that the lead is just making. Written whole before `count`, which makes it valid.
struct TransactionLog {
  static constexpr size_t kMostChanges = 32;
  SharedWord count;
  SharedWord first_change;
  LoggedChange changes[kMostChanges];
};

struct PolicyCopy {
  SharedWord size_bytes;
  SharedWord text[kMaxPolicyBytes / 8];
};

struct ServiceHeader {
  static constexpr size_t kRing = 8192;  // latest changes

  uint64_t magic;
  uint32_t layout_version, max_workers, stripes, unused;
  uint64_t boot_id_high, boot_id_low;
  uint64_t bytes_at_start;                  // up to the first family
  unsigned char hash_seed[32];              // of the key that all processes hash with; random
  char service[64];                         // who the folder belongs to; ends with 0
  alignas(128) SharedWord news;             // the number of the last change
  SharedWord policy_version;                // of the policy in force; its text is copy version & 1
  SharedWord families;                      // how many records are complete
  alignas(128) SharedWord archive_version;  // of the archive in force: copy version & 1 of each family
  SharedWord next_byte;                     // of guard.shm that no family has
  SharedWord next_cells;                    // of a worker file
  SharedWord recovered;                     // transactions that a dead lead left, and a later one finished
  SharedWord refused_workers;
  SharedWord archive_finished;  // the version whose consequences (archive.h, invariant 4) are all published
  SharedWord reload_begun;      // not 0: changes of a policy that is not yet in force may be published
  SharedWord place_wanted;      // not 0: a newcomer waits until the places of ended workers are free
  SharedWord reserved[5];
  alignas(128) SharedWord ring[kRing];  // ring[n % kRing]: the place of change n
  TransactionLog log;
  PolicyCopy policy[2];
  // Which incarnation of each worker the archive includes; two copies, as of the archive.
  SharedWord archived_incarnation[2][kMaxWorkers];
};

struct FamilyRecord {
  uint32_t index, kind;  // MetricKind
  uint32_t gauge_mode, labels;
  uint32_t slots, values;
  uint32_t int_words, double_words, is_striped, stripes;
  uint32_t text_bytes;  // room for the label values of a series, a multiple of 8
  uint32_t cost;
  uint32_t tombstones;  // how many retired series wait for their return
  uint64_t definition_offset, definition_bytes;
  uint64_t series_offset, values_offset;
  uint64_t archive_offset[2];
  uint64_t cells_offset, cells_bytes;  // the whole of the family in a worker file
  uint64_t held_offset, folds_offset;  // from cells_offset
  uint64_t folds;                      // words
  uint64_t demand_offset;              // from cells_offset: a DemandSketch a label
  uint64_t busiest_offset[16];         // a BusiestValues, or 0: the label has none that others see
  uint32_t busiest_capacity[16];
  SharedWord taken;                 // series that count against the total, as its last lead saw it
  SharedWord is_begun;              // 0: the series that it has from the start are still to be made
  std::atomic<int64_t> traffic_ns;  // SharedTraffic
  std::atomic<double> promotions_left[16];
  SharedWord closed_to_newcomers;  // bit i: label i
  SharedWord reserved[8];

  size_t series_stride() const { return sizeof(SeriesEntry) + text_bytes; }
};

// One copy of the archive of a family: u32 included[slots], then totals as cells of one stripe: u64 ints[slots][int_words],
// f64 doubles[slots][double_words]; then what series that are gone had counted, one such cell; then u64 folds[folds].
struct ArchiveShape {
  explicit ArchiveShape(const FamilyRecord& family)
      : slots(family.slots), int_words(family.int_words), double_words(family.double_words), folds(family.folds) {}
  uint64_t slots, int_words, double_words, folds;
  uint64_t included_bytes() const { return (slots * 4 + 63) / 64 * 64; }
  uint64_t ints_offset() const { return included_bytes(); }
  uint64_t doubles_offset() const { return ints_offset() + slots * int_words * 8; }
  uint64_t gone_ints_offset() const { return doubles_offset() + slots * double_words * 8; }
  uint64_t gone_doubles_offset() const { return gone_ints_offset() + int_words * 8; }
  uint64_t folds_offset() const { return gone_doubles_offset() + double_words * 8; }
  uint64_t bytes() const { return (folds_offset() + folds * 8 + 63) / 64 * 64; }
};

struct WorkerFileHeader {
  static constexpr uint64_t kBytes = 4096;
  uint64_t magic;
  uint32_t index, incarnation;
  uint64_t boot_id_high, boot_id_low;
  uint64_t pid;
  SharedWord attached[kMaxFamilies / 64];  // bit f: family f has its cells here
  SharedWord stripes_used;                 // bit s
};
static_assert(sizeof(WorkerFileHeader) <= WorkerFileHeader::kBytes);

// Copies `size` bytes into words, and out of them.
inline void CopyIn(const void* from, size_t size, SharedWord* to) {
  const char* bytes = static_cast<const char*>(from);
  for (size_t at = 0; at < size; at += 8, ++to) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min<size_t>(8, size - at));
    to->store(word, std::memory_order_relaxed);
  }
}
inline void CopyOut(const SharedWord* from, size_t size, void* to) {
  char* bytes = static_cast<char*>(to);
  for (size_t at = 0; at < size; at += 8, ++from) {
    const uint64_t word = from->load(std::memory_order_relaxed);
    std::memcpy(bytes + at, &word, std::min<size_t>(8, size - at));
  }
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SHARED_LAYOUT_H_
