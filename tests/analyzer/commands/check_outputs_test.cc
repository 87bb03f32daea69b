// SPDX-License-Identifier: Apache-2.0
//
// check_outputs_test.cc: an input is known by what it is, not by what it is called.
#include "analyzer/commands/check_outputs.h"

#include <unistd.h>

#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

class CheckOutputs : public testing::Test {
 protected:
  CheckOutputs() {
    Write("in.prom");
    Write("budget.yaml");
    options_.input.paths = {folder_ + "in.prom"};
    options_.positionals = options_.input.paths;
  }
  ~CheckOutputs() override {
    for (const char* name : {"in.prom", "budget.yaml", "link", "second_name"}) unlink((folder_ + name).c_str());
  }

  void Write(const std::string& name) { std::ofstream(folder_ + name) << "up 1\n"; }
  void Output(const std::string& name) { options_.output.files = {{OutputFormat::kJson, folder_ + name}}; }
  bool IsAccepted() const { return CheckOutputsAreNoInputs(options_).ok(); }

  const std::string folder_ = testing::TempDir() + "/";
  Options options_;
};

TEST_F(CheckOutputs, AcceptsAnotherFile) {
  Output("new.json");
  EXPECT_TRUE(IsAccepted());
  Output("budget.yaml");  // there, but this run does not read it
  options_.check.policy_path = folder_ + "budget.yaml";
  EXPECT_TRUE(IsAccepted());
}

TEST_F(CheckOutputs, SeesTheInputThroughLinks) {
  ASSERT_EQ(symlink("in.prom", (folder_ + "link").c_str()), 0);
  ASSERT_EQ(link((folder_ + "in.prom").c_str(), (folder_ + "second_name").c_str()), 0);
  for (const char* name : {"in.prom", "link", "second_name"}) {
    Output(name);
    EXPECT_FALSE(IsAccepted()) << name;
  }
}

TEST_F(CheckOutputs, SeesPolicyAndPlainPositionals) {
  Output("budget.yaml");
  options_.reads_policy = true;
  options_.check.policy_path = folder_ + "budget.yaml";
  EXPECT_FALSE(IsAccepted());
  options_ = Options();
  options_.positionals = {folder_ + "in.prom"};
  options_.write.output_path = folder_ + "in.prom";
  EXPECT_FALSE(IsAccepted());
}

TEST_F(CheckOutputs, MayReadAndWriteATerminal) {
  options_.input.paths = {"/dev/null"};
  options_.output.files = {{OutputFormat::kJson, "/dev/null"}};
  EXPECT_TRUE(IsAccepted());
}

}  // namespace
}  // namespace seriesguard
