// SPDX-License-Identifier: Apache-2.0
//
// byte_lock_test.cc: who holds a byte, over open, dup, fork, mmap and death; the traps of the banner are facts here.
#include "lib/multiprocess/byte_lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "gtest/gtest.h"
#include "lib/multiprocess/descriptor.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

class ByteLock : public ::testing::Test {
 protected:
  ByteLock() { folder_.Write("file", std::string(4096, 'x')); }
  Descriptor Open(int access = O_RDWR) const {
    return Descriptor(::open((folder_ / "file").c_str(), access | O_CLOEXEC));
  }

  // Forks a child that runs `body` and then sleeps until it is killed. Returns when `body` has run.
  template <typename Body>
  static pid_t StartChild(Body body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::alarm(60);
      body();
      if (::write(ends[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte;
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
    ::close(ends[0]);
    ::close(ends[1]);
    return pid;
  }

  static void Kill(pid_t pid) {
    EXPECT_EQ(::kill(pid, SIGKILL), 0);
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  }

  ScratchFolder folder_;
};

TEST_F(ByteLock, ShutsOtherDescriptionsOutOfItsByteOnly) {
  const Descriptor first = Open(), second = Open();
  EXPECT_EQ(TryLockByte(first.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(TryLockByte(first.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(TryLockByte(second.get(), 7), LockAnswer::kNo);
  EXPECT_EQ(TryLockByte(second.get(), 6), LockAnswer::kYes);
  EXPECT_EQ(TryLockByte(second.get(), 8), LockAnswer::kYes);
  EXPECT_TRUE(UnlockByte(first.get(), 7));
  EXPECT_EQ(TryLockByte(second.get(), 7), LockAnswer::kYes);
}

TEST_F(ByteLock, UnlockingWhatAnotherHoldsChangesNothing) {
  const Descriptor first = Open(), second = Open();
  ASSERT_EQ(TryLockByte(first.get(), 7), LockAnswer::kYes);
  EXPECT_TRUE(UnlockByte(second.get(), 7));
  EXPECT_EQ(TryLockByte(second.get(), 7), LockAnswer::kNo);
}

TEST_F(ByteLock, LiesBeyondTheEndOfTheFileToo) {
  const Descriptor first = Open(), second = Open();
  const uint64_t far = (uint64_t{1} << 62) + 5;
  EXPECT_EQ(TryLockByte(first.get(), far), LockAnswer::kYes);
  EXPECT_EQ(TryLockByte(second.get(), far), LockAnswer::kNo);
  EXPECT_EQ(TryLockByte(second.get(), far + 1), LockAnswer::kYes);
}

TEST_F(ByteLock, AskingSeesOthersAndTakesNothing) {
  const Descriptor holder = Open(), asker = Open(), reader = Open(O_RDONLY);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo);
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(IsByteLockedByOther(reader.get(), 7), LockAnswer::kYes) << "reading rights are enough to ask";
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 8), LockAnswer::kNo);
  EXPECT_EQ(IsByteLockedByOther(holder.get(), 7), LockAnswer::kNo) << "trap 4";
  EXPECT_EQ(TryLockByte(asker.get(), 8), LockAnswer::kYes);
}

TEST_F(ByteLock, SharesGoTogetherAndShutTheWholeOut) {
  const Descriptor first = Open(), second = Open(O_RDONLY), asker = Open();
  EXPECT_EQ(TryShareByte(first.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(TryShareByte(second.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(TryLockByte(asker.get(), 7), LockAnswer::kNo);
  EXPECT_TRUE(UnlockByte(first.get(), 7));
  EXPECT_EQ(TryLockByte(asker.get(), 7), LockAnswer::kNo);
  EXPECT_TRUE(UnlockByte(second.get(), 7));
  EXPECT_EQ(TryLockByte(asker.get(), 7), LockAnswer::kYes);
  EXPECT_EQ(TryShareByte(second.get(), 7), LockAnswer::kNo);
}

TEST_F(ByteLock, SaysUnknownWhereItCannotKnow) {
  const Descriptor reader = Open(O_RDONLY);
  EXPECT_EQ(TryLockByte(reader.get(), 7), LockAnswer::kUnknown);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(TryLockByte(-1, 7), LockAnswer::kUnknown);
  EXPECT_EQ(IsByteLockedByOther(-1, 7), LockAnswer::kUnknown);
  EXPECT_FALSE(UnlockByte(-1, 7));
}

TEST_F(ByteLock, SurvivesAnotherDescriptorsClose) {
  const Descriptor holder = Open(), asker = Open();
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  Open().Close();
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes) << "an fcntl lock of the older kind would be gone";
}

TEST_F(ByteLock, EndsWithTheProcess) {
  const Descriptor asker = Open();
  const pid_t pid = StartChild([&] {
    if (TryLockByte(Open().Release(), 7) != LockAnswer::kYes) ::_exit(1);
  });
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes);
  Kill(pid);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo);
}

TEST_F(ByteLock, IsKeptByAChildThatKeepsTheDescriptor) {
  const Descriptor asker = Open();
  Descriptor holder = Open();
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  const pid_t keeper = StartChild([] {});
  const pid_t closer = StartChild([&] { holder.Close(); });
  holder.Close();
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes) << "trap 1";
  Kill(keeper);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo) << "the child that closed its copy holds nothing";
  Kill(closer);
}

TEST_F(ByteLock, OfTheParentIsLostByAnUnlockInAChild) {
  const Descriptor asker = Open();
  const Descriptor holder = Open();
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  Kill(StartChild([&] { UnlockByte(holder.get(), 7); }));
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo) << "trap 1";
}

TEST_F(ByteLock, IsKeptByAMappingOfItsDescription) {
  const Descriptor asker = Open();
  Descriptor holder = Open();
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  void* const mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, holder.get(), 0);
  ASSERT_NE(mapped, MAP_FAILED);
  holder.Close();
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kYes) << "trap 2";
  ::munmap(mapped, 4096);
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo);
}

TEST_F(ByteLock, IsNotKeptByAChildThatMapsAnotherDescription) {
  const Descriptor asker = Open();
  const Descriptor mapped_one = Open();
  Descriptor holder = Open();
  void* const mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, mapped_one.get(), 0);
  ASSERT_NE(mapped, MAP_FAILED);
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  const pid_t child = StartChild([&] { holder.Close(); });
  holder.Close();
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo);
  Kill(child);
  ::munmap(mapped, 4096);
}

TEST_F(ByteLock, IsGoneAfterExec) {
  const Descriptor asker = Open();
  int go[2];
  ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
  Descriptor holder = Open();
  ASSERT_EQ(TryLockByte(holder.get(), 7), LockAnswer::kYes);
  // vfork-like: the copy exists until exec() closes it.
  const pid_t execed = ::fork();
  if (execed == 0) {
    ::execl("/bin/sleep", "sleep", "60", nullptr);
    ::_exit(1);
  }
  char byte;
  ::close(go[1]);
  EXPECT_EQ(::read(go[0], &byte, 1), 0) << "close-on-exec has run in the child";
  ::close(go[0]);
  holder.Close();
  EXPECT_EQ(IsByteLockedByOther(asker.get(), 7), LockAnswer::kNo);
  Kill(execed);
}

}  // namespace
}  // namespace seriesguard
