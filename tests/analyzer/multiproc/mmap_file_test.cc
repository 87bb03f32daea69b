// SPDX-License-Identifier: Apache-2.0
//
// mmap_file_test.cc: both layouts, every damage of the lists in docs/multiproc_files.md, and files that change.
#include "analyzer/multiproc/mmap_file.h"

#include <climits>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/analyzer/multiproc/worker_file_bytes.h"

namespace seriesguard {
namespace {

struct Outcome {
  absl::StatusOr<MmapFileFacts> facts;
  std::vector<std::string> keys;
  std::vector<double> values, timestamps;

  std::string message() const { return std::string(facts.status().message()); }
};

Outcome Read(MmapBytes* file) {
  Outcome outcome{MmapFileFacts(), {}, {}, {}};
  outcome.facts = ReadMmapFile(file, [&outcome](const MmapEntry& entry) {
    outcome.keys.emplace_back(entry.key);
    outcome.values.push_back(entry.value);
    outcome.timestamps.push_back(entry.timestamp);
    return absl::OkStatus();
  });
  return outcome;
}

Outcome Read(const std::string& bytes) {
  StringFile file(bytes);
  return Read(&file);
}

std::string ThreeEntries(WorkerFileBytes::Layout layout, double timestamp = 0) {
  return WorkerFileBytes(layout)
      .Add(WorkerKey("a", "a_total"), 1.5, timestamp)
      .Add(WorkerKey("b", "b_total", {{"l", "v"}}), -2, timestamp)
      .Add(WorkerKey("c", "c_total", {{"long", std::string(100, 'x')}}), 3e300, timestamp)
      .Bytes(65536);
}

TEST(ReadMmapFile, ReadsBothLayoutsForEveryLengthOfKey) {
  for (const auto layout : {WorkerFileBytes::kStamped, WorkerFileBytes::kPlain}) {
    // Stamps as they occur: none, now, and numbers that look like lengths.
    for (const double stamp : {0.0, 1700000000.25, 4.9e-324 * 40, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
      for (size_t pad = 0; pad < 24; ++pad) {
        for (size_t entries = 0; entries < 4; ++entries) {
          WorkerFileBytes bytes(layout);
          for (size_t i = 0; i < entries; ++i) {
            bytes.Add("[\"" + std::string(pad + i, 'k') + "\"]", static_cast<double>(i), stamp);
          }
          const Outcome read = Read(bytes.Bytes(4096));
          ASSERT_TRUE(read.facts.ok()) << read.message();
          ASSERT_EQ(read.facts->entries, entries);
          ASSERT_EQ(read.keys.size(), entries);
          if (entries == 0) continue;
          ASSERT_EQ(read.facts->has_timestamps, layout == WorkerFileBytes::kStamped);
          for (size_t i = 0; i < entries; ++i) {
            ASSERT_EQ(read.keys[i], "[\"" + std::string(pad + i, 'k') + "\"]");
            ASSERT_EQ(read.values[i], static_cast<double>(i));
          }
        }
      }
    }
  }
}

TEST(ReadMmapFile, TakesAFileThatWasJustMadeForOneWithoutEntries) {
  const Outcome read = Read(std::string(65536, '\0'));
  ASSERT_TRUE(read.facts.ok());
  EXPECT_EQ(read.facts->entries, 0u);
  EXPECT_EQ(read.facts->used_bytes, 8u);
}

TEST(ReadMmapFile, ReadsKeysLongerThanItsWindow) {
  WorkerFileBytes bytes;
  for (const size_t size : {size_t{5}, size_t{300000}, kMaxKeyBytes, size_t{7}}) {
    bytes.Add("[" + std::string(size - 2, 'k') + "]", static_cast<double>(size));
  }
  const Outcome read = Read(bytes.Bytes());
  ASSERT_TRUE(read.facts.ok()) << read.message();
  ASSERT_EQ(read.keys.size(), 4u);
  EXPECT_EQ(read.keys[2].size(), kMaxKeyBytes);
  EXPECT_EQ(read.values[3], 7);

  WorkerFileBytes longer;
  longer.Add("[" + std::string(kMaxKeyBytes, 'k'), 1);
  EXPECT_NE(Read(longer.Bytes()).message().find("are read at most"), std::string::npos);
}

TEST(ReadMmapFile, NamesWhatIsWrongWithTheHeader) {
  EXPECT_NE(Read("").message().find("empty: "), std::string::npos);
  for (size_t size = 1; size < 8; ++size) {
    EXPECT_EQ(Read(std::string(size, 'x')).message(),
              std::to_string(size) + (size == 1 ? " byte" : " bytes") + ", fewer than its header has");
  }
  for (const int32_t used : {INT_MIN, -28, -24, -1, 1, 7}) {
    std::string bytes = ThreeEntries(WorkerFileBytes::kStamped);
    Put(&bytes, 0, used);
    EXPECT_EQ(Read(bytes).message(), "says that " + std::to_string(used) + " bytes of it are used");
  }
  std::string bytes = ThreeEntries(WorkerFileBytes::kStamped);
  Put(&bytes, 0, INT_MAX);
  EXPECT_EQ(Read(bytes).message(), "says that 2147483647 bytes of it are used, and has 65536");
}

// A cut file is read up to the cut or not at all; never is an entry made up.
TEST(ReadMmapFile, RefusesEveryTruncationWithinWhatIsUsed) {
  for (const auto layout : {WorkerFileBytes::kStamped, WorkerFileBytes::kPlain}) {
    const std::string whole = ThreeEntries(layout, 1700000000.5);
    const size_t used = static_cast<size_t>(Read(whole).facts->used_bytes);
    for (size_t size = 0; size < whole.size(); size += size < used + 64 ? 1 : 997) {
      const Outcome read = Read(whole.substr(0, size));
      ASSERT_EQ(read.facts.ok(), size >= used) << size << " " << read.message();
      if (read.facts.ok()) {
        ASSERT_EQ(read.keys.size(), 3u);
      }
    }
    // The same with the header made to fit: only the ends of entries are ends.
    size_t accepted = 0;
    for (size_t size = 8; size <= used; ++size) {
      std::string bytes = whole.substr(0, size);
      Put(&bytes, 0, static_cast<int32_t>(size));
      if (Read(bytes).facts.ok()) ++accepted;
    }
    // Behind 0, 1, 2 and 3 entries; and where one entry looks like one of the other layout: eight bytes before its end, as
    // it lacks its stamp, or eight behind it, as it got one.
    EXPECT_EQ(accepted, 5u);
  }
}

TEST(ReadMmapFile, SurvivesEveryFieldSetToEveryOddNumber) {
  for (const auto layout : {WorkerFileBytes::kStamped, WorkerFileBytes::kPlain}) {
    const std::string whole = ThreeEntries(layout, 1700000000.5);
    const size_t used = static_cast<size_t>(Read(whole).facts->used_bytes);
    size_t refused = 0;
    for (size_t offset = 0; offset + 4 <= used; ++offset) {
      for (const int32_t value : {INT_MIN, -28, -24, -1, 0, 1, INT_MAX}) {
        std::string bytes = whole;
        Put(&bytes, offset, value);
        const Outcome read = Read(bytes);
        if (!read.facts.ok()) ++refused;
        ASSERT_LE(read.keys.size(), used / 16);
      }
    }
    EXPECT_GT(refused, 7u * 4);  // each length is found out; what lies in keys and values is not this reader's to judge
  }
}

// A file of one layout to which the other was added: what an upgrade in a folder that was not wiped leaves behind.
TEST(ReadMmapFile, RefusesAFileOfTwoLayouts) {
  const std::string key = WorkerKey("a", "a_total");
  for (const bool older_first : {true, false}) {
    const auto first = older_first ? WorkerFileBytes::kPlain : WorkerFileBytes::kStamped;
    const auto second = older_first ? WorkerFileBytes::kStamped : WorkerFileBytes::kPlain;
    std::string bytes = WorkerFileBytes(first).Add(key, 1, 5).Add(key, 2, 5).Bytes();
    bytes += WorkerFileBytes(second).Add(key, 3, 5).Add(key, 4, 5).Bytes().substr(8);
    Put(&bytes, 0, static_cast<int32_t>(bytes.size()));
    const Outcome read = Read(bytes);
    EXPECT_FALSE(read.facts.ok());
    EXPECT_LE(read.keys.size(), 3u);
  }
}

TEST(ReadMmapFile, PassesOnWhatTheTakerSaysWithThePlace) {
  StringFile file(ThreeEntries(WorkerFileBytes::kStamped));
  int taken = 0;
  const auto facts = ReadMmapFile(&file, [&taken](const MmapEntry&) {
    return ++taken == 2 ? absl::InvalidArgumentError("not this one") : absl::OkStatus();
  });
  EXPECT_EQ(facts.status().message(), "the entry at byte 64: not this one");
  EXPECT_EQ(taken, 2);
}

// Adds an entry whenever it was read from, as a worker does: the entry first, `used` behind it.
class GrowingFile : public StringFile {
 public:
  GrowingFile() : StringFile(WorkerFileBytes().Add(WorkerKey("a", "a_total"), 1).Bytes(65536)) {}

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    const auto got = StringFile::ReadAt(offset, buffer, size);
    int32_t used;
    std::memcpy(&used, bytes_.data(), sizeof used);
    const std::string entry = WorkerFileBytes().Add(WorkerKey("b", "b_total"), 2).Bytes().substr(8);
    bytes_.replace(static_cast<size_t>(used), entry.size(), entry);
    Put(&bytes_, 0, used + static_cast<int32_t>(entry.size()));
    return got;
  }
};

TEST(ReadMmapFile, ReadsWhatWasUsedWhenItBegan) {
  GrowingFile file;
  const Outcome read = Read(&file);
  ASSERT_TRUE(read.facts.ok()) << read.message();
  EXPECT_EQ(read.keys.size(), 1u);
}

// Is cut to half a page once its header and size were told.
class ShrinkingFile : public StringFile {
 public:
  ShrinkingFile() : StringFile(ThreeEntries(WorkerFileBytes::kStamped)) {}

  absl::StatusOr<uint64_t> Size() override {
    const uint64_t size = bytes_.size();
    bytes_.resize(100);
    return size;
  }
};

TEST(ReadMmapFile, RefusesAFileThatIsCutWhileItIsRead) {
  ShrinkingFile file;
  EXPECT_EQ(Read(&file).message(), "was cut short at byte 100 while it was read");
}

class FailingFile : public StringFile {
 public:
  FailingFile() : StringFile("") {}
  absl::StatusOr<size_t> ReadAt(uint64_t, char*, size_t) override { return absl::UnavailableError("disk on fire"); }
};

TEST(ReadMmapFile, PassesOnWhatTheSystemSays) {
  FailingFile file;
  EXPECT_EQ(Read(&file).message(), "disk on fire");
}

}  // namespace
}  // namespace seriesguard
