// SPDX-License-Identifier: Apache-2.0
//
// dump_name_test.cc: the table of names.
#include "analyzer/input/dump_name.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

TEST(DumpName, JudgesByTheEnding) {
  const struct {
    std::string_view name;
    DumpName expected;
  } cases[] = {
      {"a.prom", DumpName::kDump},
      {"a.txt", DumpName::kDump},
      {"a.metrics", DumpName::kDump},
      {"a.om", DumpName::kDump},
      {"a.openmetrics", DumpName::kDump},
      {"a.prom.gz", DumpName::kDump},
      {"a.om.zst", DumpName::kDump},
      {"10.0.0.1:9100.prom", DumpName::kDump},
      {"metrics", DumpName::kNoExtension},
      {"metrics.gz", DumpName::kNoExtension},
      {"node-1.zst", DumpName::kNoExtension},
      {"prom", DumpName::kNoExtension},
      {".prom", DumpName::kHidden},
      {".a.prom", DumpName::kHidden},
      {".gz", DumpName::kHidden},
      {"", DumpName::kHidden},
      {"a.json", DumpName::kOther},
      {"a.prom.bak", DumpName::kOther},
      {"a.tar.gz", DumpName::kOther},
      {"a.prom.gz.gz", DumpName::kOther},
      {"a.PROM", DumpName::kOther},
      {"a.prom~", DumpName::kOther},
      {"a.", DumpName::kOther},
      {"a.prom\n", DumpName::kOther},
      {"a.zst.gz", DumpName::kOther},
  };
  for (const auto& one : cases) EXPECT_EQ(ClassifyDumpName(one.name), one.expected) << one.name;
}

TEST(DumpName, TheListForMessagesIsTheListThatIsUsed) {
  const std::string endings = kDumpEndings;
  size_t begin = 0;
  int count = 0;
  while (begin < endings.size()) {
    const size_t end = std::min(endings.find(", ", begin), endings.size());
    EXPECT_EQ(ClassifyDumpName("x" + endings.substr(begin, end - begin)), DumpName::kDump);
    begin = end + 2;
    ++count;
  }
  EXPECT_EQ(count, 5);
}

}  // namespace
}  // namespace seriesguard
