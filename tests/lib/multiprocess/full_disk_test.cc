// SPDX-License-Identifier: Apache-2.0
//
// full_disk_test.cc: a file system of 64 KiB: what does not fit is a Status, what was made is never short of space.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "lib/multiprocess/memory_map.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/service_folder.h"
#include "tests/lib/multiprocess/in_child.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

constexpr uint64_t kKiB = 1024;

// Runs `check(folder)` where nothing more than 64 KiB can be written (in the file system `type`, where that has a limit).
template <typename Check>
std::string OnSmallDisk(const char* type, Check check) {
  const ScratchFolder scratch;
  return InChild([&] {
    if (!EnterPrivateMounts()) return kNotPermitted;
    if (::mount("none", scratch.path().c_str(), type, 0, "mode=0700,size=64k") != 0) return kNotPermitted;
    const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch.path());
    if (!folder.ok()) return folder.status().ToString();
    return std::string(check(*folder));
  });
}

TEST(FullDisk, RefusesWhatDoesNotFitAndKeepsNothingOfIt) {
  const std::string found = OnSmallDisk("tmpfs", [](const ServiceFolder& folder) {
    const absl::Status status = UnnamedFile::Create(folder.descriptor(), 65 * kKiB).status();
    CHILD_CHECK(absl::IsResourceExhausted(status));
    CHILD_CHECK(status.message().find("free some space") != absl::string_view::npos);
    CHILD_CHECK(UnnamedFile::Create(folder.descriptor(), 60 * kKiB).ok());  // the space came back, and comes back again
    CHILD_CHECK(UnnamedFile::Create(folder.descriptor(), 60 * kKiB).ok());
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

TEST(FullDisk, FilledInFlightHurtsNoFileThatIsThere) {
  const std::string found = OnSmallDisk("tmpfs", [](const ServiceFolder& folder) {
    const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder.descriptor(), 32 * kKiB);
    CHILD_CHECK(file.ok());
    CHILD_CHECK(file->LinkAs(folder.descriptor(), "worker-0-1.cells").ok());
    char* const mapped = static_cast<char*>(MapShared(file->descriptor(), 32 * kKiB, nullptr));
    CHILD_CHECK(mapped != nullptr);
    const Descriptor hog(::openat(folder.descriptor(), "hog", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    while (owned_file_internal::WriteZeroes(hog.get(), 1024 * kKiB) == 0) {
    }
    CHILD_CHECK(errno == ENOSPC);
    CHILD_CHECK(absl::IsResourceExhausted(UnnamedFile::Create(folder.descriptor(), 4 * kKiB).status()));
    std::memset(mapped, 7, 32 * kKiB);  // SIGBUS here, had the file not been allocated in full
    char byte = 0;
    CHILD_CHECK(PreadFully(file->descriptor(), 32 * kKiB - 1, &byte, 1).bytes == 1 && byte == 7);
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

// Without fallocate() zeroes are written instead.
TEST(FullDisk, AFileSystemWithoutFallocateServesToo) {
  const std::string found = OnSmallDisk("ramfs", [](const ServiceFolder& folder) {
    const Descriptor plain(::openat(folder.descriptor(), "plain", O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    CHILD_CHECK(::fallocate(plain.get(), 0, 0, 10) != 0 && errno == EOPNOTSUPP);
    CHILD_CHECK(folder.file_system() == FileSystemKind::kMemory);
    const absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder.descriptor(), 200 * kKiB);
    CHILD_CHECK(file.ok());
    struct stat made;
    CHILD_CHECK(::fstat(file->descriptor(), &made) == 0 && made.st_size == 200 * 1024);
    return kFine;
  });
  if (found == kNotPermitted) GTEST_SKIP() << found;
  EXPECT_EQ(found, kFine);
}

}  // namespace
}  // namespace seriesguard
