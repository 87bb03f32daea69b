// SPDX-License-Identifier: Apache-2.0
//
// policy_reader.cc: the order of the steps.
#include "rules/policy_reader.h"

#include <utility>

#include "rules/reading/findings.h"
#include "rules/reading/kubernetes_manifest.h"
#include "rules/reading/policy_assembly.h"
#include "rules/reading/text_file.h"
#include "rules/reading/text_hash.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {
PolicyReadResult ReadPolicy(std::string_view path, std::string_view yaml_text) {
  PolicyReadResult result;
  Policy policy;
  policy.path = std::string(path);
  policy.hash = TextHash(yaml_text);
  yaml_text = WithoutByteOrderMark(yaml_text);
  Findings findings;
  const std::optional<YamlNode> root = ReadYamlTree(yaml_text, &findings);
  if (root && IsKubernetesManifest(*root)) {
    ReadKubernetesManifest(*root, &policy, &findings);
  } else if (root) {
    AssemblePolicy(*root, &policy, &findings);
  }
  if (findings.error_count() == 0) result.policy = std::move(policy);
  result.diagnostics = findings.Take();
  result.text = std::string(yaml_text.substr(0, kMaxYamlBytes));
  return result;
}

absl::StatusOr<PolicyReadResult> ReadPolicyFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadTextFile(path, "the policy", kMaxYamlBytes);
  if (!text.ok()) return text.status();
  return ReadPolicy(path, *text);
}

std::string FormatDiagnostics(const PolicyReadResult& result, std::string_view path, size_t width) {
  std::string out;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    out += FormatDiagnostic(diagnostic, path, LineOfText(result.text, diagnostic.location.line), width);
  }
  return out;
}

}  // namespace seriesguard
