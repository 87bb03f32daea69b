// SPDX-License-Identifier: Apache-2.0
//
// closed_words_test.cc: the words that completion offers are those that reading takes, all of them and no others.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analyzer/commands/command_table.h"
#include "analyzer/commands/completion/command_line_words.h"
#include "analyzer/commands/run.h"
#include "analyzer/commands/streams.h"

namespace seriesguard {
namespace {

TEST(ClosedWords, AreWhatEachFlagTakes) {
  size_t flags = 0;
  for (const Command& command : AllCommands()) {
    for (const Flag* flag : FlagsOf(command)) {
      if (flag->words == nullptr) continue;
      ++flags;
      const std::string end = KindOfValue(*flag) == CandidateKind::kFormatFile ? "=file" : "";
      Options options;
      options.command = std::string(command.name);
      const absl::Status refused = flag->apply("nonsense" + end, &options);
      EXPECT_FALSE(refused.ok()) << flag->name;
      std::string known;  // "expected a, b or c"
      const std::vector<std::string_view> words = flag->words(command.name);
      for (size_t i = 0; i < words.size(); ++i) {
        known += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        known += words[i];
        Options fresh;
        fresh.command = options.command;
        EXPECT_TRUE(flag->apply(std::string(words[i]) + end, &fresh).ok()) << flag->name << " " << words[i];
      }
      EXPECT_EQ(std::string(refused.message()).rfind("expected " + known + ", got ", 0), 0u) << refused.message();
    }
  }
  EXPECT_GT(flags, 10u);
}

// No flag that names its words in help keeps them from completion.
TEST(ClosedWords, AreKnownOfEachFlagThatRefusesAWord) {
  for (const Command& command : AllCommands()) {
    for (const Flag* flag : FlagsOf(command)) {
      if (flag->value.empty() || flag->words != nullptr) continue;
      Options options;
      options.command = std::string(command.name);
      const std::string message(flag->apply("nonsense", &options).message());
      EXPECT_FALSE(message.rfind("expected ", 0) == 0 && message.find(" or ") != std::string::npos &&
                   message.find("such as") == std::string::npos && message.find("number") == std::string::npos)
          << flag->name << " seems to take words of a list: " << message;
    }
  }
}

TEST(ClosedWords, AreWhatEachCommandTakes) {
  for (const Command& command : AllCommands()) {
    if (command.words.empty()) continue;
    const std::vector<Positional> positionals = PositionalsOf(command);
    for (const std::string_view word : positionals[0].words) {
      StringSink out;
      StringSink err;
      Streams streams;
      streams.out = &out;
      streams.err = &err;
      EXPECT_EQ(seriesguard::Run({std::string(command.name), std::string(word)}, streams), 0)
          << command.name << " " << word;
      EXPECT_EQ(seriesguard::Run({std::string(command.name), "nonsense"}, streams), 2);
      EXPECT_NE(err.text().find(word), std::string::npos) << err.text();
    }
  }
}

TEST(CommandLineWords, ReadTheUsageLine) {
  Command command = AllCommands()[0];
  command.words = {};
  command.positionals = "METRIC INPUT...";
  const std::vector<Positional> two = PositionalsOf(command);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].name, "METRIC");
  EXPECT_EQ(two[0].kind, CandidateKind::kAny);
  EXPECT_FALSE(two[0].repeats);
  EXPECT_EQ(two[1].name, "INPUT");
  EXPECT_EQ(two[1].kind, CandidateKind::kFile);
  EXPECT_TRUE(two[1].repeats);
  command.positionals = "[DOCUMENT]";
  command.words = "report diff";
  const std::vector<Positional> one = PositionalsOf(command);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].name, "DOCUMENT");
  EXPECT_EQ(one[0].words, (std::vector<std::string_view>{"report", "diff"}));
}

TEST(CommandLineWords, GroupTwoWordCommands) {
  for (const CommandWord& word : FirstWords(AllCommands())) {
    EXPECT_EQ(word.command == nullptr, !word.members.empty()) << word.word;
    if (word.word == "policy") {
      EXPECT_EQ(SecondWord(*word.members[0]), "check");
    }
  }
}

}  // namespace
}  // namespace seriesguard
