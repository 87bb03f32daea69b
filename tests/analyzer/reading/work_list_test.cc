// SPDX-License-Identifier: Apache-2.0
//
// work_list_test.cc: however threads claim and steal, each byte is read once, in shares that are in order.
#include "analyzer/reading/work_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMiB = 1 << 20;
using ShareId = WorkList::ShareId;

class File {
 public:
  explicit File(const std::string& bytes)
      : fd_(open(folder_.Write("dump.prom", bytes).c_str(), O_RDONLY)), bytes_(bytes) {}
  ~File() { close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  InputShape shape() const { return {bytes_.size(), fd_}; }
  const std::string& bytes() const { return bytes_; }

 private:
  TempFolder folder_;
  int fd_;
  std::string bytes_;
};

std::string LinesOf(size_t bytes, std::string_view line) {
  std::string text;
  while (text.size() < bytes) text += line;
  return text;
}

// "0[0,100] 1[0,50) | 1[50,90]": input and bytes, ] = the input's end; shares parted by |.
std::string Text(const WorkList& work) {
  std::string text;
  for (const ShareId share : work.Order()) {
    if (!text.empty()) text += "| ";
    for (const Part& part : work.Parts(share)) {
      text += std::to_string(part.input) + "[" + std::to_string(part.begin) + "," + std::to_string(part.end) +
              (part.is_last ? "] " : ") ");
    }
  }
  return text;
}

InputShape Whole(uint64_t bytes) { return {bytes, -1}; }

// As little as makes every case happen in a file of some hundred bytes.
WorkSizes Little() {
  WorkSizes sizes;
  sizes.cut_bytes = 160;
  sizes.piece_bytes = 20;
  sizes.whole_bytes = 30;
  sizes.open_bytes = 2;
  sizes.search_bytes = 15;
  return sizes;
}

TEST(WorkList, OneShareHasAllInOrder) {
  WorkList work({Whole(100), Whole(0), Whole(50)});
  EXPECT_EQ(Text(work), "0[0,100] 1[0,0] 2[0,50] ");
  for (size_t input = 0; input < 3; ++input) {
    const std::optional<Part> part = work.NextPart(WorkList::kFirst);
    ASSERT_TRUE(part.has_value());
    EXPECT_EQ(part->input, input);
    EXPECT_TRUE(work.EndPart(WorkList::kFirst).is_last);
  }
  EXPECT_FALSE(work.NextPart(WorkList::kFirst).has_value());
  EXPECT_FALSE(work.NextPart(WorkList::kFirst).has_value());
  WorkList nothing({});
  EXPECT_FALSE(nothing.NextPart(WorkList::kFirst).has_value());
  EXPECT_FALSE(nothing.Steal().has_value());
}

TEST(WorkList, AThiefTakesTheBackHalfOfALargeFile) {
  const File file(LinesOf(40 * kMiB, "abcdefg 1\n"));  // lines of 10 bytes
  WorkList work({file.shape()});
  EXPECT_EQ(work.Steal(), ShareId{1});
  EXPECT_EQ(Text(work), "0[0,20971530) | 0[20971530,41943040] ");
  ASSERT_TRUE(work.NextPart(0).has_value());
  EXPECT_EQ(work.Claim(0, 3 * kMiB), 3 * kMiB);
  // The second share is the largest now; its half is 10 MiB behind its begin.
  EXPECT_EQ(work.Steal(), ShareId{2});
  EXPECT_EQ(Text(work), "0[0,20971530) | 0[20971530,31457290) | 0[31457290,41943040] ");
  // Then the first, behind what it has claimed.
  EXPECT_EQ(work.Steal(), ShareId{3});
  EXPECT_EQ(Text(work), "0[0,12058630) | 0[12058630,20971530) | 0[20971530,31457290) | 0[31457290,41943040] ");
  // No part has 16 MiB left.
  EXPECT_FALSE(work.Steal().has_value());
  EXPECT_EQ(work.Claim(0, 100 * kMiB), 12058630u);
  EXPECT_FALSE(work.EndPart(0).is_last);
  EXPECT_EQ(work.Claim(0, 100 * kMiB), 12058630u);
  EXPECT_FALSE(work.NextPart(0).has_value());
}

TEST(WorkList, CutsAtATypeLineWithinAMebibyte) {
  std::string bytes = LinesOf(20 * kMiB, "abcdefg 1\n");
  bytes.replace(11'000'000, 20, "# TYPE abcdef gauge\n");
  const File file(bytes);
  WorkList work({file.shape()});
  work.Steal();
  EXPECT_EQ(Text(work), "0[0,11000000) | 0[11000000,20971520] ");
}

TEST(WorkList, DoesNotCutASmallFileOrOneOfASingleLine) {
  const File small(LinesOf(16 * kMiB - 20, "abcdefg 1\n"));
  EXPECT_FALSE(WorkList({small.shape()}).Steal().has_value());
  const File one_line(std::string(17 * kMiB, 'x'));
  WorkList work({one_line.shape(), Whole(5 * kMiB)});
  EXPECT_EQ(work.Steal(), ShareId{1});  // the search for a line has failed, the other input is left
  EXPECT_EQ(Text(work), "0[0,17825792] | 1[0,5242880] ");
  EXPECT_FALSE(WorkList({Whole(1000 * kMiB)}).Steal().has_value());  // packed, or a pipe
}

TEST(WorkList, DealsWholeInputsByTheirBytes) {
  WorkList work({Whole(50 * kMiB), Whole(50 * kMiB), Whole(50 * kMiB), Whole(50 * kMiB)});
  work.Steal();
  EXPECT_EQ(Text(work), "0[0,52428800] 1[0,52428800] | 2[0,52428800] 3[0,52428800] ");
  WorkList uneven({Whole(10 * kMiB), Whole(90 * kMiB), Whole(kMiB)});
  uneven.Steal();
  EXPECT_EQ(Text(uneven), "0[0,10485760] | 1[0,94371840] 2[0,1048576] ");
  uneven.Steal();
  EXPECT_EQ(Text(uneven), "0[0,10485760] | 1[0,94371840] | 2[0,1048576] ");
  EXPECT_FALSE(uneven.Steal().has_value());
}

TEST(WorkList, WhatWaitsIsTakenFromAMebibyteOrTwoInputsOn) {
  EXPECT_TRUE(WorkList({Whole(10), Whole(10), Whole(10)}).Steal().has_value());
  EXPECT_FALSE(WorkList({Whole(10), Whole(10)}).Steal().has_value());
  EXPECT_FALSE(WorkList({Whole(10), Whole(kMiB - 1)}).Steal().has_value());
  EXPECT_TRUE(WorkList({Whole(10), Whole(kMiB)}).Steal().has_value());
  // What is being read is never taken, however little of it was read.
  WorkList work({Whole(10), Whole(10), Whole(10), Whole(10)});
  ASSERT_TRUE(work.NextPart(0).has_value());
  work.EndPart(0);
  ASSERT_TRUE(work.NextPart(0).has_value());
  ASSERT_TRUE(work.Steal().has_value());
  EXPECT_EQ(Text(work), "0[0,10] 1[0,10] 2[0,10] | 3[0,10] ");
  EXPECT_FALSE(work.Steal().has_value());
}

TEST(WorkList, ALaterFileIsCutWhereTheHalfFallsInside) {
  const File file(LinesOf(400, "abcdefg 1\n"));
  WorkList work({Whole(100), file.shape(), Whole(60)}, Little());
  work.Steal();
  // 564 with the opening of two: the half lies 182 bytes behind the large file's begin.
  EXPECT_EQ(Text(work), "0[0,100] 1[0,190) | 1[190,400] 2[0,60] ");
  // Where the half falls near an edge of the file, it is taken or left whole.
  WorkList near_begin({Whole(390), file.shape()}, Little());
  near_begin.Steal();
  EXPECT_EQ(Text(near_begin), "0[0,390] | 1[0,400] ");
  WorkList near_end({Whole(10), file.shape(), Whole(390)}, Little());
  near_end.Steal();
  EXPECT_EQ(Text(near_end), "0[0,10] 1[0,400] | 2[0,390] ");
}

TEST(WorkList, TheShareOfAThiefIsStolenFromAsWell) {
  WorkList work({Whole(100), Whole(100), Whole(100), Whole(100), Whole(100)}, Little());
  while (work.Steal()) {
  }
  EXPECT_EQ(Text(work), "0[0,100] | 1[0,100] | 2[0,100] | 3[0,100] | 4[0,100] ");
}

TEST(WorkList, MakesNoMoreSharesThanAllowed) {
  WorkSizes sizes = Little();
  sizes.most_shares = 3;
  WorkList work(std::vector<InputShape>(20, Whole(100)), sizes);
  EXPECT_TRUE(work.Steal().has_value());
  EXPECT_TRUE(work.Steal().has_value());
  EXPECT_FALSE(work.Steal().has_value());
  EXPECT_EQ(work.Order().size(), 3u);
}

TEST(WorkList, APartThatHasEndedIsNotCut) {
  const File file(LinesOf(400, "abcdefg 1\n"));
  WorkList work({file.shape(), Whole(400)}, Little());
  ASSERT_TRUE(work.NextPart(0).has_value());
  EXPECT_EQ(work.Claim(0, 50), 50u);
  EXPECT_EQ(work.EndPart(0).end, 400u);  // the file has become shorter, or its reader gave up
  EXPECT_EQ(work.Steal(), ShareId{1});   // the other one, though the first seems to have as much left
  EXPECT_EQ(Text(work), "0[0,400] | 1[0,400] ");
  EXPECT_FALSE(work.Steal().has_value());
  EXPECT_FALSE(work.NextPart(0).has_value());
}

TEST(WorkList, NothingBehindAStoppedShareIsWanted) {
  WorkList work(std::vector<InputShape>(8, Whole(100)), Little());
  EXPECT_EQ(work.Steal(), ShareId{1});  // 4..7
  EXPECT_EQ(work.Steal(), ShareId{2});  // 2, 3 of the first
  EXPECT_EQ(work.Order(), (std::vector<ShareId>{0, 2, 1}));
  for (const ShareId share : {0, 1, 2}) ASSERT_TRUE(work.NextPart(share).has_value());
  work.Stop(2);
  EXPECT_TRUE(work.IsWantedAt(0, 10));
  EXPECT_TRUE(work.IsWantedAt(2, 10));
  EXPECT_FALSE(work.IsWantedAt(1, 10));
  work.EndPart(1);
  EXPECT_FALSE(work.NextPart(1).has_value());
  EXPECT_EQ(work.Steal(), ShareId{3});  // from the first, which stands before
  EXPECT_EQ(Text(work), "0[0,100] | 1[0,100] | 2[0,100] 3[0,100] | 4[0,100] 5[0,100] 6[0,100] 7[0,100] ");
  EXPECT_TRUE(work.NextPart(3).has_value());
  EXPECT_FALSE(work.Steal().has_value());
}

// What every list must look like: parts in order, each byte of each input once, cuts behind newlines.
void CheckShares(const WorkList& work, const std::vector<InputShape>& inputs, const std::vector<std::string>& bytes) {
  size_t input = 0;
  uint64_t position = 0;
  for (const ShareId share : work.Order()) {
    const std::vector<Part> parts = work.Parts(share);
    ASSERT_FALSE(parts.empty());
    for (const Part& part : parts) {
      ASSERT_EQ(part.input, input);
      ASSERT_EQ(part.begin, position);
      ASSERT_EQ(part.is_last, part.end == inputs[input].bytes);
      if (part.is_last) {
        ++input;
        position = 0;
      } else {
        ASSERT_GT(part.end, part.begin);
        ASSERT_EQ(bytes[input][part.end - 1], '\n');
        position = part.end;
      }
    }
  }
  ASSERT_EQ(input, inputs.size());
}

struct World {
  std::vector<std::unique_ptr<File>> files;
  std::vector<InputShape> inputs;
  std::vector<std::string> bytes;

  explicit World(std::mt19937_64* random) {
    const size_t count = 1 + (*random)() % 6;
    for (size_t i = 0; i < count; ++i) {
      std::string text;
      const size_t size = (*random)() % 3 == 0 ? (*random)() % 40 : (*random)() % 2000;
      const size_t longest = (*random)() % 4 == 0 ? 200 : 9;
      while (text.size() < size) text += std::string((*random)() % longest, 'x') + "\n";
      bytes.push_back(text);
      if ((*random)() % 3 > 0) {
        files.push_back(std::make_unique<File>(text));
        inputs.push_back(files.back()->shape());
      } else {
        inputs.push_back(Whole(text.size()));
      }
    }
  }
};

// The slow model: for every byte of every input, who has claimed it; and per share where its owner stands.
class Model {
 public:
  Model(const World& world, uint64_t seed) : world_(world), random_(seed), work_(world.inputs, Little()) {
    for (const std::string& text : world.bytes) owner_.emplace_back(text.size(), -1);
    Own(WorkList::kFirst);
  }

  void Run() {
    while (!open_.empty()) {
      if (random_() % 8 == 0) Steal();
      Step(open_[random_() % open_.size()]);
      if (testing::Test::HasFatalFailure()) return;
    }
    for (const auto& owners : owner_) ASSERT_EQ(std::count(owners.begin(), owners.end(), -1), 0);
    CheckShares(work_, world_.inputs, world_.bytes);
    ASSERT_FALSE(work_.Steal().has_value());
  }

  size_t shares() const { return state_.size(); }

 private:
  struct State {
    std::optional<Part> part;
    uint64_t position = 0;
  };

  void Own(ShareId share) {
    ASSERT_EQ(share, state_.size());
    state_.emplace_back();
    open_.push_back(share);
  }

  uint64_t LeftOf(ShareId share) const {
    uint64_t left = 0;
    for (const Part& part : work_.Parts(share)) {
      for (uint64_t at = part.begin; at < part.end; ++at) left += owner_[part.input][at] < 0;
    }
    return left;
  }

  void Steal() {
    std::vector<uint64_t> left;
    for (ShareId share = 0; share < state_.size(); ++share) left.push_back(LeftOf(share));
    const std::vector<ShareId> before = work_.Order();
    const std::optional<ShareId> stolen = work_.Steal();
    if (!stolen) {
      ASSERT_EQ(work_.Order(), before);
      dry_ = true;
      return;
    }
    ASSERT_FALSE(dry_) << "there was nothing, and now there is";
    Own(*stolen);
    const std::vector<ShareId> after = work_.Order();
    const auto at = std::find(after.begin(), after.end(), *stolen);
    ASSERT_NE(at, after.begin());
    const ShareId victim = *(at - 1);
    // Nothing that was claimed has changed hands, and nothing got lost.
    const uint64_t taken = LeftOf(*stolen);
    ASSERT_EQ(taken + LeftOf(victim), left[victim]);
    for (const Part& part : work_.Parts(*stolen)) {
      for (uint64_t i = part.begin; i < part.end; ++i) ASSERT_EQ(owner_[part.input][i], -1);
    }
    if (state_[victim].part) {
      // A cut leaves the owner a piece.
      const Part& mine = *state_[victim].part;
      for (const Part& part : work_.Parts(*stolen)) {
        if (part.input != mine.input) continue;
        ASSERT_GE(part.begin, state_[victim].position + Little().piece_bytes);
      }
    }
    CheckShares(work_, world_.inputs, world_.bytes);
  }

  void Step(ShareId share) {
    State& mine = state_[share];
    if (!mine.part) {
      mine.part = work_.NextPart(share);
      if (!mine.part) {
        open_.erase(std::find(open_.begin(), open_.end(), share));
        return;
      }
      mine.position = mine.part->begin;
    }
    const bool is_claimed = world_.inputs[mine.part->input].plain_file_fd >= 0;
    const uint64_t wanted = mine.position + 1 + random_() % 60;
    const uint64_t until = is_claimed ? work_.Claim(share, wanted) : std::min(wanted, mine.part->end);
    ASSERT_LE(until, wanted);
    ASSERT_GE(until, mine.position);
    for (uint64_t i = mine.position; i < until; ++i) {
      ASSERT_EQ(owner_[mine.part->input][i], -1) << "read twice";
      owner_[mine.part->input][i] = static_cast<int>(share);
    }
    const bool at_end = until == mine.position || (!is_claimed && until == mine.part->end);
    mine.position = until;
    if (at_end) {
      const Part ended = work_.EndPart(share);
      ASSERT_EQ(ended.end, mine.position);
      mine.part.reset();
    } else {
      ASSERT_TRUE(work_.IsWantedAt(share, mine.position - mine.part->begin));
    }
  }

  const World& world_;
  std::mt19937_64 random_;
  WorkList work_;
  std::vector<std::vector<int>> owner_;  // owner_[input][byte]: the share that has claimed it; -1 = none
  std::vector<State> state_;
  std::vector<ShareId> open_;  // not read to the end
  bool dry_ = false;
};

TEST(WorkList, RandomClaimsAndTheftsReadEachByteOnce) {
  size_t most = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    std::mt19937_64 random(seed);
    const World world(&random);
    for (int round = 0; round < 4; ++round) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
      Model model(world, seed * 10 + static_cast<uint64_t>(round));
      model.Run();
      if (HasFatalFailure()) return;
      most = std::max(most, model.shares());
    }
  }
  EXPECT_GT(most, 12u);  // or nothing was tested
}

TEST(WorkList, ManyThreadsReadEachByteOnce) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    const World world(&random);
    WorkSizes sizes = Little();
    sizes.most_shares = 40;
    WorkList work(world.inputs, sizes);
    std::vector<std::vector<std::atomic<int>>> times;
    for (const std::string& text : world.bytes) times.emplace_back(text.size());
    const auto read_all = [&](std::optional<ShareId> share) {
      for (; share; share = work.Steal()) {
        while (std::optional<Part> part = work.NextPart(*share)) {
          uint64_t position = part->begin;
          const bool is_claimed = world.inputs[part->input].plain_file_fd >= 0;
          for (;;) {
            const uint64_t until = is_claimed ? work.Claim(*share, position + 7) : part->end;
            for (uint64_t i = position; i < until; ++i) ++times[part->input][i];
            const bool at_end = until == position || !is_claimed;
            position = until;
            work.IsWantedAt(*share, position - part->begin);
            if (at_end) break;
          }
          work.EndPart(*share);
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { read_all(work.Steal()); });
    read_all(WorkList::kFirst);
    for (std::thread& thread : threads) thread.join();
    for (const auto& input : times) {
      for (const std::atomic<int>& count : input) ASSERT_EQ(count, 1) << "seed " << seed;
    }
    CheckShares(work, world.inputs, world.bytes);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace seriesguard
