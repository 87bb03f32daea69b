// SPDX-License-Identifier: Apache-2.0
//
// write_file_test.cc: all or nothing, and nothing is left beside the file.
#include "analyzer/commands/write_file.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

fs::path FreshFolder(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / ("write_file_" + name);
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

size_t FilesIn(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(WriteWholeFile, MakesAndReplaces) {
  const fs::path folder = FreshFolder("replaces");
  const std::string path = (folder / "rules.yml").string();
  ASSERT_TRUE(WriteWholeFile(path, "a longer first text").ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  ASSERT_TRUE(WriteWholeFile(path, "second").ok());
  EXPECT_EQ(Read(path), "second");
  EXPECT_EQ(FilesIn(folder), 1u);
  struct stat now {};
  ASSERT_EQ(stat(path.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0640u);
}

TEST(WriteWholeFile, LeavesALinkALink) {
  const fs::path folder = FreshFolder("link");
  ASSERT_TRUE(WriteWholeFile((folder / "real").string(), "old").ok());
  fs::create_symlink("real", folder / "link");
  ASSERT_TRUE(WriteWholeFile((folder / "link").string(), "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(Read(folder / "real"), "new");
}

TEST(WriteWholeFile, SaysWhatItCouldNotWrite) {
  const fs::path folder = FreshFolder("fails");
  const auto status = WriteWholeFile((folder / "none" / "a\nb").string(), "x");
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find("a\\nb: No such file or directory"), std::string::npos)
      << status.message();
  EXPECT_FALSE(WriteWholeFile(folder.string(), "x").ok());
  EXPECT_EQ(FilesIn(folder), 0u);
}

TEST(WriteWholeFile, WritesToADeviceAsItIs) {
  EXPECT_TRUE(WriteWholeFile("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  if (fs::exists("/dev/full")) {
    EXPECT_FALSE(WriteWholeFile("/dev/full", "x").ok());
  }
}

TEST(CheckCanWrite, TriesAndLeavesNothingBehind) {
  const fs::path folder = FreshFolder("can_write");
  EXPECT_TRUE(CheckCanWrite((folder / "new.json").string()).ok());
  EXPECT_EQ(FilesIn(folder), 0u);
  ASSERT_TRUE(WriteWholeFile((folder / "old.json").string(), "old").ok());
  EXPECT_TRUE(CheckCanWrite((folder / "old.json").string()).ok());
  EXPECT_EQ(Read(folder / "old.json"), "old");
  EXPECT_EQ(FilesIn(folder), 1u);
  EXPECT_TRUE(CheckCanWrite("/dev/null").ok());
}

TEST(CheckCanWrite, SaysWhatCannotBe) {
  const fs::path folder = FreshFolder("cannot_write");
  const auto status = CheckCanWrite((folder / "none" / "a.json").string());
  EXPECT_NE(std::string(status.message()).find("none/a.json: No such file or directory"), std::string::npos)
      << status.message();
  EXPECT_FALSE(CheckCanWrite(folder.string()).ok());
  EXPECT_EQ(FilesIn(folder), 0u);
}

}  // namespace
}  // namespace seriesguard
