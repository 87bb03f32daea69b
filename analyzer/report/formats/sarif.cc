// SPDX-License-Identifier: Apache-2.0
//
// sarif.cc: one run, one result a finding; a region has its line only, because SARIF counts columns in characters.
#include "analyzer/report/formats/sarif.h"

#include <algorithm>
#include <set>
#include <vector>

#include "analyzer/report/formats/finding_lines.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/text_canvas.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using Layout = JsonWriter::Layout;

std::string_view LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: break;
  }
  return "note";
}

// What stands before a byte in a message; 0 = nothing. Brackets make links there, braces placeholders.
char BeforeInMessage(char byte) {
  switch (byte) {
    case '\\':
    case '[':
    case ']': return '\\';
    case '{':
    case '}': return byte;
    default: return 0;
  }
}

class Renderer {
 public:
  Renderer(const Report& report, std::string* out) : report_(report), json_(out) {
    shown_ = std::min(report.findings.size(), kMostSarifResults);
    std::set<FindingRule> rules;
    for (size_t i = 0; i < shown_; ++i) rules.insert(report.findings[i].rule);
    rules_.assign(rules.begin(), rules.end());
  }

  void Render() {
    json_.BeginObject(Layout::kLines);
    Text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    Text("version", "2.1.0");
    json_.Key("runs").BeginArray();
    json_.BeginObject(Layout::kLines);
    Tool();
    Invocation();
    Results();
    Properties();
    json_.EndObject();
    json_.EndArray();
    json_.EndObject();
  }

 private:
  // Every text here has passed SafeText or SarifUri: JsonWriter has nothing left to mark as changed.
  void Text(std::string_view key, std::string_view value) { json_.Key(key).String(value); }
  void Message(std::string_view key, std::string_view safe) {
    json_.Key(key).BeginObject();
    Text("text", SarifMessage(safe));
    json_.EndObject();
  }

  void Tool() {
    const size_t blank = report_.tool.find(' ');
    json_.Key("tool").BeginObject();
    json_.Key("driver").BeginObject(Layout::kLines);
    Text("name", report_.tool.substr(0, blank));
    if (blank != std::string::npos) Text("version", report_.tool.substr(blank + 1));
    json_.Key("rules").BeginArray(Layout::kLines);
    for (const FindingRule rule : rules_) {
      json_.BeginObject();
      Text("id", FindingRuleName(rule));
      std::string words(FindingRuleName(rule));
      std::replace(words.begin(), words.end(), '_', ' ');
      Message("shortDescription", words);
      json_.EndObject();
    }
    json_.EndArray();
    json_.EndObject();
    json_.EndObject();
  }

  // A run that could not judge says so: without it, no result would look like no fault.
  void Invocation() {
    const bool undecided = report_.verdict == ReportVerdict::kUndecided;
    json_.Key("invocations").BeginArray();
    json_.BeginObject();
    json_.Key("executionSuccessful").Bool(!undecided);
    if (undecided) {
      json_.Key("toolExecutionNotifications").BeginArray();
      json_.BeginObject();
      Text("level", "error");
      Message("message", "undecided: " + SafeMessage(report_.undecided_reason));
      json_.EndObject();
      json_.EndArray();
    }
    json_.EndObject();
    json_.EndArray();
  }

  void Results() {
    const std::vector<std::string> fingerprints = UniqueFingerprints(report_.findings);
    json_.Key("results").BeginArray(Layout::kLines);
    for (size_t i = 0; i < shown_; ++i) Result(report_.findings[i], fingerprints[i]);
    json_.EndArray();
  }

  void Result(const Finding& finding, const std::string& fingerprint) {
    json_.BeginObject();
    Text("ruleId", FindingRuleName(finding.rule));
    json_.Key("ruleIndex")
        .Unsigned(static_cast<uint64_t>(std::lower_bound(rules_.begin(), rules_.end(), finding.rule) - rules_.begin()));
    Text("level", LevelOf(finding.severity));
    Message("message", FindingText(finding, "\n"));
    Location(finding);
    json_.Key("partialFingerprints").BeginObject();
    Text("primaryLocationLineHash", fingerprint);  // the one that GitHub reads
    Text("seriesguard/v1", fingerprint);
    json_.EndObject();
    if (finding.is_accepted) {
      json_.Key("suppressions").BeginArray();
      json_.BeginObject();
      Text("kind", "external");
      Text("justification", "known to the baseline");
      json_.EndObject();
      json_.EndArray();
    }
    json_.EndObject();
  }

  void Location(const Finding& finding) {
    const FileLocation place = PlaceOfFinding(report_, finding);
    if (place.file.empty()) return;
    json_.Key("locations").BeginArray();
    json_.BeginObject();
    json_.Key("physicalLocation").BeginObject();
    json_.Key("artifactLocation").BeginObject();
    Text("uri", SarifUri(place.file));
    json_.EndObject();
    json_.Key("region").BeginObject();
    json_.Key("startLine").Signed(place.line);
    json_.EndObject();
    json_.EndObject();
    if (!finding.metric.empty()) {
      json_.Key("logicalLocations").BeginArray();
      json_.BeginObject();
      Text("fullyQualifiedName", FindingSubject(finding));
      Text("kind", "metric");
      json_.EndObject();
      json_.EndArray();
    }
    json_.EndObject();
    json_.EndArray();
  }

  void Properties() {
    json_.Key("properties").BeginObject();
    Text("verdict", ReportVerdictName(report_.verdict));
    json_.Key("findingsNotShown")
        .Unsigned(std::max<uint64_t>(report_.findings_total, report_.findings.size()) - shown_);
    json_.EndObject();
  }

  const Report& report_;
  JsonWriter json_;
  size_t shown_ = 0;
  std::vector<FindingRule> rules_;  // those that occur, in the order of the enum
};

}  // namespace

std::string SarifMessage(std::string_view safe) {
  std::string text;
  text.reserve(safe.size());
  size_t copied = 0;
  for (size_t i = 0; i < safe.size(); ++i) {
    const char before = BeforeInMessage(safe[i]);
    if (before == 0) continue;
    text.append(safe.substr(copied, i - copied)).push_back(before);
    copied = i;
  }
  return text.append(safe.substr(copied));
}

std::string SarifUri(std::string_view path) {
  static constexpr std::string_view kPlain = "-._~/";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = !path.empty() && path.front() == '/' ? "file://" : "";
  for (const char byte : path) {
    const bool is_alphanumeric =
        (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (is_alphanumeric || kPlain.find(byte) != std::string_view::npos) {
      uri.push_back(byte);
    } else {
      const auto value = static_cast<unsigned char>(byte);
      uri.push_back('%');
      uri.push_back(kDigits[value >> 4]);
      uri.push_back(kDigits[value & 15]);
    }
  }
  return uri;
}

std::string RenderSarif(const Report& report) {
  std::string out;
  Renderer(report, &out).Render();
  out.push_back('\n');
  return out;
}

}  // namespace seriesguard
