// SPDX-License-Identifier: Apache-2.0
//
// unreadable_test.cc: files and folders without permission. Root may read everything, so the test drops to another user
// for a moment; it has a process of its own.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/input/byte_source.h"
#include "analyzer/input/input_list.h"
#include "gtest/gtest.h"

namespace seriesguard {
namespace {

constexpr uid_t kNobody = 65534;

TEST(Unreadable, IsAnErrorWithItsReasonAndNeverALeftOutInput) {
  std::string root = "/tmp/unreadable_XXXXXX";  // not the test's own folder, which may lie below a closed one
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  const std::string closed_folder = root + "/closed";
  const std::string closed_file = root + "/closed_file";
  ASSERT_EQ(::mkdir(closed_folder.c_str(), 0700), 0);
  const int fd = ::creat(closed_file.c_str(), 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::write(fd, "a 1\n", 4), 4);
  ::close(fd);
  ASSERT_EQ(::chmod(closed_file.c_str(), 0), 0);
  ASSERT_EQ(::chmod(closed_folder.c_str(), 0), 0);
  ASSERT_EQ(::chmod(root.c_str(), 0755), 0);

  const uid_t own = ::geteuid();
  if (own == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const ExpandedInputs all = ExpandInputs({root});
  const ExpandedInputs closed = ExpandInputs({closed_folder});
  const ExpandedInputs below = ExpandInputs({closed_folder + "/x"});
  const auto source = OpenSource(closed_file, SourceOptions());
  if (own == 0) {
    ASSERT_EQ(::seteuid(own), 0);
  }
  std::filesystem::remove_all(root);

  ASSERT_EQ(all.errors.size(), 1u);
  EXPECT_EQ(all.errors[0], absl::StrCat("cannot look at ", closed_folder, ": Permission denied"));
  EXPECT_EQ(all.paths, (std::vector<std::string>{closed_file})) << "may be a dump: opening it will say why not";
  ASSERT_EQ(closed.errors.size(), 1u);
  EXPECT_EQ(closed.errors[0], absl::StrCat("cannot open the folder ", closed_folder, ": Permission denied"));
  ASSERT_EQ(below.errors.size(), 1u);
  EXPECT_EQ(below.errors[0], absl::StrCat("cannot open ", closed_folder, "/x: Permission denied"));
  EXPECT_EQ(source.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(source.status().message(), absl::StrCat("cannot open ", closed_file, ": Permission denied"));
}

}  // namespace
}  // namespace seriesguard
