// SPDX-License-Identifier: Apache-2.0
//
// folder_walk_test.cc: folders that were filled by an enemy, and the order of what is found in honest ones.
#include "analyzer/input/folder_walk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

std::vector<std::string> Names(const FolderFindings& found, const std::string& root) {
  std::vector<std::string> names;
  for (const FoundFile& file : found.files) {
    EXPECT_EQ(file.path.compare(0, root.size() + 1, root + "/"), 0);
    names.push_back(file.path.substr(root.size() + 1));
  }
  return names;
}

// True when exactly one note speaks of `name`, and gives `reason`.
bool HasNote(const FolderFindings& found, const std::string& name, const std::string& reason) {
  int count = 0;
  for (const std::string& note : found.notes) {
    if (note.find(name) != std::string::npos && note.find(reason) != std::string::npos) ++count;
  }
  return count == 1;
}

TEST(FolderWalk, PicksByNameAndByFirstBytesInTheOrderOfBytes) {
  TempFolder folder;
  for (const char* name : {"b.prom", "a/z.txt", "a.prom", "a-b.om", "c/d/e.openmetrics", "B.metrics", "x.prom.gz"}) {
    folder.Write(name, "a 1\n");
  }
  folder.Write("text", "a 1\n");
  folder.Write("packed.gz", Gzip("a 1\n"));
  folder.Write("packed", Zstd("a 1\n"));
  folder.Write("binary", std::string("ab\0cd", 5));
  folder.Write("packed_binary.gz", Gzip(std::string("ab\0cd", 5)));
  folder.Write("far_nul", std::string(512, 'a') + std::string(1, '\0'));
  folder.Write("nothing", "");
  folder.Write("a.json", "{}");
  folder.Write("archive", std::string("PK\x03\x04\x14\0\0\0\0\0", 10));
  folder.Write(".hidden.prom", "a 1\n");
  folder.Write(".git/x.prom", "a 1\n");
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  EXPECT_TRUE(found.errors.empty());
  EXPECT_EQ(Names(found, folder.root()),
            (std::vector<std::string>{"B.metrics", "a-b.om", "a.prom", "a/z.txt", "b.prom", "c/d/e.openmetrics",
                                      "far_nul", "packed", "packed.gz", "text", "x.prom.gz"}));
  ASSERT_EQ(found.notes.size(), 2u);
  EXPECT_NE(found.notes[0].find("5 files that by name or content are no dumps, first "), std::string::npos)
      << found.notes[0];
  EXPECT_NE(found.notes[1].find("2 hidden names"), std::string::npos) << found.notes[1];
}

TEST(FolderWalk, ASlashAtTheEndIsNotDoubled) {
  TempFolder folder;
  folder.Write("a.prom", "a 1\n");
  const FolderFindings found = WalkFolder(folder.root() + "/", FolderLimits());
  ASSERT_EQ(found.files.size(), 1u);
  EXPECT_EQ(found.files[0].path, folder.Path("a.prom"));
}

// The test ends only because none of these is opened: a FIFO without a writer would block for ever.
TEST(FolderWalk, ThingsThatAreNoFilesAreSkippedWithTheReason) {
  TempFolder folder;
  folder.Write("good.prom", "a 1\n");
  ASSERT_EQ(::mkfifo(folder.Path("fifo.prom").c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(folder.Path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::symlink(folder.Path("fifo.prom").c_str(), folder.Path("to_fifo.prom").c_str()), 0);
  ASSERT_EQ(::symlink("/dev/zero", folder.Path("to_device.prom").c_str()), 0);
  ASSERT_EQ(::symlink(folder.Path("gone").c_str(), folder.Path("dangling.prom").c_str()), 0);
  ASSERT_EQ(::symlink("self.prom", folder.Path("self.prom").c_str()), 0);
  ASSERT_EQ(::symlink(".", folder.Path("loop").c_str()), 0);
  ASSERT_EQ(::symlink("/etc", folder.Path("outside").c_str()), 0);
  ASSERT_EQ(::mknod(folder.Path("socket.prom").c_str(), S_IFSOCK | 0600, 0), 0);
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  EXPECT_EQ(Names(found, folder.root()), (std::vector<std::string>{"good.prom"}));
  EXPECT_TRUE(HasNote(found, "/fifo.prom:", "a FIFO"));
  EXPECT_TRUE(HasNote(found, "/fifo:", "a FIFO"));
  EXPECT_TRUE(HasNote(found, "/to_fifo.prom:", "a FIFO"));
  EXPECT_TRUE(HasNote(found, "/to_device.prom:", "a device"));
  EXPECT_TRUE(HasNote(found, "/dangling.prom:", "leads nowhere"));
  EXPECT_TRUE(HasNote(found, "/self.prom:", "leads nowhere"));
  EXPECT_TRUE(HasNote(found, "/loop:", "a link to a folder"));
  EXPECT_TRUE(HasNote(found, "/outside:", "a link to a folder"));
  EXPECT_TRUE(HasNote(found, "/socket.prom:", "a socket"));
  EXPECT_EQ(found.notes.size(), 9u);
  EXPECT_TRUE(found.errors.empty());
}

TEST(FolderWalk, ALinkToAFileIsFollowedAndIsThatFile) {
  TempFolder folder;
  folder.Write("data/real.prom", "a 1\n");
  ASSERT_EQ(::symlink("data/real.prom", folder.Path("link.prom").c_str()), 0);
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  ASSERT_EQ(Names(found, folder.root()), (std::vector<std::string>{"data/real.prom", "link.prom"}));
  EXPECT_EQ(found.files[0].inode, found.files[1].inode);
  EXPECT_EQ(found.files[0].device, found.files[1].device);
}

TEST(FolderWalk, HostileNamesComeThroughAsTheyAre) {
  TempFolder folder;
  const std::vector<std::string> names = {"\n.prom", "\x1b[2J.prom", "-.prom", "-rf.prom", "a\nb\r.txt", "\xff\xfe.om"};
  for (const std::string& name : names) folder.Write(name, "a 1\n");
  EXPECT_EQ(Names(WalkFolder(folder.root(), FolderLimits()), folder.root()), names);
}

TEST(FolderWalk, DepthIsLimitedAndSaidSo) {
  TempFolder folder;
  std::string path;
  for (int depth = 1; depth <= 20; ++depth) {
    absl::StrAppend(&path, "d", depth, "/");
    folder.Write(path + "x.prom", "a 1\n");
  }
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  EXPECT_EQ(found.files.size(), 16u);
  EXPECT_TRUE(HasNote(found, "d16/d17: ", "more than 16 levels down"));
}

TEST(FolderWalk, TooManyNamesIsAnErrorAndNotAnEndlessWalk) {
  TempFolder folder;
  for (int i = 0; i < 12; ++i) folder.Write(absl::StrCat("sub", i % 3, "/", i, ".prom"), "a 1\n");
  FolderLimits limits;
  limits.max_entries = 15;  // 3 folders and 12 files
  EXPECT_EQ(WalkFolder(folder.root(), limits).files.size(), 12u);
  EXPECT_TRUE(WalkFolder(folder.root(), limits).errors.empty());
  limits.max_entries = 10;
  const FolderFindings found = WalkFolder(folder.root(), limits);
  ASSERT_EQ(found.errors.size(), 1u) << "said once";
  EXPECT_NE(found.errors[0].find("more than 10 names"), std::string::npos);
}

TEST(FolderWalk, ManySkippedThingsAreCountedNotListed) {
  TempFolder folder;
  for (int i = 0; i < 50; ++i) ASSERT_EQ(::mkfifo(folder.Path(absl::StrCat("f", i)).c_str(), 0600), 0);
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  ASSERT_EQ(found.notes.size(), 21u);
  EXPECT_NE(found.notes[20].find("skipped 30 more"), std::string::npos) << found.notes[20];
}

// What looks damaged is not left out: opening it will say what is wrong.
TEST(FolderWalk, ADamagedPackedFileWithoutExtensionCounts) {
  TempFolder folder;
  folder.Write("cut.gz", Gzip(SampleText(100)).substr(0, 15));
  folder.Write("one", "\x1f");
  EXPECT_EQ(Names(WalkFolder(folder.root(), FolderLimits()), folder.root()),
            (std::vector<std::string>{"cut.gz", "one"}));
}

// One name is enough, whatever it is the name of: the folder's own reader says what is wrong with it.
TEST(FolderWalk, AFolderOfWorkerFilesIsOneInputAndNothingInItIsLookedAt) {
  TempFolder folder;
  folder.Write("a.prom", "a 1\n");
  folder.Write("service/counter_12.db", "x");
  folder.Write("service/b.prom", "b 1\n");
  folder.Write("service/deeper/c.prom", "c 1\n");
  ASSERT_EQ(::mkdir(folder.Path("fifos").c_str(), 0700), 0);
  ASSERT_EQ(::mkfifo(folder.Path("fifos/gauge_liveall_3.db").c_str(), 0600), 0);
  folder.Write("mine/counter_state.db", "no worker's");
  folder.Write("mine/d.prom", "d 1\n");
  const FolderFindings found = WalkFolder(folder.root(), FolderLimits());
  EXPECT_EQ(Names(found, folder.root()), (std::vector<std::string>{"a.prom", "fifos", "mine/d.prom", "service"}));
  for (const FoundFile& file : found.files) {
    const bool is_folder = file.path == folder.Path("fifos") || file.path == folder.Path("service");
    EXPECT_EQ(file.is_worker_folder, is_folder) << file.path;
  }
  const FolderFindings itself = WalkFolder(folder.Path("service"), FolderLimits());
  ASSERT_EQ(itself.files.size(), 1u);
  EXPECT_EQ(itself.files[0].path, folder.Path("service"));
  struct stat info;
  ASSERT_EQ(::stat(folder.Path("service").c_str(), &info), 0);
  EXPECT_EQ(itself.files[0].inode, info.st_ino);
}

TEST(FolderWalk, AFolderThatIsNoneIsAnErrorWithItsReason) {
  TempFolder folder;
  const std::string file = folder.Write("x", "");
  for (const std::string& path : {file, folder.Path("missing")}) {
    const FolderFindings found = WalkFolder(path, FolderLimits());
    ASSERT_EQ(found.errors.size(), 1u);
    EXPECT_NE(found.errors[0].find(path), std::string::npos);
  }
}

}  // namespace
}  // namespace seriesguard
