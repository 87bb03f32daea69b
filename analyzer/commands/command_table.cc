// SPDX-License-Identifier: Apache-2.0
//
// command_table.cc: one row a command.
#include "analyzer/commands/command_table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "analyzer/commands/browse_command.h"
#include "analyzer/commands/check_command.h"
#include "analyzer/commands/completion_command.h"
#include "analyzer/commands/diff_command.h"
#include "analyzer/commands/explain_command.h"
#include "analyzer/commands/flag_table.h"
#include "analyzer/commands/forecast_command.h"
#include "analyzer/commands/init_command.h"
#include "analyzer/commands/init_flags.h"
#include "analyzer/commands/man_command.h"
#include "analyzer/commands/policy_command.h"
#include "analyzer/commands/policy_explain_command.h"
#include "analyzer/commands/policy_export_command.h"
#include "analyzer/commands/policy_test_command.h"
#include "analyzer/commands/schema_command.h"
#include "analyzer/commands/simulate_command.h"
#include "analyzer/commands/suggest_command.h"
#include "analyzer/commands/top_command.h"
#include "analyzer/commands/url_flags.h"
#include "analyzer/commands/watch_command.h"
#include "analyzer/commands/watch_flags.h"

namespace seriesguard {
namespace {

constexpr size_t kAnyNumber = SIZE_MAX;

constexpr std::string_view kInputDetails =
    "INPUT is a file, a folder, - for standard input, or an address such as http://localhost:9100\n"
    "(/metrics where it has no path); .gz and .zst are unpacked. One input is one target.\n"
    "A folder of client_python's worker files (PROMETHEUS_MULTIPROC_DIR) is one input: what its scrape would bring.\n";

// Whatever reads dumps reads addresses.
const std::vector<Command>* WithUrlFlags(std::vector<Command> commands) {
  for (Command& command : commands) {
    if (std::find(command.flags.begin(), command.flags.end(), "--input-format") == command.flags.end()) continue;
    for (const Flag& flag : UrlFlags()) command.flags.push_back(flag.key());
  }
  return new std::vector<Command>(std::move(commands));
}

}  // namespace

const std::vector<Command>& AllCommands() {
  static const std::vector<Command>* const kCommands = WithUrlFlags({
      {"top",
       "show the metrics with the most series, and which label is to blame",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "metrics to show, 0 = all (default 10 as text, 20 as markdown, else all)",
       {"--limit",
        "--by",
        "--metric",
        "--what-if",
        "--bill",
        "--scrape-interval",
        kFormatOfReport,
        kOutputOfReport,
        "--show-personal",
        "--color",
        "--width",
        "--input-format",
        "--server",
        "--created",
        "--lenient",
        "--strict",
        "--threads",
        "--memory-limit",
        "--max-uncompressed-bytes",
        "--max-compression-ratio"},
       "seriesguard top node.prom\n"
       "curl -s localhost:9100/metrics | seriesguard top --limit 5 -\n"
       "seriesguard top --by values --metric '^http_' dumps/",
       RunTop},
      {"check",
       "judge a dump by a policy: exit 0 within budget, 1 over budget, 2 could not judge",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "findings to show, 0 = all (default 20 as text and markdown, else all)",
       {"--policy",
        "--as-guarded",
        "--require-all",
        "--replicas",
        "--allow-skipped",
        "--baseline",
        "--max-growth",
        "--update-baseline",
        "--reason",
        "--expires",
        "--limit",
        kFormatOfCheck,
        kOutputOfReport,
        "--show-personal",
        "--color",
        "--width",
        "--what-if",
        "--input-format",
        "--server",
        "--created",
        "--lenient",
        "--strict",
        "--threads",
        "--memory-limit",
        "--max-uncompressed-bytes",
        "--max-compression-ratio"},
       "seriesguard check metrics.prom\n"
       "seriesguard check --policy budget.yaml --format json metrics.prom > report.json\n"
       "seriesguard check --format github --output markdown=comment.md --output sarif=budget.sarif metrics.prom\n"
       "seriesguard check --baseline known.yaml --update-baseline --reason 'since 3.2' metrics.prom",
       RunCheck},
      {"explain",
       "show one metric to the bottom: every label, what each costs, example series",
       "METRIC INPUT...",
       2,
       kAnyNumber,
       true,
       kInputDetails,
       "values to show of each label, 0 = all (default 10)",
       {"--buckets", "--at", "--max-error", "--limit", kFormatOfReport, kOutputOfReport, "--show-personal", "--color",
        "--width", "--input-format", "--server", "--created", "--lenient", "--strict", "--threads", "--memory-limit",
        "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard explain http_request_duration_seconds node.prom\n"
       "seriesguard explain --buckets --at 0.25 --at 1 http_request_duration_seconds node.prom",
       RunExplain},
      {"browse",
       "walk through metrics, labels, values and series in the terminal; try what dropping labels saves",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "",
       {kPolicyOfBrowse, "--show-personal", "--color", "--input-format", "--server", "--created", "--lenient",
        "--threads", "--memory-limit", "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard browse node.prom\n"
       "curl -s localhost:9100/metrics | seriesguard browse --policy seriesguard.yaml -",
       RunBrowse},
      {"diff",
       "show which series came and went between two dumps, and why",
       "BEFORE AFTER",
       2,
       2,
       false,
       "BEFORE and AFTER are each a file, a folder (its dumps are matched by name), - for standard input, or a report\n"
       "that --format json stored: of a report only counts can be compared. Exit 0 whatever the difference is.\n",
       "metrics to show, 0 = all (default 10 as text, else all)",
       {"--ignore-label", "--limit", kFormatOfDiff, kOutputOfReport, "--show-personal", "--color", "--width",
        "--input-format", "--server", "--created", "--lenient", "--threads", "--memory-limit",
        "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard diff main.prom branch.prom\n"
       "seriesguard diff --format html main.prom branch.prom > growth.html\n"
       "seriesguard diff --ignore-label pod,instance monday/ tuesday/\n"
       "seriesguard diff last-week.json <(curl -s localhost:9100/metrics)",
       RunDiff},
      {"forecast",
       "say what production will have: churn, and values that are still to come",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "metrics to show, 0 = all (default 10; with --format json all)",
       {"--snapshots", "--horizon", "--replicas", "--ignore-label", "--limit", "--format", "--color", "--width",
        "--input-format", "--server", "--created", "--lenient", "--threads", "--memory-limit",
        "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard forecast --horizon 20 --replicas 40 ci.prom\n"
       "seriesguard forecast --snapshots --ignore-label pod hour1.prom hour2.prom hour3.prom hour4.prom hour5.prom",
       RunForecast},
      {"watch",
       "scrape services again and again, and show growth and churn since the start",
       "URL...",
       1,
       kAnyNumber,
       true,
       "URL is an address such as http://localhost:9100 (/metrics where it has no path). One is one target.\n"
       "Exit 1 as soon as the budget of --policy breaks; SIGINT ends it in order, with the summary.\n",
       "metrics to show in the summary, 0 = all (default 10; with --format json all)",
       {kPolicyOfWatch, "--as-guarded", "--require-all", "--replicas", "--allow-failures", "--limit", "--format",
        "--show-personal", "--color", "--width", "--every", kForOfWatch, "--ignore-label", "--input-format", "--server",
        "--created", "--threads", "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard watch --every 15s --for 10m http://localhost:9100\n"
       "seriesguard watch --policy seriesguard.yaml --wait-for 200 --for 5m http://localhost:8080/metrics",
       RunWatch},
      {"init",
       "write a first policy: what a dump has, and head-room",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "",
       {"--headroom", kOutputOfInit, "--force", "--input-format", "--server", "--created", "--lenient", "--threads",
        "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard init metrics.prom\n"
       "seriesguard check metrics.prom",
       RunInit},
      {"suggest",
       "write a policy that brings a dump inside a budget, with the least loss",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "",
       {"--target", "--output", "--format", "--show-personal", "--input-format", "--server", "--created", "--lenient",
        "--threads", "--memory-limit", "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard suggest --target 5000 --output seriesguard.yaml metrics.prom\n"
       "seriesguard check --as-guarded --policy seriesguard.yaml metrics.prom",
       RunSuggest},
      {"simulate",
       "show what a policy, or a server's relabelling and limits, would have made of a dump",
       "INPUT...",
       1,
       kAnyNumber,
       true,
       kInputDetails,
       "metrics to show of each input, 0 = all (default 10; with --format json all)",
       {"--policy", "--order", "--output", "--relabel", "--job", "--show-personal", "--limit", "--format", "--color",
        "--width", "--input-format", "--server", "--max-uncompressed-bytes", "--max-compression-ratio"},
       "seriesguard simulate --policy seriesguard.yaml node.prom\n"
       "seriesguard simulate --order adversarial --output guarded.prom node.prom\n"
       "seriesguard simulate --relabel prometheus.yml --job node node.prom",
       RunSimulate},
      {"policy check",
       "find every mistake of a policy: exit 0 sound, 2 not",
       "FILE...",
       1,
       kAnyNumber,
       false,
       "",
       "",
       {},
       "seriesguard policy check seriesguard.yaml",
       RunPolicyCheck},
      {"policy test",
       "hold a policy to examples: exit 0 all hold, 1 one fails, 2 could not tell",
       "FILE...",
       1,
       kAnyNumber,
       false,
       "FILE is YAML: series as they come, and what the policy is to make of them (docs/policy.md).\n",
       "",
       {},
       "seriesguard policy test seriesguard.test.yaml",
       RunPolicyTest},
      {"policy explain",
       "show what a policy does to one series, step by step",
       "SERIES",
       1,
       1,
       false,
       "SERIES is written as in /metrics, without its value; quote it for the shell.\n",
       "",
       {"--policy"},
       "seriesguard policy explain 'http_requests_total{method=\"get\",path=\"/api/orders/17\"}'",
       RunPolicyExplain},
      {"policy export",
       "write a policy as rules of Prometheus, relabelling or a Kubernetes allow-list",
       "",
       0,
       0,
       false,
       "Exit 2 where a part of the policy cannot be said without losing samples, or nothing can;\n"
       "comments of the output say what and why (docs/alerts.md).\n",
       "",
       {"--policy", "--to", "--output", "--tests", "--job", "--for"},
       "seriesguard policy export --to alerts --output alerts.yml --tests alerts.test.yml\n"
       "promtool check rules alerts.yml && promtool test rules alerts.test.yml",
       RunPolicyExport},
      {"policy import",
       "turn a Kubernetes allow-list manifest into a policy",
       "FILE",
       1,
       1,
       false,
       "FILE is what --allow-metric-labels-manifest of a Kubernetes component names.\n",
       "",
       {},
       "seriesguard policy import allow-list.yaml > seriesguard.yaml",
       RunPolicyImport},
      {"policy schema",
       "print the JSON Schema of a policy, for editors",
       "",
       0,
       0,
       false,
       "",
       "",
       {},
       "seriesguard policy schema > seriesguard.schema.json",
       RunPolicySchema},
      {"schema",
       "print the JSON Schema of what --format json prints",
       "[DOCUMENT]",
       0,
       1,
       false,
       "DOCUMENT is report (top, check, explain; the default), diff, forecast, simulation,\n"
       "suggestion or watch.\n",
       "",
       {},
       "seriesguard schema > report.schema.json",
       RunSchema,
       "report diff forecast simulation suggestion watch"},
      {"completion",
       "print the script that lets a shell complete commands, flags and their values",
       "SHELL",
       1,
       1,
       false,
       "SHELL is bash, zsh or fish; where to put the script is written in its first lines.\n",
       "",
       {},
       "source <(seriesguard completion bash)\n"
       "seriesguard completion fish > ~/.config/fish/completions/seriesguard.fish",
       nullptr,
       "bash zsh fish",
       RunCompletion},
      {"man", "print the manual page", "", 0, 0, false, "", "", {}, "seriesguard man | man -l -", nullptr, {}, RunMan},
  });
  return *kCommands;
}

const Command* FindCommand(std::string_view name) {
  for (const Command& command : AllCommands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace seriesguard
