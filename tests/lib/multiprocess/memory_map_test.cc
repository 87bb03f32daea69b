// SPDX-License-Identifier: Apache-2.0
//
// memory_map_test.cc: shared with a child, and taken away from it at the same addresses.
#include "lib/multiprocess/memory_map.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "gtest/gtest.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/service_folder.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

using Cell = std::atomic<uint64_t>;
constexpr uint64_t kBytes = 1 << 20;
constexpr size_t kCells = kBytes / sizeof(Cell);

class MemoryMap : public ::testing::Test {
 protected:
  MemoryMap()
      : folder_(ServiceFolder::Open(scratch_.path())), file_(UnnamedFile::Create(folder_->descriptor(), kBytes)) {
    cells_ = static_cast<Cell*>(MapShared(file_->descriptor(), kBytes, nullptr));
  }
  ~MemoryMap() override { EXPECT_TRUE(Unmap(cells_, kBytes)); }
  uint64_t InFile(size_t cell) const {
    uint64_t value = 0;
    EXPECT_EQ(PreadFully(file_->descriptor(), cell * sizeof(Cell), &value, sizeof value).bytes, sizeof value);
    return value;
  }

  ScratchFolder scratch_;
  absl::StatusOr<ServiceFolder> folder_;
  absl::StatusOr<UnnamedFile> file_;
  Cell* cells_ = nullptr;
};

TEST_F(MemoryMap, IsSharedWithChildrenAndTheFile) {
  ASSERT_NE(cells_, nullptr);
  cells_[0] = 5;
  EXPECT_EQ(InChild([&] {
              CHILD_CHECK(cells_[0] == 5);
              cells_[kCells - 1] = 7;
              return kFine;
            }),
            kFine);
  EXPECT_EQ(cells_[kCells - 1], 7u);
  EXPECT_EQ(InFile(0), 5u);
  EXPECT_EQ(InFile(kCells - 1), 7u);
}

TEST_F(MemoryMap, FreshZeroesKeepAddressesAndReachNobody) {
  ASSERT_NE(cells_, nullptr);
  cells_[0] = 5;
  cells_[kCells - 1] = 6;
  EXPECT_EQ(InChild([&] {
              CHILD_CHECK(MapFreshZeroes(cells_, kBytes));
              CHILD_CHECK(cells_[0] == 0 && cells_[kCells - 1] == 0);
              cells_[0] += 1000;
              CHILD_CHECK(cells_[0] == 1000);
              return kFine;
            }),
            kFine);
  EXPECT_EQ(cells_[0], 5u);
  EXPECT_EQ(InFile(0), 5u);
}

TEST_F(MemoryMap, AFileTakesThePlaceOfFreshZeroes) {
  ASSERT_NE(cells_, nullptr);
  EXPECT_EQ(
      InChild([&] {
        CHILD_CHECK(MapFreshZeroes(cells_, kBytes));
        absl::StatusOr<UnnamedFile> own = UnnamedFile::Create(folder_->descriptor(), kBytes);
        CHILD_CHECK(own.ok());
        CHILD_CHECK(MapShared(own->descriptor(), kBytes, cells_) == cells_);
        cells_[3] = 9;
        uint64_t value = 0;
        CHILD_CHECK(PreadFully(own->descriptor(), 3 * sizeof(Cell), &value, sizeof value).bytes == 8 && value == 9);
        return kFine;
      }),
      kFine);
  EXPECT_EQ(cells_[3], 0u);
}

TEST_F(MemoryMap, AnswersWhereTheKernelRefuses) {
  EXPECT_EQ(MapShared(-1, kBytes, nullptr), nullptr);
  EXPECT_EQ(MapShared(file_->descriptor(), 0, nullptr), nullptr);
  EXPECT_EQ(MapShared(file_->descriptor(), kBytes, reinterpret_cast<char*>(cells_) + 1), nullptr);
  EXPECT_FALSE(MapFreshZeroes(reinterpret_cast<char*>(cells_) + 1, kBytes));
  EXPECT_FALSE(MapFreshZeroes(cells_, 0));
  cells_[0] = 1;  // still there
  EXPECT_EQ(InFile(0), 1u);
}

}  // namespace
}  // namespace seriesguard
