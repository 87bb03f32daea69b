// SPDX-License-Identifier: Apache-2.0
//
// Every format of a thousand hostile reports, read back by a strict reader of that format: as many entries as there
// are findings, each with the text that was put in, and nothing else.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzer/report/finding.h"
#include "analyzer/report/formats/csv.h"
#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/formats/github.h"
#include "analyzer/report/formats/gitlab.h"
#include "analyzer/report/formats/junit.h"
#include "analyzer/report/formats/markdown.h"
#include "analyzer/report/formats/openmetrics.h"
#include "analyzer/report/formats/sarif.h"
#include "rules/safe_text.h"
#include "tests/analyzer/census_from_text.h"
#include "tests/analyzer/report/formats/hostile_report.h"
#include "tests/analyzer/report/formats/strict_readers.h"
#include "tests/analyzer/report/sample_report.h"

namespace seriesguard {
namespace {

constexpr uint32_t kReports = 300;

std::vector<Report> Reports() {
  std::vector<Report> all = {SampleCheckReport()};
  for (uint32_t seed = 0; seed < kReports; ++seed) all.push_back(HostileReport(seed));
  return all;
}

std::string WithoutSarifEscapes(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    EXPECT_TRUE(byte != '[' && byte != ']') << "a bracket that opens or closes a link: " << text;
    if (byte == '\\' || byte == '{' || byte == '}') ++i;
    if (i == text.size() || (byte != '\\' && text[i] != byte)) {
      ADD_FAILURE() << "half an escape: " << text;
      break;
    }
    plain.push_back(text[i]);
  }
  return plain;
}

TEST(RoundTrip, Sarif) {
  for (const Report& report : Reports()) {
    const nlohmann::json document = nlohmann::json::parse(RenderSarif(report));
    const nlohmann::json& run = document.at("runs").at(0);
    const nlohmann::json& results = run.at("results");
    ASSERT_EQ(results.size(), report.findings.size());
    std::set<std::string> fingerprints;
    for (size_t i = 0; i < results.size(); ++i) {
      const Finding& finding = report.findings[i];
      EXPECT_EQ(results[i].at("ruleId"), FindingRuleName(finding.rule));
      const size_t rule = results[i].at("ruleIndex");
      EXPECT_EQ(run.at("tool").at("driver").at("rules").at(rule).at("id"), FindingRuleName(finding.rule));
      EXPECT_EQ(WithoutSarifEscapes(results[i].at("message").at("text").get<std::string>()),
                FindingText(finding, "\n"));
      EXPECT_EQ(results[i].contains("suppressions"), finding.is_accepted);
      const nlohmann::json& place = results[i].at("locations").at(0).at("physicalLocation");
      EXPECT_GE(place.at("region").at("startLine"), 1);
      const std::string print = results[i].at("partialFingerprints").at("seriesguard/v1");
      EXPECT_EQ(print.substr(0, 16), Fingerprint(finding));
      EXPECT_TRUE(fingerprints.insert(print).second) << print;
      EXPECT_FALSE(results[i].contains("escaped"));
    }
  }
}

TEST(RoundTrip, Gitlab) {
  for (const Report& report : Reports()) {
    const nlohmann::json document = nlohmann::json::parse(RenderGitlab(report));
    const size_t first = report.verdict == ReportVerdict::kUndecided ? 1 : 0;
    ASSERT_EQ(document.size(), report.findings.size() + first);
    std::set<std::string> fingerprints;
    for (size_t i = 0; i < document.size(); ++i) {
      EXPECT_TRUE(fingerprints.insert(document[i].at("fingerprint")).second);
      EXPECT_GE(document[i].at("location").at("lines").at("begin"), 1);
      EXPECT_TRUE(document[i].at("location").at("path").is_string());
      if (i < first) continue;
      EXPECT_EQ(document[i].at("description"), FindingText(report.findings[i - first], "; "));
      EXPECT_EQ(document[i].at("check_name"), FindingRuleName(report.findings[i - first].rule));
    }
  }
}

std::string WithoutPercent(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain.push_back(text[i]);
      continue;
    }
    const std::string code(text.substr(i + 1, 2));
    EXPECT_TRUE(code == "25" || code == "0A" || code == "0D") << text;
    plain.push_back(static_cast<char>(std::stoi(code, nullptr, 16)));
    i += 2;
  }
  return plain;
}

TEST(RoundTrip, Github) {
  for (const Report& report : Reports()) {
    std::vector<std::string> messages;
    for (const WorkflowCommand& command : ReadWorkflowCommands(RenderGithub(report))) {
      EXPECT_TRUE(command.name == "error" || command.name == "warning" || command.name == "notice") << command.name;
      for (const auto& [key, value] : command.properties) {
        EXPECT_TRUE(key == "file" || key == "line" || key == "title") << key;
      }
      messages.push_back(WithoutPercent(command.message));
    }
    size_t next = report.verdict == ReportVerdict::kUndecided ? 1 : 0;
    size_t shown = 0;
    for (const Finding& finding : report.findings) {
      if (finding.is_accepted || shown == kMostGithubAnnotations) continue;
      ++shown;
      ASSERT_LT(next, messages.size());
      EXPECT_EQ(messages[next++], FindingText(finding, "\n"));
    }
    EXPECT_EQ(messages.size() - next, report.findings_total > shown ? 1u : 0u);  // the line that counts
  }
}

TEST(RoundTrip, Csv) {
  for (const Report& report : Reports()) {
    const std::vector<std::vector<std::string>> rows = ReadCsv(RenderCsv(report, 0));
    const bool is_cut = report.findings_total > report.findings.size();
    ASSERT_EQ(rows.size(), 1 + report.findings.size() + (is_cut ? 1 : 0));
    const auto column = [&rows](std::string_view name) {
      return static_cast<size_t>(std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin());
    };
    for (const std::vector<std::string>& row : rows) ASSERT_EQ(row.size(), rows[0].size());
    for (size_t i = 0; i < report.findings.size(); ++i) {
      EXPECT_EQ(rows[i + 1][column("metric")], SafeText(report.findings[i].metric));
      EXPECT_EQ(rows[i + 1][column("label")], SafeText(report.findings[i].label));
      EXPECT_EQ(rows[i + 1][column("file")], SafeText(report.findings[i].location.file));
      EXPECT_EQ(rows[i + 1][column("message")], report.findings[i].message);
    }
  }
}

TEST(RoundTrip, Junit) {
  for (const Report& report : Reports()) {
    const XmlElement root = ReadXml(RenderJunit(report));
    ASSERT_EQ(root.name, "testsuites");
    ASSERT_EQ(root.children.size(), 1u);
    const XmlElement& suite = root.children.front();
    EXPECT_EQ(suite.attributes.at("tests"), std::to_string(suite.children.size()));
    size_t failures = 0, errors = 0, said = 0;
    for (const XmlElement& one : suite.children) {
      ASSERT_EQ(one.name, "testcase");
      for (const XmlElement& child : one.children) {
        failures += child.name == "failure";
        errors += child.name == "error";
        for (size_t at = 0; (at = child.text.find("\nat ", at)) != std::string::npos; ++at) ++said;
      }
    }
    EXPECT_EQ(suite.attributes.at("failures"), std::to_string(failures));
    EXPECT_EQ(suite.attributes.at("errors"), std::to_string(errors));
    EXPECT_EQ(errors, report.verdict == ReportVerdict::kUndecided ? 1u : 0u);
    EXPECT_EQ(said, report.findings.size());  // each finding once, with its place
    for (size_t i = 0; i < report.judged.size(); ++i) {
      EXPECT_EQ(suite.children[i + 1].attributes.at("name"), SafeText(report.judged[i].name));
    }
  }
}

TEST(RoundTrip, OpenMetrics) {
  for (const Report& report : Reports()) {
    const std::string text = RenderOpenMetrics(report);
    const Census census = CensusFromText(text);
    for (const char* name : {"seriesguard_report_series", "seriesguard_report_metric_series",
                             "seriesguard_report_findings", "seriesguard_report_verdict"}) {
      const bool may_be_empty = std::string_view(name) == "seriesguard_report_metric_series";
      if (may_be_empty && report.metrics.empty()) continue;
      EXPECT_NE(census.FindFamily(name), census.family_count()) << name;
    }
    for (size_t family = 0; family < census.family_count(); ++family) {
      EXPECT_EQ(census.family(family).name.rfind("seriesguard_report_", 0), 0u) << census.family(family).name;
    }
    EXPECT_EQ(text.substr(text.size() - 6), "# EOF\n");
  }
}

TEST(RoundTrip, Markdown) {
  for (const Report& report : Reports()) {
    const std::string text = RenderMarkdown(report, 0);
    EXPECT_EQ(text.rfind(kMarkdownMarker, 0), 0u);
    EXPECT_LE(text.size(), kMostMarkdownBytes);
    for (const std::string& line : MarkdownViolations(text)) ADD_FAILURE() << line;
    for (size_t i = 0; i < std::min<size_t>(10, report.findings.size()); ++i) {
      EXPECT_NE(text.find(MarkdownCode(report.findings[i].message)), std::string::npos) << report.findings[i].message;
    }
  }
}

TEST(Markdown, IsBelowWhatACommentTakesAndCountsTheRest) {
  Report report = SampleCheckReport();
  Finding large = report.findings.front();
  large.message = std::string(4'000, 'm');
  large.owner = std::string(4'000, 'o');
  report.findings.assign(3'000, large);
  report.findings_total = 3'000;
  const std::string text = RenderMarkdown(report, 0);
  EXPECT_LE(text.size(), kMostMarkdownBytes);
  EXPECT_GT(text.size(), kMostMarkdownBytes - 3'000);
  size_t rows = 0;
  for (size_t at = 0; (at = text.find("\n| error |", at)) != std::string::npos; ++at) ++rows;
  EXPECT_GT(rows, 50u);
  EXPECT_NE(text.find("\n" + std::to_string(3'000 - rows).insert(1, ",") + " more findings not shown here.\n"),
            std::string::npos)
      << rows;
  for (const std::string& line : MarkdownViolations(text)) ADD_FAILURE() << line;
}

TEST(Sarif, ShowsTheWorstAndCountsTheRest) {
  Report report = SampleCheckReport();
  report.findings.assign(kMostSarifResults + 7, report.findings.front());
  report.findings_total = report.findings.size();
  const nlohmann::json run = nlohmann::json::parse(RenderSarif(report)).at("runs").at(0);
  EXPECT_EQ(run.at("results").size(), kMostSarifResults);
  EXPECT_EQ(run.at("properties").at("findingsNotShown"), 7);
}

TEST(Sarif, KeepsItsFingerprintsWhenNumbersAndLinesMove) {
  Report report = SampleCheckReport();
  const auto prints = [&report] {
    std::multiset<std::string> all;
    const nlohmann::json document = nlohmann::json::parse(RenderSarif(report));
    for (const nlohmann::json& result : document.at("runs").at(0).at("results")) {
      all.insert(result.at("partialFingerprints").at("primaryLocationLineHash").get<std::string>());
    }
    return all;
  };
  const std::multiset<std::string> before = prints();
  for (Finding& finding : report.findings) {
    finding.location.line += 5;
    if (finding.observed) *finding.observed += 100;
    finding.message += " again";
  }
  EXPECT_EQ(prints(), before);
}

TEST(Junit, HasACaseForWhatWasJudgedAndHeld) {
  Report report = SampleCheckReport();
  report.judged = {{"metric", "orders_total"}, {"metric", "http_request_duration_seconds"}, {"budget", "series_limit"}};
  for (Finding& finding : report.findings) {
    if (finding.rule == FindingRule::kSeriesLimit) finding.judged = 1;
  }
  const XmlElement suite = ReadXml(RenderJunit(report)).children.front();
  ASSERT_EQ(suite.children.size(), 1u + 3u + 3u);
  EXPECT_EQ(suite.attributes.at("failures"), "2");
  EXPECT_TRUE(suite.children[1].children.empty());
  ASSERT_EQ(suite.children[2].children.size(), 1u);
  EXPECT_EQ(suite.children[2].children[0].attributes.at("message"),
            "http_request_duration_seconds: 28,944 series, limit 4,000");
}

TEST(Github, SaysTheWorstTenAndCountsTheRest) {
  Report report = SampleCheckReport();
  report.findings.assign(25, report.findings.front());
  report.findings.back().is_accepted = true;
  report.findings_total = 25;
  const std::vector<WorkflowCommand> commands = ReadWorkflowCommands(RenderGithub(report));
  ASSERT_EQ(commands.size(), 11u);
  EXPECT_EQ(commands.back().name, "notice");
  EXPECT_EQ(commands.back().message, "14 more findings, none worse than these; 1 accepted by the baseline");
}

}  // namespace
}  // namespace seriesguard
