// SPDX-License-Identifier: Apache-2.0
//
// relabel_simulation_test.cc: rules, losses and limits on small dumps; and random rules against a few obvious lines. (A real
// server has its say in tests/server/simulated_in_prometheus.sh.)
#include "analyzer/relabel/relabel_simulation.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/relabel/json_relabel.h"
#include "analyzer/relabel/relabel_config.h"
#include "analyzer/relabel/text_relabel.h"
#include "analyzer/simulation/simulation_schema.h"
#include "tests/analyzer/report/schema_check.h"
#include "tests/analyzer/simulation/simulated_dump.h"

namespace seriesguard {
namespace {

RelabelSimulation Relabel(const std::string& yaml, const std::string& text,
                          ServerView server = ServerView::kPrometheus3, std::string* exposition = nullptr) {
  const RelabelConfigResult read = ReadRelabelConfig(yaml, server);
  for (const Diagnostic& diagnostic : read.diagnostics) ADD_FAILURE() << diagnostic.message << "\n" << yaml;
  if (!read.config) return {};
  const SimulatedDump dump = ReadDumpTexts({text}, server == ServerView::kPrometheus3);
  RelabelOptions options;
  options.server = server;
  options.exposition = exposition;
  const auto simulation = SimulateRelabelling(read.config->jobs[0], *dump.census, *dump.tables, options);
  EXPECT_TRUE(simulation.ok()) << simulation.status();
  return *simulation;
}

std::string Stored(const std::string& yaml, const std::string& text, ServerView server = ServerView::kPrometheus3) {
  std::string out;
  Relabel(yaml, text, server, &out);
  return out;
}

TEST(RelabelSimulation, HasEveryAction) {
  const std::string dump = "m{a=\"X1\",b=\"y\"} 1\n";
  EXPECT_EQ(Stored("[]", dump), dump);
  EXPECT_EQ(Stored("- {source_labels: [a, b], regex: 'X(.);(.)', target_label: c, replacement: '$2${1}z$$'}", dump),
            "m{a=\"X1\",b=\"y\",c=\"y1z$\"} 1\n");
  EXPECT_EQ(Stored("- {source_labels: [a], regex: X, target_label: c}", dump), dump);  // anchored
  EXPECT_EQ(Stored("- {source_labels: [a], regex: 'X.', action: drop}", dump), "");
  EXPECT_EQ(Stored("- {source_labels: [a], regex: 'Y.', action: keep}", dump), "");
  EXPECT_EQ(Stored("- {source_labels: [a], regex: 'X.', action: Keep}", dump), dump);
  EXPECT_EQ(Stored("- {source_labels: [a], target_label: b, action: keepequal}", dump), "");
  EXPECT_EQ(Stored("- {source_labels: [a], target_label: b, action: dropequal}", dump), dump);
  EXPECT_EQ(Stored("- {source_labels: [a], target_label: a, action: lowercase}", dump), "m{a=\"x1\",b=\"y\"} 1\n");
  EXPECT_EQ(Stored("- {source_labels: [a, b], target_label: b, action: uppercase}", dump),
            "m{a=\"X1\",b=\"X1;Y\"} 1\n");
  EXPECT_EQ(Stored("- {action: labeldrop, regex: 'a|b'}", dump), "m 1\n");
  EXPECT_EQ(Stored("- {action: labelkeep, regex: '__name__|b'}", dump), "m{b=\"y\"} 1\n");
  EXPECT_EQ(Stored("- {action: labelmap, regex: '(a)', replacement: 'new_$1'}", dump),
            "m{a=\"X1\",b=\"y\",new_a=\"X1\"} 1\n");
  // The last 8 bytes of md5("y") are the number 3335013529052722269.
  EXPECT_EQ(Stored("- {source_labels: [b], modulus: 1000, target_label: s, action: hashmod}", dump),
            "m{a=\"X1\",b=\"y\",s=\"269\"} 1\n");
}

TEST(RelabelSimulation, KeepsDefaultsApartByServer) {
  const std::string dump = "m{a=\"x\\ny\"} 1\n";
  const std::string rule = "- {source_labels: [a], target_label: b}";
  EXPECT_EQ(Stored(rule, dump, ServerView::kPrometheus3), "m{a=\"x\\ny\",b=\"x\\ny\"} 1\n");
  EXPECT_EQ(Stored(rule, dump, ServerView::kPrometheus2), dump);  // there a dot is no newline
}

TEST(RelabelSimulation, ChangesCaseBeyondAscii) {
  EXPECT_EQ(Stored("- {source_labels: [a], target_label: a, action: uppercase}", "m{a=\"\xc3\xa4\xd0\xb6\"} 1\n"),
            "m{a=\"\xc3\x84\xd0\x96\"} 1\n");
}

TEST(RelabelSimulation, NamesWhatIsLost) {
  const RelabelSimulation simulation = Relabel(
      "- {action: labeldrop, regex: pod}", "m{pod=\"a\",x=\"1\"} 1\nm{pod=\"b\",x=\"1\"} 2\nm{pod=\"a\",x=\"2\"} 3\n");
  const RelabelledInput& input = simulation.inputs[0];
  EXPECT_EQ(input.series_before, 3u);
  EXPECT_EQ(input.series_after, 2u);
  EXPECT_EQ(input.lost_samples, 1u);
  ASSERT_EQ(input.lost.size(), 1u);
  EXPECT_EQ(input.lost[0].metric, "m");
  EXPECT_EQ(input.lost[0].kept, "m{pod=\"a\",x=\"1\"}");
  EXPECT_EQ(input.lost[0].lost, "m{pod=\"b\",x=\"1\"}");
  EXPECT_EQ(input.lost[0].becomes, "m{x=\"1\"}");
  EXPECT_EQ(input.metrics[0].lost_series, 1u);
  EXPECT_EQ(input.metrics[0].series_after, 2u);
}

TEST(RelabelSimulation, CountsRepeatedSamplesAndTimestampsAsTheServerDoes) {
  EXPECT_EQ(Relabel("[]", "m 1\nm 2\n").inputs[0].lost_samples, 1u);
  EXPECT_EQ(Relabel("[]", "m 1\nm 2\n").inputs[0].series_after, 1u);
  EXPECT_EQ(Relabel("[]", "m 1 1000\nm 2 2000\n").inputs[0].lost_samples, 0u);
  EXPECT_EQ(Relabel("scrape_configs: [{job_name: j, honor_timestamps: false}]", "m 1 1000\nm 2 2000\n")
                .inputs[0]
                .lost_samples,
            1u);
}

TEST(RelabelSimulation, AttachesTheTargetsLabels) {
  const std::string config =
      "scrape_configs: [{job_name: j, static_configs: [{targets: ['h:1', 'h:2'], labels: {dc: x}}]";
  EXPECT_EQ(Stored(config + "}]", "m{job=\"own\"} 1\n"),
            "m{dc=\"x\",exported_job=\"own\",instance=\"h:1\",job=\"j\"} 1\n");
  EXPECT_EQ(Stored(config + ", honor_labels: true}]", "m{job=\"own\"} 1\n"),
            "m{dc=\"x\",instance=\"h:1\",job=\"own\"} 1\n");
}

TEST(RelabelSimulation, FailsTheScrapeWithoutAName) {
  std::string out;
  const auto simulation =
      Relabel("- {action: labeldrop, regex: __name__}", "m{a=\"x\"} 1\n", ServerView::kPrometheus3, &out);
  EXPECT_NE(simulation.inputs[0].failure.find("no metric name"), std::string::npos);
  EXPECT_EQ(out, "");
  // A sample without any label left is dropped, and loses nothing but itself.
  EXPECT_EQ(Relabel("- {action: labelkeep, regex: none}", "m 1\n").inputs[0].failure, "");
}

TEST(RelabelSimulation, FindsTheMetricThatCrossesALimit) {
  const std::string dump = "first 1\nwide{a=\"1\"} 1\nwide{a=\"2\"} 1\nwide{a=\"3\"} 1\nlast{label=\"longvalue\"} 1\n";
  const auto limited = [&dump](const std::string& limits) {
    return Relabel("global: {label_limit: 100}\nscrape_configs: [{job_name: j, " + limits + "}]", dump).inputs[0];
  };
  const RelabelledInput samples = limited("sample_limit: 3");
  EXPECT_NE(samples.failure.find("sample_limit 3"), std::string::npos);
  ASSERT_EQ(samples.limits.size(), 2u);
  EXPECT_EQ(samples.limits[0].metric, "wide");
  EXPECT_EQ(samples.limits[0].line, 4u);
  EXPECT_EQ(samples.limits[0].seen, 5u);
  EXPECT_EQ(samples.limits[0].biggest, "wide");
  EXPECT_EQ(samples.limits[0].biggest_share, 3u);
  EXPECT_EQ(samples.limits[1].limit, "label_limit");  // of `global`
  EXPECT_EQ(samples.limits[1].seen, 4u);              // __name__, job and instance count
  EXPECT_EQ(limited("sample_limit: 5").failure, "");
  EXPECT_EQ(limited("label_limit: 3").limits[0].metric, "wide");
  EXPECT_EQ(limited("label_value_length_limit: 11").limits[1].metric, "first");  // the instance counts
  EXPECT_EQ(limited("label_name_length_limit: 8").failure, "");
  EXPECT_NE(limited("label_name_length_limit: 7").failure, "");
  EXPECT_NE(limited("body_size_limit: " + std::to_string(dump.size()) + "B").failure,
            "");  // a full one counts as longer
  EXPECT_EQ(limited("body_size_limit: " + std::to_string(dump.size() + 1) + "B").failure, "");
}

TEST(RelabelConfig, SaysWhatIsWrongAndWhere) {
  const auto error = [](const std::string& yaml) {
    const RelabelConfigResult read = ReadRelabelConfig(yaml, ServerView::kPrometheus3);
    EXPECT_FALSE(read.config) << yaml;
    if (read.diagnostics.empty()) return std::string();
    const Diagnostic& first = read.diagnostics.front();
    return std::to_string(first.location.line) + ":" + std::to_string(first.location.column) + " " + first.message;
  };
  EXPECT_EQ(error("- {regex: 'a(', target_label: x}"), "1:11 not a regular expression: missing ): a(");
  EXPECT_EQ(error("- {action: hashmod, target_label: x}"), "1:3 hashmod needs a modulus above 0");
  EXPECT_EQ(error("- {action: replace}"), "1:3 replace needs a target_label");
  EXPECT_EQ(error("- {action: fly}"), "1:12 \"fly\" is no action of relabelling");
  EXPECT_EQ(error("- {acton: drop}"), "1:4 unknown key \"acton\" in a relabel rule");
  EXPECT_EQ(error("- {action: labeldrop, regex: a, source_labels: [b]}"), "1:3 labeldrop takes a regex only");
  EXPECT_EQ(error("- {action: keepequal, target_label: a, regex: b}"),
            "1:3 keepequal takes source_labels and target_label only");
  EXPECT_EQ(error("scrape_configs: []"), "1:17 no scrape_configs with a job in it, and no list of relabel rules");
  EXPECT_EQ(error("scrape_configs: [{job_name: a}, {job_name: a}]"), "1:33 a second job is called \"a\"");
  EXPECT_EQ(error("scrape_configs: [{job_name: a, sample_limit: many}]"), "1:46 sample_limit must be a whole number");
  EXPECT_EQ(error("scrape_configs: [{job_name: a, body_size_limit: 10}]"),
            "1:49 body_size_limit must be a size such as 10MB");
  EXPECT_NE(error("a: [").find("1:"), std::string::npos);
}

TEST(RelabelConfig, LooksAtWhatIsOfInterestOnly) {
  const RelabelConfigResult read = ReadRelabelConfig(
      "global: {scrape_interval: 5s, unheard_of: &x {a: b}}\nremote_write: [*x]\n"
      "scrape_configs: [{job_name: a, new_key: 1, body_size_limit: 1.5KiB}]\n",
      ServerView::kPrometheus3);
  ASSERT_TRUE(read.config) << read.diagnostics.size();
  EXPECT_EQ(read.config->jobs[0].limits.body_size_limit, 1536u);
  const RelabelConfigResult alias = ReadRelabelConfig(
      "x: &r [{action: labeldrop, regex: a}]\nscrape_configs: [{job_name: a, metric_relabel_configs: *r}]\n",
      ServerView::kPrometheus3);
  ASSERT_FALSE(alias.config);
  EXPECT_NE(alias.diagnostics[0].hint.find("write the value out"), std::string::npos);
}

TEST(RelabelSimulation, DocumentsAreWhatTheSchemaSays) {
  const RelabelSimulation simulation = Relabel(
      "scrape_configs: [{job_name: j, sample_limit: 1, metric_relabel_configs: [{action: labeldrop, regex: a},"
      " {action: drop, source_labels: [b], regex: '1'}]}]",
      "m{a=\"1\"} 1\nm{a=\"\xc3\xa4\"} 1\nm{b=\"1\"} 1\n");
  const std::string json = RenderJsonRelabel(simulation);
  EXPECT_EQ(SchemaViolations(SimulationSchema(), json), std::vector<std::string>()) << json;
  EXPECT_NE(RenderTextRelabel(simulation, {}).find("the scrape fails"), std::string::npos);
}

// The slow way: labels as a map, std::regex, one `if` a rule.
std::optional<std::map<std::string, std::string>> Slowly(const std::vector<ServerRelabelRule>& rules,
                                                         std::map<std::string, std::string> labels) {
  for (const ServerRelabelRule& rule : rules) {
    std::string value;
    for (size_t i = 0; i < rule.source_labels.size(); ++i) {
      value += (i > 0 ? rule.separator : "") + labels[rule.source_labels[i]];
    }
    const std::regex regex(rule.regex);
    std::smatch match;
    if (rule.action == RelabelAction::kDrop && std::regex_match(value, regex)) return std::nullopt;
    if (rule.action == RelabelAction::kKeep && !std::regex_match(value, regex)) return std::nullopt;
    if (rule.action == RelabelAction::kDropEqual && labels[rule.target_label] == value) return std::nullopt;
    if (rule.action == RelabelAction::kKeepEqual && labels[rule.target_label] != value) return std::nullopt;
    if (rule.action == RelabelAction::kReplace && std::regex_match(value, match, regex)) {
      labels[rule.target_label] = match.format(rule.replacement);
    }
    if (rule.action == RelabelAction::kLabelDrop || rule.action == RelabelAction::kLabelKeep) {
      for (auto& [name, text] : labels) {
        if (std::regex_match(name, regex) == (rule.action == RelabelAction::kLabelDrop)) text.clear();
      }
    }
  }
  for (auto label = labels.begin(); label != labels.end();) {
    label = label->second.empty() ? labels.erase(label) : std::next(label);
  }
  return labels;
}

TEST(ServerRelabelRule, IsWhatAFewLinesSay) {
  std::mt19937_64 random(11);
  const auto draw = [&random](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  const std::vector<std::string> names = {"__name__", "a", "b", "c", "absent"};
  for (int round = 0; round < 20'000; ++round) {
    std::vector<ServerRelabelRule> rules(1 + random() % 4);
    for (ServerRelabelRule& rule : rules) {
      const RelabelAction kActions[] = {RelabelAction::kReplace,   RelabelAction::kReplace,   RelabelAction::kDrop,
                                        RelabelAction::kKeep,      RelabelAction::kLabelDrop, RelabelAction::kLabelKeep,
                                        RelabelAction::kDropEqual, RelabelAction::kKeepEqual};
      rule.action = kActions[random() % std::size(kActions)];
      if (rule.action == RelabelAction::kLabelDrop || rule.action == RelabelAction::kLabelKeep) {
        rule.regex = draw({"a|b", "__name__|a", "[a-c]", "absent"});
        continue;
      }
      for (size_t i = random() % 3; i > 0; --i) rule.source_labels.push_back(draw(names));
      rule.has_source_labels = true;
      if (rule.action != RelabelAction::kDrop && rule.action != RelabelAction::kKeep) rule.target_label = draw(names);
      if (rule.action == RelabelAction::kDropEqual || rule.action == RelabelAction::kKeepEqual) continue;
      rule.regex = draw({"(.*)", "(x)(.*)", "m|x", "(.)(.);(.*)", "", "[^x]+"});
      rule.separator = draw({";", "", "-"});
      if (rule.action == RelabelAction::kReplace) rule.replacement = draw({"$1", "$2$1", "text", "", "$$1", "<$1>"});
    }
    std::map<std::string, std::string> labels = {{"__name__", draw({"m", "xm"})}};
    for (const char* name : {"a", "b", "c"}) {
      const std::string value = draw({"", "x", "xy", "yx", "z"});
      if (!value.empty()) labels[name] = value;
    }
    RelabelLabels ours;
    for (const auto& [name, value] : labels) ours.AddFirst(name, value);
    bool is_kept = true;
    for (const ServerRelabelRule& rule : rules) {
      auto compiled = CompiledRelabelRule::Compile(rule, ServerView::kPrometheus3);
      ASSERT_TRUE(compiled.ok()) << compiled.status();
      is_kept = is_kept && compiled->Apply(&ours);
    }
    const auto slow = Slowly(rules, labels);
    ASSERT_EQ(is_kept, slow.has_value()) << round;
    if (!is_kept) continue;
    const std::map<std::string, std::string> result(ours.labels().begin(), ours.labels().end());
    ASSERT_EQ(result, *slow) << round;
  }
}

}  // namespace
}  // namespace seriesguard
