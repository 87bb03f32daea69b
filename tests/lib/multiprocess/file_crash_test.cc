// SPDX-License-Identifier: Apache-2.0
//
// file_crash_test.cc: a process killed while it opens the folder, makes a file or cleans up leaves nothing half-made.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/owned_file.h"
#include "lib/multiprocess/service_folder.h"
#include "tests/lib/multiprocess/crash_harness.h"
#include "tests/lib/multiprocess/scratch_folder.h"

namespace seriesguard {
namespace {

using End = CrashRun::End;

bool None(const OwnName&) { return false; }
bool All(const OwnName&) { return true; }

TEST(FileCrash, WhileTheFolderIsOpened) {
  int n = 1;
  for (;; ++n) {
    const ScratchFolder scratch;
    const CrashRun run = RunAndKillAt(n, [&] {
      if (!ServiceFolder::Open(scratch / "metrics").ok()) ::_exit(1);
    });
    ASSERT_NE(run.end, End::kFailed);
    SCOPED_TRACE(run.point);
    const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch / "metrics");
    ASSERT_TRUE(folder.ok()) << folder.status();
    const bool left_a_probe =
        run.end == End::kKilled && (run.point == "owned_file.link.after" || run.point == "service_folder.open.tried");
    EXPECT_EQ(std::filesystem::is_empty(scratch / "metrics"), !left_a_probe);
    EXPECT_EQ(folder->ListForeign(10)->total, 0u);
    EXPECT_EQ(folder->CleanStale(None, 10)->removed, left_a_probe ? 1u : 0u);
    EXPECT_TRUE(std::filesystem::is_empty(scratch / "metrics"));
    if (run.end == End::kFinished) break;
  }
  EXPECT_EQ(n, 7) << "six points";
}

TEST(FileCrash, WhileAFileIsMadeItIsWholeOrAbsent) {
  int n = 1;
  for (;; ++n) {
    const ScratchFolder scratch;
    const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch.path());
    ASSERT_TRUE(folder.ok());
    const CrashRun run = RunAndKillAt(n, [&] {
      absl::StatusOr<UnnamedFile> file = UnnamedFile::Create(folder->descriptor(), 100'000);
      if (!file.ok() || ::pwrite(file->descriptor(), "whole", 5, 99'995) != 5) ::_exit(1);
      if (!file->LinkAs(folder->descriptor(), WorkerFileName(3, 4).c_str()).ok()) ::_exit(1);
    });
    ASSERT_NE(run.end, End::kFailed);
    SCOPED_TRACE(run.point);
    const OpenedFile opened = OpenExisting(folder->descriptor(), WorkerFileName(3, 4).c_str(), FileDemand());
    if (run.end == End::kKilled && run.point != "owned_file.link.after") {
      EXPECT_EQ(opened.refusal, FileRefusal::kMissing);
      EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
    } else {
      ASSERT_EQ(opened.refusal, FileRefusal::kNone);
      EXPECT_EQ(opened.size_bytes, 100'000u);
      EXPECT_EQ(scratch.Read(WorkerFileName(3, 4).c_str()).substr(99'995), "whole");
    }
    if (run.end == End::kFinished) break;
  }
  EXPECT_EQ(n, 5) << "four points";
}

TEST(FileCrash, WhileItCleansTheNextOneGoesOn) {
  const ScratchFolder scratch;
  const absl::StatusOr<ServiceFolder> folder = ServiceFolder::Open(scratch.path());
  ASSERT_TRUE(folder.ok());
  for (uint32_t i = 0; i < 5; ++i) scratch.Write(WorkerFileName(i, 1).c_str(), "x");
  const CrashRun run = RunAndKillAt(2, [&] { (void)folder->CleanStale(All, 10); });
  ASSERT_EQ(run.end, End::kKilled);
  EXPECT_EQ(run.point, "service_folder.clean.removed");
  EXPECT_EQ(folder->CleanStale(All, 10)->removed, 3u);
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

}  // namespace
}  // namespace seriesguard
