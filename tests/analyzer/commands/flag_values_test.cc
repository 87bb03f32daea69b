// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/flag_values.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "analyzer/commands/command_table.h"
#include "analyzer/commands/flag_table.h"

namespace seriesguard {
namespace {

TEST(ReadWholeNumber, TakesDigitsWithinItsRangeOnly) {
  EXPECT_EQ(ReadWholeNumber("0", 0, 9).value(), 0u);
  EXPECT_EQ(ReadWholeNumber("18446744073709551615", 0, UINT64_MAX).value(), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.5", "0x1", "ten", "18446744073709551616"}) {
    EXPECT_FALSE(ReadWholeNumber(text, 0, UINT64_MAX).ok()) << text;
  }
  EXPECT_FALSE(ReadWholeNumber("10", 0, 9).ok());
  EXPECT_FALSE(ReadWholeNumber("0", 1, 9).ok());
  EXPECT_EQ(std::string(ReadWholeNumber("\x1b[1m", 1, 9).status().message()),
            "expected a whole number from 1 to 9, got \"\\x1B[1m\"");
}

TEST(ReadByteSize, KnowsBinaryAndDecimalUnits) {
  EXPECT_EQ(ReadByteSize("65536").value(), 65'536u);
  EXPECT_EQ(ReadByteSize("1K").value(), 1'024u);
  EXPECT_EQ(ReadByteSize("512MiB").value(), 536'870'912u);
  EXPECT_EQ(ReadByteSize("1.5G").value(), 1'610'612'736u);
  EXPECT_EQ(ReadByteSize("100MB").value(), 100'000'000u);
  for (const char* text : {"", "0", "-1", "1X", "1 M", "M", "nan", "inf", "1e3", "99999999T", "0.1"}) {
    EXPECT_FALSE(ReadByteSize(text).ok()) << text;
  }
}

TEST(ReadWord, GivesTheIndexOrTheNearest) {
  EXPECT_EQ(ReadWord("json", {"text", "json"}).value(), 1u);
  EXPECT_EQ(std::string(ReadWord("jsn", {"text", "json"}).status().message()),
            "expected text or json, got \"jsn\"; did you mean json?");
  EXPECT_FALSE(ReadWord("", {"text", "json"}).ok());
}

TEST(ReadFilePath, TakesAPathAndNoAddress) {
  std::string field = "before";
  for (const char* path : {"p.yaml", "-", "./http://x", "http:/x", "a b"}) {
    EXPECT_TRUE(ReadFilePath(path, &field).ok()) << path;
    EXPECT_EQ(field, path);
  }
  EXPECT_TRUE(ReadFilePath(field, &field).ok());
  EXPECT_EQ(field, "a b");
  EXPECT_FALSE(ReadFilePath("", &field).ok());
  const absl::Status status = ReadFilePath("https://ann:secret@host/p.yaml?key=secret", &field);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()), "expected a file, not the address https://host/p.yaml");
  EXPECT_EQ(field, "a b");
}

TEST(FlagTable, HasEveryFlagThatACommandNames) {
  for (const Command& command : AllCommands()) {
    for (const std::string_view flag : command.flags) EXPECT_NE(FindFlag(flag), nullptr) << flag;
  }
}

TEST(FlagTable, HasNoFlagThatNoCommandTakes) {
  for (const Flag& flag : AllFlags()) {
    bool is_taken = false;
    for (const Command& command : AllCommands()) {
      for (const std::string_view name : command.flags) is_taken |= name == flag.name;
    }
    EXPECT_TRUE(is_taken) << flag.name;
  }
}

}  // namespace
}  // namespace seriesguard
