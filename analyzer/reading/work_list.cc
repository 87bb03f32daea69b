// SPDX-License-Identifier: Apache-2.0
//
// work_list.cc: the back half of the largest remainder, by bytes.
#include "analyzer/reading/work_list.h"

#include <algorithm>
#include <utility>

#include "analyzer/reading/around_cut.h"

namespace seriesguard {

WorkList::WorkList(const std::vector<InputShape>& inputs, const WorkSizes& sizes)
    : inputs_(inputs), sizes_(sizes), has_no_lines_(inputs.size(), false), shares_(1), order_(1, kFirst) {
  for (size_t i = 0; i < inputs.size(); ++i) shares_[kFirst].parts.push_back({i, 0, inputs[i].bytes, true});
}

// Bytes of one part that nobody has read or claimed.
uint64_t WorkList::Left(const Share& share, size_t part) const {
  const Part& it = share.parts[part];
  if (part > share.current) return it.end - it.begin;
  if (part < share.current || share.has_ended) return 0;
  return it.end - std::min(it.end, share.claimed);
}

// Finds where the share is parted into halves: at a part's begin, or in one that is worth a cut.
std::optional<WorkList::Loot> WorkList::FindLoot(const Share& share) const {
  if (!share.may_be_stolen_from || share.parts.empty()) return std::nullopt;
  uint64_t cost = Left(share, share.current);
  for (size_t i = share.current + 1; i < share.parts.size(); ++i) cost += Left(share, i) + sizes_.open_bytes;
  const uint64_t half = cost / 2;
  uint64_t before = 0;
  size_t part = share.current;
  for (; part + 1 < share.parts.size(); ++part) {
    const uint64_t here = Left(share, part) + (part == share.current ? 0 : sizes_.open_bytes);
    if (before + here > half) break;
    before += here;
  }
  Loot loot = PartAround(share, part, half - std::min(before, half));
  loot.cost = cost;
  if (!IsWorthIt(share, loot)) return std::nullopt;
  return loot;
}

// Decides between a cut in the part that holds the half and the nearest begin of a part, which is never the current one.
WorkList::Loot WorkList::PartAround(const Share& share, size_t part, uint64_t half_in_part) const {
  const Part& around = share.parts[part];
  const uint64_t left = Left(share, part);
  const bool is_current = part == share.current;
  const bool has_next = part + 1 < share.parts.size();
  const bool may_be_cut =
      left >= sizes_.cut_bytes && inputs_[around.input].plain_file_fd >= 0 && !has_no_lines_[around.input];
  if (may_be_cut) {
    const bool near_begin = half_in_part < sizes_.piece_bytes;
    const bool near_end = left - std::min(left, half_in_part) < sizes_.piece_bytes;
    if ((!near_begin || is_current) && (!near_end || !has_next)) {
      const uint64_t ahead = std::min(std::max(half_in_part, sizes_.piece_bytes), left - sizes_.piece_bytes);
      return {part, around.end - left + ahead, 0};
    }
  }
  const bool take_it = !is_current && (!has_next || half_in_part < (left + sizes_.open_bytes) / 2);
  const size_t first = take_it ? part : part + 1;
  return {first, first < share.parts.size() ? share.parts[first].begin : 0, 0};
}

bool WorkList::IsWorthIt(const Share& share, const Loot& loot) const {
  if (loot.part >= share.parts.size()) return false;
  if (loot.place > share.parts[loot.part].begin) return true;  // a cut
  const size_t waiting = share.parts.size() - share.current - 1;
  uint64_t bytes = 0;
  for (size_t i = share.current + 1; i < share.parts.size(); ++i) bytes += Left(share, i);
  return waiting >= 2 || bytes >= sizes_.whole_bytes;
}

std::optional<WorkList::ShareId> WorkList::Steal() {
  std::lock_guard<std::mutex> lock(mutex_);
  while (shares_.size() < sizes_.most_shares) {
    std::optional<Loot> best;
    ShareId victim = 0;
    for (ShareId id = 0; id < shares_.size(); ++id) {
      const std::optional<Loot> loot = FindLoot(shares_[id]);
      if (loot && (!best || loot->cost > best->cost)) {
        best = loot;
        victim = id;
      }
    }
    if (!best) return std::nullopt;
    const Part& part = shares_[victim].parts[best->part];
    if (best->place > part.begin) {
      // Read under the lock: the owner would otherwise go on claiming towards the place.
      const uint64_t cut = CutNear(inputs_[part.input].plain_file_fd, best->place, part.end, sizes_.search_bytes);
      if (cut >= part.end) {
        has_no_lines_[part.input] = true;
        continue;
      }
      best->place = cut;
    }
    return Take(victim, *best);
  }
  return std::nullopt;
}

WorkList::ShareId WorkList::Take(ShareId victim, const Loot& loot) {
  const ShareId id = shares_.size();
  shares_.emplace_back();
  std::vector<Part>& from = shares_[victim].parts;
  std::vector<Part>& into = shares_[id].parts;
  size_t first = loot.part;
  if (loot.place > from[first].begin) {
    into.push_back({from[first].input, loot.place, from[first].end, from[first].is_last});
    from[first].end = loot.place;
    from[first].is_last = false;
    ++first;
  }
  into.insert(into.end(), from.begin() + static_cast<std::ptrdiff_t>(first), from.end());
  from.resize(first);
  shares_[id].claimed = into.front().begin;
  order_.insert(std::find(order_.begin(), order_.end(), victim) + 1, id);
  return id;
}

std::optional<Part> WorkList::NextPart(ShareId share) {
  std::lock_guard<std::mutex> lock(mutex_);
  Share& mine = shares_[share];
  if (!mine.is_wanted || mine.current + (mine.has_begun ? 1 : 0) >= mine.parts.size()) return std::nullopt;
  if (mine.has_begun) ++mine.current;
  mine.has_begun = true;
  mine.has_ended = false;
  mine.claimed = mine.parts[mine.current].begin;
  return mine.parts[mine.current];
}

uint64_t WorkList::Claim(ShareId share, uint64_t end) {
  std::lock_guard<std::mutex> lock(mutex_);
  Share& mine = shares_[share];
  if (!mine.has_ended) mine.claimed = std::max(mine.claimed, std::min(end, mine.parts[mine.current].end));
  return mine.claimed;
}

bool WorkList::IsWantedAt(ShareId share, uint64_t bytes_read) {
  std::lock_guard<std::mutex> lock(mutex_);
  Share& mine = shares_[share];
  if (!mine.has_ended) {
    const Part& part = mine.parts[mine.current];
    mine.claimed = std::max(mine.claimed, std::min(part.end, part.begin + bytes_read));
  }
  return mine.is_wanted;
}

Part WorkList::EndPart(ShareId share) {
  std::lock_guard<std::mutex> lock(mutex_);
  shares_[share].has_ended = true;
  return shares_[share].parts[shares_[share].current];
}

void WorkList::Stop(ShareId share) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto stopped = std::find(order_.begin(), order_.end(), share);
  shares_[share].may_be_stolen_from = false;
  for (auto behind = stopped + 1; behind != order_.end(); ++behind) {
    shares_[*behind].is_wanted = false;
    shares_[*behind].may_be_stolen_from = false;
  }
}

std::vector<WorkList::ShareId> WorkList::Order() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return order_;
}

std::vector<Part> WorkList::Parts(ShareId share) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return shares_[share].parts;
}

}  // namespace seriesguard
