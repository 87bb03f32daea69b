// SPDX-License-Identifier: Apache-2.0
//
// input_list_test.cc: from arguments to inputs, all errors in one run.
#include "analyzer/input/input_list.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/analyzer/input/test_bytes.h"

namespace seriesguard {
namespace {

bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(InputList, KeepsTheOrderOfArgumentsAndSortsInsideFolders) {
  TempFolder folder;
  const std::string last = folder.Write("z/2.prom", "a 1\n");
  const std::string first = folder.Write("z/1.prom", "a 1\n");
  const std::string odd = folder.Write("odd.bin", "a 1\n");  // named, hence never judged by its name
  const ExpandedInputs inputs = ExpandInputs({odd, "-", folder.Path("z")});
  EXPECT_EQ(inputs.paths, (std::vector<std::string>{odd, "-", first, last}));
  EXPECT_TRUE(inputs.notes.empty());
  EXPECT_TRUE(inputs.errors.empty());
}

TEST(InputList, NoArgumentsAreNoInputs) {
  const ExpandedInputs inputs = ExpandInputs({});
  EXPECT_TRUE(inputs.paths.empty() && inputs.notes.empty() && inputs.errors.empty());
}

TEST(InputList, AllErrorsComeInOneRun) {
  TempFolder folder;
  folder.Write("empty/readme.md", "no dump");
  const std::string good = folder.Write("good.prom", "a 1\n");
  const ExpandedInputs inputs = ExpandInputs(
      {"-", folder.Path("missing"), good, "-", folder.Path("empty"), "", good + "/below", std::string(1, '\0')});
  EXPECT_EQ(inputs.paths, (std::vector<std::string>{"-", good}));
  ASSERT_EQ(inputs.errors.size(), 6u);
  EXPECT_TRUE(Contains(inputs.errors[0], folder.Path("missing") + ": No such file or directory")) << inputs.errors[0];
  EXPECT_TRUE(Contains(inputs.errors[1], "\"-\" is given twice"));
  EXPECT_TRUE(Contains(inputs.errors[2], "no dump in " + folder.Path("empty"))) << inputs.errors[2];
  EXPECT_TRUE(Contains(inputs.errors[2], ".prom, .txt, .metrics, .om, .openmetrics, with or without .gz or .zst"));
  EXPECT_TRUE(Contains(inputs.errors[3], "empty name"));
  EXPECT_TRUE(Contains(inputs.errors[4], "Not a directory")) << inputs.errors[4];
  EXPECT_TRUE(Contains(inputs.errors[5], "NUL"));
  ASSERT_EQ(inputs.notes.size(), 1u);
  EXPECT_TRUE(Contains(inputs.notes[0], "readme.md")) << "says what was there instead";
}

TEST(InputList, TheSameFileUnderTwoNamesIsNoted) {
  TempFolder folder;
  const std::string file = folder.Write("d/a.prom", "a 1\n");
  const std::string hard = folder.Path("hard.prom");
  const std::string soft = folder.Path("soft.prom");
  ASSERT_EQ(::link(file.c_str(), hard.c_str()), 0);
  ASSERT_EQ(::symlink(file.c_str(), soft.c_str()), 0);
  const ExpandedInputs inputs = ExpandInputs({file, hard, soft, file, folder.Path("d")});
  EXPECT_EQ(inputs.paths, (std::vector<std::string>{file, hard, soft, file, file})) << "kept: a note, not an error";
  ASSERT_EQ(inputs.notes.size(), 4u);
  EXPECT_TRUE(Contains(inputs.notes[0], hard + " is the same file as " + file)) << inputs.notes[0];
  EXPECT_TRUE(inputs.errors.empty());
}

TEST(InputList, ManyDuplicatesAreCountedNotListed) {
  TempFolder folder;
  const ExpandedInputs inputs = ExpandInputs(std::vector<std::string>(100, folder.Write("a", "a 1\n")));
  EXPECT_EQ(inputs.paths.size(), 100u);
  ASSERT_EQ(inputs.notes.size(), 21u);
  EXPECT_TRUE(Contains(inputs.notes[20], "79 more")) << inputs.notes[20];
}

TEST(InputList, AFifoThatIsNamedIsLeftAsItIs) {
  TempFolder folder;
  const std::string fifo = folder.Path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const ExpandedInputs inputs = ExpandInputs({fifo, "/dev/null", "/dev/null"});
  EXPECT_EQ(inputs.paths, (std::vector<std::string>{fifo, "/dev/null", "/dev/null"}));
  EXPECT_TRUE(inputs.notes.empty() && inputs.errors.empty());
}

TEST(InputList, AFileCalledDashIsReachable) {
  TempFolder folder;
  const std::string path = folder.Write("-", "a 1\n");
  EXPECT_EQ(ExpandInputs({path, "-"}).paths, (std::vector<std::string>{path, "-"}));
}

TEST(InputList, SaysWhichInputsAreFoldersOfWorkerFiles) {
  TempFolder folder;
  const std::string dump = folder.Write("a.prom", "a 1\n");
  folder.Write("s/counter_1.db", "");
  const ExpandedInputs inputs = ExpandInputs({dump, folder.root(), folder.Path("s")});
  EXPECT_EQ(inputs.paths, (std::vector<std::string>{dump, dump, folder.Path("s"), folder.Path("s")}));
  ASSERT_EQ(inputs.worker_folders.size(), 2u);
  EXPECT_EQ(inputs.worker_folders[0].input, 2u);
  EXPECT_EQ(inputs.worker_folders[1].input, 3u);
  ASSERT_EQ(inputs.notes.size(), 2u);
  EXPECT_NE(inputs.notes[1].find("is the same folder as"), std::string::npos) << inputs.notes[1];
}

TEST(InputList, ALinkToAFolderThatIsNamedIsFollowed) {
  TempFolder folder;
  folder.Write("d/a.prom", "a 1\n");
  ASSERT_EQ(::symlink("d", folder.Path("link").c_str()), 0);
  EXPECT_EQ(ExpandInputs({folder.Path("link")}).paths, (std::vector<std::string>{folder.Path("link/a.prom")}));
}

}  // namespace
}  // namespace seriesguard
