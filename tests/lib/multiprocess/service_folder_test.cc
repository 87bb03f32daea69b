// SPDX-License-Identifier: Apache-2.0
//
// service_folder_test.cc: which folders are taken, which are refused and with what advice; what a list and a clean-up touch.
#include "lib/multiprocess/service_folder.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

bool All(const OwnName&) { return true; }

absl::Status OpenStatus(const std::string& path) { return ServiceFolder::Open(path).status(); }

TEST(ServiceFolder, IsMadeForItsOwnerAlone) {
  const ScratchFolder scratch;
  const mode_t before = ::umask(0);
  const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch / "metrics");
  ::umask(before);
  ASSERT_TRUE(folder.ok()) << folder.status();
  struct stat made;
  ASSERT_EQ(::stat((scratch / "metrics").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode, S_IFDIR | 0700);
  EXPECT_EQ(folder->path(), scratch / "metrics");
  EXPECT_NE(::fcntl(folder->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_TRUE(std::filesystem::is_empty(scratch / "metrics")) << "the trial file is gone";
}

TEST(ServiceFolder, IsOpenedAgainByTheNextProcess) {
  const ScratchFolder scratch;
  ASSERT_TRUE(OpenStatus(scratch / "metrics").ok());
  scratch.Write("metrics/guard.shm", "x");
  EXPECT_TRUE(OpenStatus(scratch / "metrics").ok());
  EXPECT_TRUE(OpenStatus(scratch / "metrics/").ok());
  EXPECT_TRUE(OpenStatus(scratch / "metrics/././/").ok());
  EXPECT_EQ(scratch.Read("metrics/guard.shm"), "x");
  ASSERT_EQ(::chmod((scratch / "metrics").c_str(), 0755), 0);
  EXPECT_TRUE(OpenStatus(scratch / "metrics").ok()) << "others may read";
}

TEST(ServiceFolder, NamesItsFileSystem) {
  const ScratchFolder scratch;
  EXPECT_TRUE(ServiceFolder::Open(scratch.path()).ok());
  if (!std::filesystem::is_directory("/dev/shm")) GTEST_SKIP() << "no /dev/shm";
  const ScratchFolder memory("/dev/shm");
  const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(memory.path());
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(folder->file_system(), FileSystemKind::kMemory);
}

TEST(ServiceFolder, RefusesBadPathsWithAdvice) {
  const ScratchFolder scratch;
  EXPECT_TRUE(absl::IsInvalidArgument(OpenStatus("")));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenStatus(std::string("a\0b", 3))));
  const absl::Status missing = OpenStatus(scratch / "no/such");
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_NE(missing.message().find("make that first"), absl::string_view::npos);
  EXPECT_FALSE(std::filesystem::exists(scratch / "no"));
  scratch.Write("file", "precious");
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus(scratch / "file"))) << OpenStatus(scratch / "file");
  EXPECT_EQ(scratch.Read("file"), "precious");
  ASSERT_EQ(::mkfifo((scratch / "fifo").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus(scratch / "fifo")));
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus("/dev/null")));
}

TEST(ServiceFolder, IsNeverALink) {
  const ScratchFolder scratch;
  ASSERT_EQ(::mkdir((scratch / "real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", (scratch / "link").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", (scratch / "dangling").c_str()), 0);
  for (const char* name : {"link", "link/", "link//", "link/.", "link/./", "dangling", "dangling/"}) {
    const absl::Status status = OpenStatus(scratch / name);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << name << ": " << status;
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "nowhere"));
  EXPECT_TRUE(OpenStatus(scratch / "real").ok());
}

TEST(ServiceFolder, RefusesWhatOthersMayWrite) {
  const ScratchFolder scratch;
  for (const mode_t mode : {0770u, 0702u, 0720u, 0777u, 01777u}) {
    ASSERT_EQ(::chmod(scratch.path().c_str(), mode), 0);
    const absl::Status status = OpenStatus(scratch.path());
    EXPECT_TRUE(absl::IsPermissionDenied(status)) << mode << ": " << status;
    EXPECT_NE(status.message().find("chmod 0700"), absl::string_view::npos);
  }
}

TEST(ServiceFolder, RefusesAnotherUsersFolder) {
  const ScratchFolder scratch;
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(scratch.path().c_str(), 65534, 65534), 0);
  }
  const absl::Status status = OpenStatus(::geteuid() == 0 ? scratch.path() : "/usr");
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_NE(status.message().find("belongs to user"), absl::string_view::npos);
}

TEST(ServiceFolder, RefusesAFileSystemThatCannotServe) {
  const absl::Status status = OpenStatus("/proc/self/fd");
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_NE(status.message().find("tmpfs"), absl::string_view::npos);
}

TEST(ServiceFolder, RefusesAFolderWithoutTheRightToWrite) {
  const ScratchFolder scratch;
  ASSERT_EQ(::mkdir((scratch / "metrics").c_str(), 0500), 0);
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0755), 0);
  EXPECT_EQ(InChild([&] {
              if (::geteuid() == 0) {
                CHILD_CHECK(::chown((scratch / "metrics").c_str(), 65534, 65534) == 0);
                CHILD_CHECK(::setresuid(65534, 65534, 65534) == 0);
              }
              const absl::Status status = OpenStatus(scratch / "metrics");
              if (!absl::IsPermissionDenied(status)) return status.ToString();
              return kFine;
            }),
            kFine);
}

TEST(ServiceFolder, RefusesAReadOnlyFileSystem) {
  const ScratchFolder scratch;
  const std::string found = InChild([&] {
    if (!EnterPrivateMounts()) return kNotPermitted;
    if (::mount("none", scratch.path().c_str(), "tmpfs", 0, "mode=0700") != 0) return kNotPermitted;
    CHILD_CHECK(OpenStatus(scratch.path()).ok());
    CHILD_CHECK(::mount("none", scratch.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    absl::Status status = OpenStatus(scratch.path());
    if (!absl::IsFailedPrecondition(status)) return status.ToString();
    status = OpenStatus(scratch / "metrics");
    if (!absl::IsFailedPrecondition(status)) return status.ToString();
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

TEST(ServiceFolder, StaysTheSameWhenItsPathIsTakenOver) {
  const ScratchFolder scratch;
  const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch / "metrics");
  ASSERT_TRUE(folder.ok());
  ASSERT_EQ(::rename((scratch / "metrics").c_str(), (scratch / "moved").c_str()), 0);
  ASSERT_EQ(::mkdir((scratch / "evil").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("evil", (scratch / "metrics").c_str()), 0);
  scratch.Write("moved/foreign", "");
  const absl::StatusOr<FolderList> list = folder->ListForeign(10);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->names.size(), 1u);
  EXPECT_EQ(list->names[0].name, "foreign");
}

// What a hostile or careless hand can leave in the folder.
class PlantedFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch_ / "metrics");
    ASSERT_TRUE(folder.ok());
    folder_ = std::make_unique<ServiceFolder>(*std::move(folder));
    scratch_.Write("victim", "precious");
    scratch_.Write("metrics/worker-0-1.cells", "ours");
    scratch_.Write("metrics/worker-1-1.cells", "ours");
    scratch_.Write("metrics/guard.shm", "ours");
    scratch_.Write("metrics/probe-1-0.tmp", "");
    scratch_.Write("metrics/counter_7.db", "foreign");
    scratch_.Write("metrics/\x1b[31m\nname", "foreign");
    ASSERT_EQ(::symlink("../victim", Path("worker-2-1.cells").c_str()), 0);
    ASSERT_EQ(::symlink("../nowhere", Path("worker-3-1.cells").c_str()), 0);
    ASSERT_EQ(::mkfifo(Path("worker-4-1.cells").c_str(), 0600), 0);
    ASSERT_EQ(::mkdir(Path("worker-5-1.cells").c_str(), 0700), 0);
    ASSERT_EQ(::link((scratch_ / "victim").c_str(), Path("worker-6-1.cells").c_str()), 0);
    ASSERT_EQ(::symlink("/", Path("probe-2-0.tmp").c_str()), 0);
    if (::geteuid() == 0) {
      scratch_.Write("metrics/worker-7-1.cells", "foreign");
      ASSERT_EQ(::chown(Path("worker-7-1.cells").c_str(), 65534, 65534), 0);
    }
    socket_ = Descriptor(PlantSocket(folder_->descriptor(), "worker-8-1.cells"));
    ASSERT_TRUE(socket_.is_open());
  }
  std::string Path(const std::string& name) const { return scratch_ / ("metrics/" + name); }
  bool Exists(const std::string& name) const {
    struct stat there;
    return ::lstat(Path(name).c_str(), &there) == 0;
  }
  static std::vector<std::string> Sorted(const FolderList& list) {
    std::vector<std::string> lines;
    for (const NameReport& one : list.names) lines.push_back(one.name + ": " + one.reason);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  // Of our names, those on something else.
  static std::vector<std::string> Planted() {
    std::vector<std::string> lines = {
        "worker-2-1.cells: is not a regular file", "worker-3-1.cells: is not a regular file",
        "worker-4-1.cells: is not a regular file", "worker-5-1.cells: is not a regular file",
        "worker-6-1.cells: has more than one name"};
    if (::geteuid() == 0) lines.push_back("worker-7-1.cells: belongs to another user");
    lines.push_back("worker-8-1.cells: is not a regular file");
    return lines;
  }

  ScratchFolder scratch_;
  std::unique_ptr<ServiceFolder> folder_;
  Descriptor socket_;
};

TEST_F(PlantedFolder, ListsWhatIsNotOurs) {
  const absl::StatusOr<FolderList> list = folder_->ListForeign(100);
  ASSERT_TRUE(list.ok());
  std::vector<std::string> expected = Planted();
  expected.push_back("counter_7.db: is not a name of ours");
  expected.push_back("\x1b[31m\nname: is not a name of ours");
  expected.push_back("probe-2-0.tmp: is not a regular file");
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(Sorted(*list), expected);
  EXPECT_EQ(list->total, expected.size());
  EXPECT_TRUE(list->is_complete);
  const absl::StatusOr<FolderList> few = folder_->ListForeign(2);
  EXPECT_EQ(few->names.size(), 2u);
  EXPECT_EQ(few->total, expected.size());
}

TEST_F(PlantedFolder, CleansOursAndNothingElse) {
  const absl::StatusOr<CleanReport> report = folder_->CleanStale(
      [](const OwnName& own) { return own.kind == OwnName::Kind::kWorkerCells && own.index != 1; }, 100);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->removed, 2u) << "worker 0 and a probe";
  std::vector<std::string> expected = Planted();
  expected.insert(expected.begin(), "probe-2-0.tmp: is not a regular file");
  EXPECT_EQ(Sorted(report->kept), expected);
  EXPECT_FALSE(Exists("worker-0-1.cells"));
  EXPECT_FALSE(Exists("probe-1-0.tmp"));
  for (const char* name :
       {"worker-1-1.cells", "guard.shm", "counter_7.db", "\x1b[31m\nname", "worker-2-1.cells", "worker-3-1.cells",
        "worker-4-1.cells", "worker-5-1.cells", "worker-6-1.cells", "worker-8-1.cells"}) {
    EXPECT_TRUE(Exists(name)) << name;
  }
  EXPECT_EQ(scratch_.Read("victim"), "precious");
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "nowhere"));
}

TEST_F(PlantedFolder, CleansEverythingOfOursWhereAsked) {
  const absl::StatusOr<CleanReport> report = folder_->CleanStale(All, 3);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->removed, 4u);
  EXPECT_EQ(report->kept.names.size(), 3u) << "bounded";
  EXPECT_EQ(report->kept.total, Planted().size() + 1);
  EXPECT_FALSE(Exists("guard.shm"));
}

// In memory where there is some, because making 50,000 files on a disk is all that would take time here.
TEST(ServiceFolder, AFloodedFolderIsListedAndCleanedInOneGo) {
  const ScratchFolder scratch(std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : ::testing::TempDir());
  const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch.path());
  ASSERT_TRUE(folder.ok());
  for (int i = 0; i < 50'000; ++i) {
    const std::string name =
        i % 2 == 0 ? "junk-" + std::to_string(i) : WorkerFileName(static_cast<uint32_t>(i), 1).c_str();
    ::close(::openat(folder->descriptor(), name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  }
  const absl::StatusOr<FolderList> list = folder->ListForeign(100);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->total, 25'000u);
  EXPECT_EQ(list->names.size(), 100u);
  const absl::StatusOr<CleanReport> report = folder->CleanStale(All, 100);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->removed, 25'000u);
  EXPECT_EQ(folder->CleanStale(All, 100)->removed, 0u);
}

}  // namespace
}  // namespace seriesguard
