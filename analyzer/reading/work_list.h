// SPDX-License-Identifier: Apache-2.0
//
// work_list.h: which thread reads which bytes, dealt out anew whenever a thread has nothing left to do.
//
// Use:      all inputs are in share kFirst; every other thread calls Steal() for its first share, and each calls it
//           again when it has read its own, until there is nothing worth taking. The owner of a share:
//             while (part = NextPart(share)) { Claim(share, ...) before each read; EndPart(share) at its end; }
// Threads:  any, under one lock. A share's own calls come from the one thread that owns it.
// Memory:   a part an input and a cut.
// Cost:     a claim: one lock a window of a mebibyte. A theft: O(inputs), and one read of a mebibyte where it cuts.
// Why:      equal bytes are not equal work (100 MB of one dump took 0.09 s and the next 100 MB 0.18 s), so that a plan
//           made beforehand leaves threads idle.
//
// Invariants
//   1. Each byte of each input belongs to exactly one share at any time. Shares are in order: all of one stands before
//      all of the next, and within a share parts are in the order of the inputs.
//   2. A theft takes the end of one share, which becomes a new share right behind its victim. The part that the victim
//      is reading is only ever cut, never taken.
//   3. A part is cut behind all that its owner has claimed, and not at all once it has ended: what Claim said is
//      readable stays the owner's, and what EndPart said is final.
//   4. What may be stolen only becomes less, so that a thread that found nothing need not ask again.
//   5. Nothing is stolen from a share that was stopped, or that stands behind one.
#ifndef SERIESGUARD_ANALYZER_READING_WORK_LIST_H_
#define SERIESGUARD_ANALYZER_READING_WORK_LIST_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace seriesguard {

// What is known of an input before it is read.
struct InputShape {
  uint64_t bytes = 0;      // of the file; a guess where it does not tell
  int plain_file_fd = -1;  // >= 0: an uncompressed file that may be cut, and whose owner claims what he reads
};

// Bytes [begin, end) of one input.
struct Part {
  size_t input = 0;
  uint64_t begin = 0;
  uint64_t end = 0;
  bool is_last = true;  // ends where the input ends
};

// What is worth a theft. A share costs a dictionary of its own, which is joined to the others.
struct WorkSizes {
  uint64_t cut_bytes = 16 << 20;    // a part with less left to read is not cut
  uint64_t piece_bytes = 4 << 20;   // a cut leaves as much on both sides; at most a quarter of cut_bytes
  uint64_t whole_bytes = 1 << 20;   // inputs that wait, two or more, or of so many bytes, may be taken
  uint64_t open_bytes = 16 << 10;   // opening an input takes as long as reading so many
  uint64_t search_bytes = 1 << 20;  // how far from the wanted place a TYPE line is looked for; below piece_bytes
  size_t most_shares = 128;         // their dictionaries' numbers must fit in a byte (number_column.h)
};

class WorkList {
 public:
  using ShareId = size_t;  // below WorkSizes::most_shares, in the order of the thefts
  static constexpr ShareId kFirst = 0;

  explicit WorkList(const std::vector<InputShape>& inputs, const WorkSizes& sizes = {});

  // Takes the back half of what is left of the share with the most left.
  //
  // Returns:   the new share; nothing when there is nothing worth it, now or later.
  std::optional<ShareId> Steal();

  // Begins the share's next part. Its end may still move towards its begin until EndPart.
  //
  // Requires:  the part before has ended.
  // Returns:   nothing when there is none left, or the share is not wanted any more.
  std::optional<Part> NextPart(ShareId share);

  // Claims the bytes of the current part before `end`, the part's own end at most: they will not be stolen.
  //
  // Returns:   the end of what is claimed; that of the call before when the part has ended.
  uint64_t Claim(ShareId share, uint64_t end);

  // Says how much of the current part was read; of a part that is not claimed it is all that is known.
  //
  // Returns:   false when what the share finds out will not be used, because one before it has stopped.
  bool IsWantedAt(ShareId share, uint64_t bytes_read);

  // Ends the current part.
  //
  // Returns:   the part as it is now for good.
  Part EndPart(ShareId share);

  // Says that the share met a line or an input at which the run ends: nothing behind is wanted.
  void Stop(ShareId share);

  // The shares in their order.
  std::vector<ShareId> Order() const;
  // The parts of a share, read or not.
  std::vector<Part> Parts(ShareId share) const;

 private:
  struct Share {
    std::vector<Part> parts;
    size_t current = 0;    // parts before it have been read
    uint64_t claimed = 0;  // of the current part: an offset in the file
    bool has_begun = false;
    bool has_ended = false;  // the current part
    bool may_be_stolen_from = true;
    bool is_wanted = true;
  };
  // Where a share would be parted: part `part` at `place`, or before it where `place` is its begin.
  struct Loot {
    size_t part = 0;
    uint64_t place = 0;
    uint64_t cost = 0;  // of all that is left to the share
  };

  uint64_t Left(const Share& share, size_t part) const;
  std::optional<Loot> FindLoot(const Share& share) const;
  Loot PartAround(const Share& share, size_t part, uint64_t half_in_part) const;
  bool IsWorthIt(const Share& share, const Loot& loot) const;
  ShareId Take(ShareId victim, const Loot& loot);

  const std::vector<InputShape> inputs_;
  const WorkSizes sizes_;
  mutable std::mutex mutex_;
  std::vector<bool> has_no_lines_;  // by input: no place for a cut was found
  std::deque<Share> shares_;
  std::vector<ShareId> order_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_WORK_LIST_H_
