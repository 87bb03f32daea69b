// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/deliver.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace seriesguard {
namespace {

struct ColourCase {
  const char* about;
  ColourChoice choice;
  bool is_terminal;
  ColourEnvironment environment;
  bool expected;
};

TEST(UseColour, FollowsTheFlagThenTheEnvironmentThenTheTerminal) {
  const ColourCase cases[] = {
      {"a pipe", ColourChoice::kAuto, false, {}, false},
      {"a terminal", ColourChoice::kAuto, true, {"", "", "xterm"}, true},
      {"a dumb terminal", ColourChoice::kAuto, true, {"", "", "dumb"}, false},
      {"NO_COLOR", ColourChoice::kAuto, true, {"1", "", "xterm"}, false},
      {"forced into a pipe", ColourChoice::kAuto, false, {"", "1", ""}, true},
      {"forced with 0", ColourChoice::kAuto, false, {"", "0", ""}, false},
      {"NO_COLOR beats force", ColourChoice::kAuto, true, {"1", "1", "xterm"}, false},
      {"the flag beats NO_COLOR", ColourChoice::kAlways, false, {"1", "", "dumb"}, true},
      {"the flag beats force", ColourChoice::kNever, true, {"", "1", "xterm"}, false},
  };
  for (const ColourCase& one : cases) {
    Streams streams;
    streams.out_is_terminal = one.is_terminal;
    streams.environment = one.environment;
    EXPECT_EQ(UseColour(one.choice, streams), one.expected) << one.about;
  }
}

TEST(TextColumns, AreThoseOfTheFlagOrTheTerminalOrAHundred) {
  Streams streams;
  OutputOptions output;
  streams.out_columns = 70;
  EXPECT_EQ(TextColumns(output, streams), 100u);
  streams.out_is_terminal = true;
  EXPECT_EQ(TextColumns(output, streams), 70u);
  streams.out_columns = 0;
  EXPECT_EQ(TextColumns(output, streams), 100u);
  output.width = 60;
  EXPECT_EQ(TextColumns(output, streams), 60u);
}

TEST(Deliver, TakesAClosedPipeForNoError) {
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  DescriptorSink out(ends[1]);
  StringSink err;
  Streams streams;
  streams.out = &out;
  streams.err = &err;
  EXPECT_EQ(Deliver("text", 1, streams), 1);
  EXPECT_EQ(err.text(), "");
  close(ends[1]);
}

TEST(Deliver, SaysWhyItCouldNotWrite) {
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  DescriptorSink out(full);
  StringSink err;
  Streams streams;
  streams.out = &out;
  streams.err = &err;
  EXPECT_EQ(Deliver("text", 1, streams), 2);
  EXPECT_EQ(err.text(), "seriesguard: cannot write the result: No space left on device\n");
  close(full);
}

Report OneSeries() {
  Report report;
  report.command = "check";
  report.tool = "seriesguard 0.0.0";
  report.total.series = 1;
  report.verdict = ReportVerdict::kOverBudget;
  return report;
}

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(DeliverReports, WritesEveryFormatThatWasAskedFor) {
  const std::string folder = testing::TempDir();
  StringSink out, err;
  Streams streams;
  streams.out = &out;
  streams.err = &err;
  Options options;
  options.command = "check";
  options.output.files = {{OutputFormat::kJson, folder + "/deliver.json"},
                          {OutputFormat::kMarkdown, folder + "/deliver.md"},
                          {OutputFormat::kText, folder + "/deliver.txt"}};
  EXPECT_TRUE(CanWriteReportFiles(options, streams));
  EXPECT_EQ(DeliverReports([](OutputFormat) { return OneSeries(); }, options, 20, 1, streams), 1);
  EXPECT_EQ(err.text(), "");
  EXPECT_EQ(Read(folder + "/deliver.json").rfind("{\n\"schema\":\"seriesguard.report/1\"", 0), 0u);
  EXPECT_EQ(Read(folder + "/deliver.md").rfind("<!-- seriesguard -->\n### seriesguard: over budget\n", 0), 0u);
  EXPECT_EQ(Read(folder + "/deliver.txt"), out.text());
  EXPECT_NE(out.text().find("FAIL"), std::string::npos);
}

TEST(DeliverReports, EndsWithTwoWhereAFileCannotBeWrittenAndStillDoesTheRest) {
  const std::string folder = testing::TempDir();
  StringSink out, err;
  Streams streams;
  streams.out = &out;
  streams.err = &err;
  Options options;
  options.command = "check";
  options.output.files = {{OutputFormat::kJson, "/dev/full"}, {OutputFormat::kCsv, folder + "/deliver_rest.csv"}};
  EXPECT_EQ(DeliverReports([](OutputFormat) { return OneSeries(); }, options, 20, 1, streams), 2);
  EXPECT_EQ(err.text(), "seriesguard check: cannot write /dev/full: No space left on device\n");
  EXPECT_EQ(Read(folder + "/deliver_rest.csv").rfind("rule,severity,", 0), 0u);
  EXPECT_NE(out.text(), "");
  options.output.files = {{OutputFormat::kJson, folder + "/none/x.json"}};
  EXPECT_FALSE(CanWriteReportFiles(options, streams));
}

}  // namespace
}  // namespace seriesguard
