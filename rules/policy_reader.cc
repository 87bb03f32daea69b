// SPDX-License-Identifier: Apache-2.0
//
// policy_reader.cc: opening the file, and the order of the steps.
#include "rules/policy_reader.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rules/reading/findings.h"
#include "rules/reading/kubernetes_manifest.h"
#include "rules/reading/policy_assembly.h"
#include "rules/reading/text_hash.h"
#include "rules/reading/yaml_tree.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status FileError(const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot read the policy ", SafeText(path), ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR: return absl::NotFoundError(message);
    case EACCES:
    case EPERM: return absl::PermissionDeniedError(message);
    case EISDIR: return absl::InvalidArgumentError(message);
    default: return absl::UnavailableError(message);
  }
}

}  // namespace

PolicyReadResult ReadPolicy(std::string_view path, std::string_view yaml_text) {
  PolicyReadResult result;
  Policy policy;
  policy.path = std::string(path);
  policy.hash = TextHash(yaml_text);
  if (yaml_text.substr(0, kByteOrderMark.size()) == kByteOrderMark) yaml_text.remove_prefix(kByteOrderMark.size());
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
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (file == nullptr) return FileError(path, errno);
  // One byte more than a policy may have: enough to see that it is too large, without reading the rest.
  std::string text(kMaxYamlBytes + 1, '\0');
  size_t size_bytes = 0;
  while (size_bytes < text.size()) {
    const size_t read_bytes = std::fread(&text[size_bytes], 1, text.size() - size_bytes, file.get());
    if (read_bytes == 0) break;
    size_bytes += read_bytes;
  }
  if (std::ferror(file.get())) return FileError(path, errno);
  text.resize(size_bytes);
  return ReadPolicy(path, text);
}

std::string FormatDiagnostics(const PolicyReadResult& result, std::string_view path, size_t width) {
  std::string out;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    out += FormatDiagnostic(diagnostic, path, LineOfText(result.text, diagnostic.location.line), width);
  }
  return out;
}

}  // namespace seriesguard
