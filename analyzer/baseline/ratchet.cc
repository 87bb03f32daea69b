// SPDX-License-Identifier: Apache-2.0
//
// ratchet.cc: findings and entries meet by rule, metric and label; of several targets the largest number counts.
#include "analyzer/baseline/ratchet.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "analyzer/report/number_text.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kNameColumns = 60;

BaselineSubject SubjectOf(const Finding& finding) {
  return {finding.rule, finding.metric, finding.label_is_culprit ? "" : finding.label};
}

std::optional<uint64_t> JudgedNumber(const Finding& finding) {
  return finding.stage == Stage::kProjected ? finding.projected : finding.observed;
}

// Only what a limit is about can be tolerated: a dump that cannot be judged is no known violation.
bool CanBeTolerated(const Finding& finding) {
  return finding.severity == Severity::kError && finding.rule <= FindingRule::kOtherwiseCollision;
}

bool IsExpired(const BaselineEntry& entry, const std::string& today) {
  return !entry.expires.empty() && entry.expires < today;
}

std::string NameOf(const BaselineSubject& subject) {
  std::string name(FindingRuleName(subject.rule));
  if (!subject.metric.empty()) name += " of " + SafeTextTruncated(subject.metric, kNameColumns);
  if (!subject.label.empty()) name += ", label " + SafeTextTruncated(subject.label, kNameColumns);
  return name;
}

Finding AboutEntry(FindingRule rule, Severity severity, const BaselineEntry& entry, const RatchetOptions& options,
                   std::string message, std::string remedy) {
  Finding finding;
  finding.rule = rule;
  finding.severity = severity;
  finding.metric = entry.subject.metric;
  finding.label = entry.subject.label;
  finding.owner = entry.owner;
  finding.location = {options.path, entry.location.line, entry.location.column};
  finding.message = std::move(message);
  finding.remedy = std::move(remedy);
  return finding;
}

// What the findings of one subject have in common.
struct Seen {
  std::optional<uint64_t> most;
  std::string owner;
};

std::map<BaselineSubject, Seen> SeenOf(const std::vector<Finding>& findings) {
  std::map<BaselineSubject, Seen> seen;
  for (const Finding& finding : findings) {
    if (!CanBeTolerated(finding)) continue;
    Seen& of_subject = seen[SubjectOf(finding)];
    const std::optional<uint64_t> number = JudgedNumber(finding);
    if (number) of_subject.most = std::max(of_subject.most.value_or(0), *number);
    if (of_subject.owner.empty()) of_subject.owner = finding.owner;
  }
  return seen;
}

void Accept(const BaselineEntry& entry, uint64_t allowed, Finding* finding) {
  finding->severity = Severity::kNote;
  finding->is_accepted = true;
  finding->message += ", accepted by the baseline";
  if (entry.observed) finding->message += " up to " + WithThousands(allowed);
  if (!entry.expires.empty()) finding->message += " until " + SafeText(entry.expires);
  if (finding->owner.empty()) finding->owner = entry.owner;
}

}  // namespace

void ApplyBaseline(const Baseline& baseline, const RatchetOptions& options, std::vector<Finding>* findings) {
  const std::map<BaselineSubject, Seen> seen = SeenOf(*findings);
  std::map<BaselineSubject, const BaselineEntry*> entries;
  for (const BaselineEntry& entry : baseline.entries) entries[entry.subject] = &entry;
  for (Finding& finding : *findings) {
    if (!CanBeTolerated(finding)) continue;
    const auto found = entries.find(SubjectOf(finding));
    if (found == entries.end() || IsExpired(*found->second, options.today)) continue;
    const BaselineEntry& entry = *found->second;
    const uint64_t allowed = AllowedBy(entry, options.max_growth);
    const std::optional<uint64_t> number = JudgedNumber(finding);
    if (!entry.observed || !number || *number <= allowed) {
      Accept(entry, allowed, &finding);
    } else {
      finding.message += ", the baseline allows " + WithThousands(allowed);
    }
  }

  for (const BaselineEntry& entry : baseline.entries) {
    const auto found = seen.find(entry.subject);
    if (IsExpired(entry, options.today)) {
      findings->push_back(
          AboutEntry(FindingRule::kBaselineExpired, Severity::kWarning, entry, options,
                     "the baseline's entry for " + NameOf(entry.subject) + " expired on " + SafeText(entry.expires),
                     "bring it inside its limit, or agree on a new day"));
    } else if (found == seen.end()) {
      findings->push_back(AboutEntry(FindingRule::kBaselineUnmatched, Severity::kWarning, entry, options,
                                     "the baseline's entry for " + NameOf(entry.subject) + " matches no violation",
                                     "--update-baseline drops it"));
    } else if (entry.observed && found->second.most && *found->second.most < *entry.observed) {
      findings->push_back(AboutEntry(FindingRule::kBaselineSlack, Severity::kNote, entry, options,
                                     "the baseline's entry for " + NameOf(entry.subject) + " can be tightened from " +
                                         WithThousands(*entry.observed) + " to " + WithThousands(*found->second.most),
                                     "--update-baseline lowers it"));
    }
  }
  if (!baseline.policy_hash.empty() && baseline.policy_hash != options.policy_hash) {
    Finding finding;
    finding.rule = FindingRule::kBaselinePolicy;
    finding.severity = options.strict ? Severity::kError : Severity::kWarning;
    finding.location.file = options.path;
    finding.message = "the baseline was written for policy " + SafeTextTruncated(baseline.policy_hash, kNameColumns) +
                      ", this one is " + SafeTextTruncated(options.policy_hash, kNameColumns);
    finding.remedy = "look at its entries, then --update-baseline";
    findings->push_back(std::move(finding));
  }
  SortFindings(findings);
}

UpdatedBaseline UpdateBaseline(const Baseline& old, const UpdateOptions& options,
                               const std::vector<Finding>& findings) {
  UpdatedBaseline updated;
  updated.baseline.policy_hash = options.policy_hash;
  const std::map<BaselineSubject, Seen> seen = SeenOf(findings);
  std::map<BaselineSubject, const BaselineEntry*> entries;
  for (const BaselineEntry& entry : old.entries) entries[entry.subject] = &entry;
  const auto refuse = [&](const BaselineSubject& subject, const std::string& what) {
    updated.refused.push_back(NameOf(subject) + ": " + what);
  };
  for (const auto& [subject, of_subject] : seen) {
    const auto found = entries.find(subject);
    BaselineEntry entry;
    if (found != entries.end()) entry = *found->second;
    const bool is_new = found == entries.end();
    const bool rises = !is_new && entry.observed && of_subject.most && *of_subject.most > *entry.observed;
    const bool is_revived = !is_new && IsExpired(entry, options.today);
    if (is_new || rises || is_revived) {
      if (options.reason.empty()) {
        const std::string now = of_subject.most ? WithThousands(*of_subject.most) : "";
        refuse(subject, is_new  ? "not in the baseline" + (now.empty() ? "" : ", has " + now)
                        : rises ? "would rise from " + WithThousands(*entry.observed) + " to " + now
                                : "expired on " + SafeText(entry.expires));
        if (!is_new) updated.baseline.entries.push_back(entry);
        continue;
      }
      entry.reason = options.reason;
      if (!options.expires.empty() || is_revived) entry.expires = options.expires;
    }
    entry.subject = subject;
    entry.observed = of_subject.most;
    if (entry.owner.empty()) entry.owner = of_subject.owner;
    updated.baseline.entries.push_back(std::move(entry));
  }
  return updated;
}

}  // namespace seriesguard
