// SPDX-License-Identifier: Apache-2.0
//
// policy_export_command.cc: what cannot be exported is said in the comments of the output and counted on the standard error
// output; the exit status is then 2, for the result is not the whole policy.
#include "analyzer/commands/policy_export_command.h"

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/read_policy.h"
#include "analyzer/commands/write_file.h"
#include "analyzer/report/number_text.h"
#include "rules/diagnostic.h"
#include "rules/export/alert_rule.h"
#include "rules/export/alert_rules.h"
#include "rules/export/kubernetes_allow_list.h"
#include "rules/export/recording_rules.h"
#include "rules/export/relabel_rules.h"
#include "rules/export/rule_file.h"
#include "rules/policy.h"
#include "rules/policy_reader.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExport = "seriesguard policy export: ";

int CannotDo(std::string_view message, const Streams& streams) {
  PrintError(absl::StrCat(std::string(kExport), std::string(message), "\n"), streams);
  return kExitCannotDo;
}

// What is wrong with the flags together; empty: nothing.
std::string FlagConflict(const WriteOptions& write) {
  if (!write.target) return "expected --to alerts, recording, relabel or k8s-allow-list";
  const bool has_rules = *write.target == ExportTarget::kAlerts || *write.target == ExportTarget::kRecording;
  if (!has_rules && !write.tests_path.empty()) return "--tests: only alerts and recording rules have tests";
  if (!has_rules && !write.job.empty()) return "--job: only alerts and recording rules ask for a job";
  if (*write.target != ExportTarget::kAlerts && write.for_ns) return "--for: only alerts have it";
  if (!write.tests_path.empty() && write.output_path.empty()) {
    return "--tests needs --output: the tests name the file of the rules";
  }
  if (!write.tests_path.empty() && write.tests_path == write.output_path)
    return "--tests and --output are the same file";
  return "";
}

// The file of the rules as seen from the file of the tests, which is how promtool reads it.
std::string RuleFileSeenFrom(const std::string& tests_path, const std::string& rules_path) {
  std::error_code error;
  const fs::path rules = fs::absolute(rules_path, error).lexically_normal();
  const fs::path folder = fs::absolute(tests_path, error).lexically_normal().parent_path();
  const fs::path relative = rules.lexically_relative(folder);
  return relative.empty() ? rules.string() : relative.string();
}

struct Exported {
  std::string text;
  std::string tests;
  std::string trouble;  // not empty: not all of it could be exported
};

absl::StatusOr<Exported> Export(const Policy& policy, const WriteOptions& write) {
  Exported out;
  const ExportOptions options{write.job, write.for_ns};
  const std::string rule_file = write.tests_path.empty() ? "" : RuleFileSeenFrom(write.tests_path, write.output_path);
  switch (*write.target) {
    case ExportTarget::kAlerts: {
      const absl::StatusOr<std::vector<AlertRule>> rules = MakeAlertRules(policy, options);
      if (!rules.ok()) return rules.status();
      out.text = AlertFile(policy, *rules);
      out.tests = AlertTestFile(policy, *rules, rule_file);
      break;
    }
    case ExportTarget::kRecording: {
      const std::vector<RecordingRule> rules = MakeRecordingRules(policy, options);
      out.text = RecordingFile(policy, rules);
      out.tests = RecordingTestFile(policy, rules, rule_file);
      break;
    }
    case ExportTarget::kRelabel: {
      const RelabelExport relabel = MakeRelabelRules(policy);
      out.text = RelabelFile(policy, relabel);
      if (!relabel.refusals.empty()) {
        out.trouble =
            absl::StrCat(Quantity(relabel.refusals.size(), "label rule"),
                         " refused, a server would lose samples by them; the comments say which and what to do");
      }
      break;
    }
    case ExportTarget::kAllowList: {
      const AllowListExport lists = MakeAllowList(policy);
      out.text = lists.text;
      if (lists.refusals > 0) {
        out.trouble = absl::StrCat(Quantity(lists.refusals, "allow-list"), " refused; the comments say which and why");
      } else if (lists.lists == 0) {
        out.trouble = "the policy has no allow-list";
      }
      break;
    }
  }
  return out;
}

}  // namespace

int RunPolicyExport(const Options& options, const Streams& streams) {
  const WriteOptions& write = options.write;
  if (const std::string conflict = FlagConflict(write); !conflict.empty()) return CannotDo(conflict, streams);
  const std::optional<PolicyReadResult> read = ReadPolicyAloud(options.check.policy_path, streams);
  if (!read || !read->policy) return kExitCannotDo;
  const absl::StatusOr<Exported> exported = Export(*read->policy, write);
  if (!exported.ok()) return CannotDo(std::string(exported.status().message()), streams);
  if (!exported->trouble.empty()) PrintError(absl::StrCat(std::string(kExport), exported->trouble, "\n"), streams);
  const int status = exported->trouble.empty() ? kExitOk : kExitCannotDo;
  if (write.output_path.empty()) return Deliver(exported->text, status, streams);
  absl::Status written = WriteWholeFile(write.output_path, exported->text);
  if (written.ok() && !write.tests_path.empty()) written = WriteWholeFile(write.tests_path, exported->tests);
  if (!written.ok()) return CannotDo(std::string(written.message()), streams);
  return status;
}

int RunPolicyImport(const Options& options, const Streams& streams) {
  constexpr std::string_view kImport = "seriesguard policy import: ";
  const std::string& path = options.positionals.front();
  const std::optional<PolicyReadResult> read = ReadPolicyAloud(path, streams);
  if (!read || !read->policy) return kExitCannotDo;
  if (!read->policy->from_kubernetes_manifest) {
    PrintError(
        absl::StrCat(std::string(kImport), SafeText(path),
                     " is no allow-list of Kubernetes: expected lines such as \"metric,label\": \"value,value\"\n"),
        streams);
    return kExitCannotDo;
  }
  const AllowListImport imported = PolicyFromAllowList(*read->policy);
  const PolicyReadResult again = ReadPolicy("policy", imported.text);
  if (!again.policy) {
    PrintError(absl::StrCat(std::string(kImport), SafeText(path), " cannot be a policy; in the policy that it makes:\n",
                            FormatDiagnostics(again, "policy", DiagnosticColumns(streams))),
               streams);
    return kExitCannotDo;
  }
  if (imported.empty_value_lists > 0) {
    PrintError(absl::StrCat(std::string(kImport), Quantity(imported.empty_value_lists, "list"),
                            " without the empty value: Kubernetes makes an absent label \"unexpected\" there, a policy "
                            "leaves it absent\n"),
               streams);
  }
  return Deliver(imported.text, kExitOk, streams);
}

}  // namespace seriesguard
