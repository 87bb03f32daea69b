// SPDX-License-Identifier: Apache-2.0
//
// owned_file_test.cc: a file has its name and its whole contents at once; what is not ours is refused, untouched.
#include "lib/multiprocess/owned_file.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

bool DropCapabilities() {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

class OwnedFile : public ::testing::Test {
 protected:
  OwnedFile() : folder_(::open(scratch_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  int folder() const { return folder_.get(); }
  FileRefusal Refusal(const char* name, const FileDemand& demand = FileDemand()) const {
    const OpenedFile opened = OpenExisting(folder(), name, demand);
    EXPECT_EQ(opened.descriptor.is_open(), opened.refusal == FileRefusal::kNone);
    EXPECT_EQ(InspectExisting(folder(), name, demand), opened.refusal);
    return opened.refusal;
  }

  ScratchFolder scratch_;
  Descriptor folder_;
};

TEST_F(OwnedFile, HasNoNameBeforeItIsWhole) {
  const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 100'000);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
  ASSERT_EQ(::pwrite(file->descriptor(), "contents", 8, 0), 8);
  ASSERT_TRUE(file->LinkAs(folder(), "worker-1-2.cells").ok());
  struct stat named;
  ASSERT_EQ(::stat((scratch_ / "worker-1-2.cells").c_str(), &named), 0);
  EXPECT_EQ(named.st_size, 100'000);
  EXPECT_GE(named.st_blocks * 512, 100'000) << "allocated in full";
  EXPECT_EQ(named.st_mode, S_IFREG | 0600);
  EXPECT_EQ(scratch_.Read("worker-1-2.cells").substr(0, 9), std::string("contents\0", 9));
  EXPECT_NE(::fcntl(file->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(OwnedFile, IsGoneWithItsDescriptorWhereItWasNeverNamed) {
  { const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 4096); }
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(OwnedFile, KeepsItsModeUnderAnyUmask) {
  const mode_t before = ::umask(0777);
  const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 1);
  ::umask(before);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->LinkAs(folder(), "a").ok());
  EXPECT_EQ(Refusal("a"), FileRefusal::kNone);
  struct stat named;
  ASSERT_EQ(::stat((scratch_ / "a").c_str(), &named), 0);
  EXPECT_EQ(named.st_mode, S_IFREG | 0600);
}

TEST_F(OwnedFile, NeverReplacesANameThatIsTaken) {
  scratch_.Write("victim", "precious");
  ASSERT_EQ(::symlink("victim", (scratch_ / "link").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", (scratch_ / "dangling").c_str()), 0);
  ASSERT_EQ(::mkfifo((scratch_ / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((scratch_ / "folder").c_str(), 0700), 0);
  const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 4096);
  ASSERT_TRUE(file.ok());
  for (const char* name : {"victim", "link", "dangling", "fifo", "folder"}) {
    EXPECT_TRUE(absl::IsAlreadyExists(file->LinkAs(folder(), name))) << name;
  }
  EXPECT_EQ(scratch_.Read("victim"), "precious");
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "nowhere"));
  EXPECT_TRUE(file->LinkAs(folder(), "free").ok()) << "a refusal leaves the file as good as before";
}

TEST_F(OwnedFile, IsNamedWithoutTheCapabilityToo) {
  EXPECT_EQ(InChild([&] {
              const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 10);
              CHILD_CHECK(file.ok());
              // Since Linux 6.10 whoever opened the file may name it by its descriptor. With changed credentials that is
              // somebody else, and the way through /proc is left.
              CHILD_CHECK(DropCapabilities());
              CHILD_CHECK(file->LinkAs(folder(), "named").ok());
              return kFine;
            }),
            kFine);
  EXPECT_EQ(scratch_.Read("named").size(), 10u);
}

TEST_F(OwnedFile, CannotBeNamedWithoutTheCapabilityAndWithoutProc) {
  const std::string found = InChild([&] {
    if (!EnterPrivateMounts() || ::mount("none", "/proc", "tmpfs", 0, nullptr) != 0) return kNotPermitted;
    const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder(), 10);
    CHILD_CHECK(file.ok());
    CHILD_CHECK(DropCapabilities());
    const absl::Status status = file->LinkAs(folder(), "named");
    CHILD_CHECK(absl::IsFailedPrecondition(status));
    CHILD_CHECK(status.message().find("/proc") != absl::string_view::npos);
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(OwnedFile, BeyondTheProcessLimitIsAStatusAndNoSignal) {
  EXPECT_EQ(InChild([&] {
              const struct rlimit limit = {8192, 8192};
              CHILD_CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
              CHILD_CHECK(UnnamedFile::Create(folder(), 8192).ok());
              const absl::Status status = UnnamedFile::Create(folder(), 8193).status();
              CHILD_CHECK(absl::IsResourceExhausted(status));
              return kFine;
            }),
            kFine);
  EXPECT_TRUE(absl::IsInvalidArgument(UnnamedFile::Create(folder(), UINT64_MAX).status()));
}

TEST_F(OwnedFile, WithoutUnnamedFilesTheFileSystemIsAdvisedAgainst) {
  const Descriptor proc(::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const absl::Status status = UnnamedFile::Create(proc.get(), 1).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_NE(std::string(status.message()).find("tmpfs"), std::string::npos) << status;
}

TEST_F(OwnedFile, OutOfDescriptorsIsAStatus) {
  EXPECT_EQ(InChild([&] {
              const struct rlimit limit = {3, 3};
              CHILD_CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
              CHILD_CHECK(absl::IsResourceExhausted(UnnamedFile::Create(folder(), 1).status()));
              CHILD_CHECK(OpenExisting(folder(), "x", FileDemand()).refusal == FileRefusal::kMissing);
              return kFine;
            }),
            kFine);
}

TEST_F(OwnedFile, ZeroesAreWrittenWhereNothingCanBeAllocated) {
  const Descriptor file(::open((scratch_ / "a").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(owned_file_internal::WriteZeroes(file.get(), 200'001), 0);
  struct stat written;
  ASSERT_EQ(::fstat(file.get(), &written), 0);
  EXPECT_EQ(written.st_size, 200'001);
  EXPECT_GE(written.st_blocks * 512, 200'001);
  EXPECT_EQ(owned_file_internal::WriteZeroes(-1, 1), EBADF);
}

TEST_F(OwnedFile, OpensWhatIsOursAndNothingElse) {
  scratch_.Write("victim", "precious");
  scratch_.Write("ours", "12345678");
  ASSERT_EQ(::symlink("victim", (scratch_ / "link").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", (scratch_ / "dangling").c_str()), 0);
  ASSERT_EQ(::symlink("/dev/zero", (scratch_ / "link-to-device").c_str()), 0);
  ASSERT_EQ(::mkfifo((scratch_ / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((scratch_ / "folder").c_str(), 0700), 0);
  ASSERT_EQ(::link((scratch_ / "victim").c_str(), (scratch_ / "hard-link").c_str()), 0);
  const Descriptor socket(PlantSocket(folder(), "socket"));
  ASSERT_TRUE(socket.is_open());

  for (const bool is_writable : {false, true}) {
    FileDemand demand;
    demand.is_writable = is_writable;
    EXPECT_EQ(Refusal("ours", demand), FileRefusal::kNone);
    EXPECT_EQ(Refusal("nothing", demand), FileRefusal::kMissing);
    for (const char* name : {"link", "dangling", "link-to-device", "fifo", "folder", "socket", "."}) {
      EXPECT_EQ(Refusal(name, demand), FileRefusal::kNotRegular) << name;
    }
    EXPECT_EQ(Refusal("hard-link", demand), FileRefusal::kManyLinks);
    EXPECT_EQ(Refusal("victim", demand), FileRefusal::kManyLinks);
  }
  EXPECT_EQ(scratch_.Read("victim"), "precious");
}

TEST_F(OwnedFile, DevicesAndForeignFilesAreRefused) {
  if (::geteuid() != 0) {
    const Descriptor dev(::open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_EQ(OpenExisting(dev.get(), "zero", FileDemand()).refusal, FileRefusal::kNotRegular);
    const Descriptor etc(::open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_EQ(OpenExisting(etc.get(), "passwd", FileDemand()).refusal, FileRefusal::kForeignOwner);
    return;
  }
  scratch_.Write("foreign", "12345678");
  ASSERT_EQ(::chown((scratch_ / "foreign").c_str(), 65534, 65534), 0);
  EXPECT_EQ(Refusal("foreign"), FileRefusal::kForeignOwner);
  const Descriptor dev(::open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(OpenExisting(dev.get(), "zero", FileDemand()).refusal, FileRefusal::kNotRegular);
}

// Between the question what it is and the open, the name can pass to something else.
TEST_F(OwnedFile, RefusesWhatTookTheNameMeanwhile) {
  scratch_.Write("name", "ours");
  scratch_.Write("other", "theirs");
  ASSERT_EQ(::link((scratch_ / "other").c_str(), (scratch_ / "second-name").c_str()), 0);
  const FileId ours = OpenExisting(folder(), "name", FileDemand()).id;
  const pid_t swapper = ::fork();
  if (swapper == 0) {
    ::alarm(60);
    for (;;) ::syscall(SYS_renameat2, folder(), "name", folder(), "other", RENAME_EXCHANGE);
  }
  int opened_ours = 0, refused = 0, opened_other = 0;
  for (int i = 0; i < 1'000'000 && (i < 100'000 || opened_ours == 0 || refused == 0); ++i) {
    const OpenedFile opened = OpenExisting(folder(), "name", FileDemand());
    if (opened.refusal == FileRefusal::kNone) {
      ++(IsSameFile(opened.descriptor.get(), ours) ? opened_ours : opened_other);
    } else {
      EXPECT_EQ(opened.refusal, FileRefusal::kManyLinks);
      EXPECT_FALSE(opened.descriptor.is_open());
      ++refused;
    }
  }
  ::kill(swapper, SIGKILL);
  ::waitpid(swapper, nullptr, 0);
  EXPECT_EQ(opened_other, 0);
  EXPECT_GT(opened_ours, 0);
  EXPECT_GT(refused, 0);
}

TEST_F(OwnedFile, HoldsTheBoundsOfSize) {
  scratch_.Write("eight", "12345678");
  scratch_.Write("empty", "");
  FileDemand demand;
  demand.min_bytes = 8;
  demand.max_bytes = 8;
  EXPECT_EQ(Refusal("eight", demand), FileRefusal::kNone);
  EXPECT_EQ(Refusal("empty", demand), FileRefusal::kTooSmall);
  demand.min_bytes = 9;
  demand.max_bytes = 100;
  EXPECT_EQ(Refusal("eight", demand), FileRefusal::kTooSmall);
  demand.min_bytes = 0;
  demand.max_bytes = 7;
  EXPECT_EQ(Refusal("eight", demand), FileRefusal::kTooLarge);
}

TEST_F(OwnedFile, KnowsTheFileUnderItsName) {
  scratch_.Write("a", "1");
  const OpenedFile first = OpenExisting(folder(), "a", FileDemand());
  ASSERT_EQ(first.refusal, FileRefusal::kNone);
  EXPECT_EQ(first.size_bytes, 1u);
  FileDemand same;
  same.same_as = first.id;
  EXPECT_EQ(Refusal("a", same), FileRefusal::kNone);
  scratch_.Write("b", "2");
  ASSERT_EQ(::rename((scratch_ / "b").c_str(), (scratch_ / "a").c_str()), 0);
  EXPECT_EQ(Refusal("a", same), FileRefusal::kOtherFile);
  EXPECT_TRUE(IsSameFile(first.descriptor.get(), first.id));
  const OpenedFile second = OpenExisting(folder(), "a", FileDemand());
  EXPECT_FALSE(IsSameFile(second.descriptor.get(), first.id));
  EXPECT_FALSE(IsSameFile(-1, first.id));
  EXPECT_FALSE(IsSameFile(first.descriptor.get(), FileId()));
}

TEST_F(OwnedFile, EveryRefusalHasItsText) {
  for (int i = 0; i <= static_cast<int>(FileRefusal::kSystemError); ++i) {
    EXPECT_STRNE(FileRefusalText(static_cast<FileRefusal>(i)), "");
  }
}

TEST_F(OwnedFile, ReadsUpToTheEndAndSaysWhere) {
  scratch_.Write("a", "0123456789");
  const OpenedFile file = OpenExisting(folder(), "a", FileDemand());
  char buffer[16] = {};
  PreadResult read = PreadFully(file.descriptor.get(), 2, buffer, 8);
  EXPECT_EQ(read.bytes, 8u);
  EXPECT_EQ(read.error, 0);
  EXPECT_EQ(std::string(buffer, 8), "23456789");
  read = PreadFully(file.descriptor.get(), 2, buffer, 9);
  EXPECT_EQ(read.bytes, 8u) << "short";
  EXPECT_EQ(read.error, 0);
  EXPECT_EQ(PreadFully(file.descriptor.get(), 10, buffer, 1).bytes, 0u);
  EXPECT_EQ(PreadFully(file.descriptor.get(), uint64_t{1} << 62, buffer, 1).bytes, 0u);
  ASSERT_EQ(::truncate((scratch_ / "a").c_str(), 3), 0);
  read = PreadFully(file.descriptor.get(), 0, buffer, 10);
  EXPECT_EQ(read.bytes, 3u) << "cut short while it is open";
  EXPECT_EQ(read.error, 0);
  EXPECT_EQ(PreadFully(-1, 0, buffer, 1).error, EBADF);
  EXPECT_EQ(PreadFully(file.descriptor.get(), UINT64_MAX, buffer, 1).error, EINVAL);
  EXPECT_EQ(PreadFully(file.descriptor.get(), INT64_MAX, buffer, 1).error, EINVAL);
  EXPECT_EQ(PreadFully(file.descriptor.get(), 0, buffer, 0).bytes, 0u);
}

void Ignore(int) {}

// A profiler's timer rings more often than a large file takes to allocate; on tmpfs the allocation then starts anew.
TEST(OwnedFileInMemory, IsMadeUnderAStormOfSignals) {
  const ScratchFolder scratch(std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : ::testing::TempDir());
  EXPECT_EQ(InChild([&] {
              const Descriptor folder(::open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
              struct sigaction action = {};
              action.sa_handler = Ignore;  // without SA_RESTART
              CHILD_CHECK(::sigaction(SIGUSR1, &action, nullptr) == 0);
              struct sigevent event = {};
              event.sigev_notify = SIGEV_SIGNAL;
              event.sigev_signo = SIGUSR1;
              timer_t timer;
              CHILD_CHECK(::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
              const struct itimerspec period = {{0, 200'000}, {0, 200'000}};
              CHILD_CHECK(::timer_settime(timer, 0, &period, nullptr) == 0);
              const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder.get(), 64 << 20);
              CHILD_CHECK(file.ok());
              std::vector<char> bytes(64 << 20);
              CHILD_CHECK(PreadFully(file->descriptor(), 0, bytes.data(), bytes.size()).bytes == bytes.size());
              struct stat made;
              CHILD_CHECK(::fstat(file->descriptor(), &made) == 0 && made.st_blocks * 512 >= 64 << 20);
              CHILD_CHECK(file->LinkAs(folder.get(), "a").ok());
              return kFine;
            }),
            kFine);
}

}  // namespace
}  // namespace seriesguard
