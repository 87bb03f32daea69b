// SPDX-License-Identifier: Apache-2.0
//
// run_tests.cc: series by series; what is asked of a whole test is counted on the way.
#include "analyzer/policy_test/run_tests.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "analyzer/policy_test/guarded_series.h"
#include "analyzer/policy_test/test_file_reader.h"
#include "analyzer/policy_test/test_series.h"
#include "analyzer/policy_test/why_text.h"
#include "analyzer/report/number_text.h"

namespace seriesguard {
namespace {

std::string FoldWord(Fate fate) {
  return std::string(FoldWords()[static_cast<size_t>(fate) - static_cast<size_t>(Fate::kUnreadable)]);
}

std::vector<std::pair<std::string, Fate>> FoldedOf(const GuardedSeries& guarded) {
  std::vector<std::pair<std::string, Fate>> folded;
  for (const GuardedValue& value : guarded.values) {
    if (IsFolded(value.fate)) folded.emplace_back(value.label, value.fate);
  }
  return folded;
}

std::vector<std::string> DroppedOf(const GuardedSeries& guarded) {
  std::vector<std::string> dropped;
  for (const GuardedValue& value : guarded.values) {
    if (value.fate == Fate::kDropped) dropped.push_back(value.label);
  }
  return dropped;
}

template <typename T>
bool HasSameEntries(std::vector<T> a, std::vector<T> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

bool IsMet(const SeriesExpectation& expect, const TestSeries& input, const GuardedSeries& guarded) {
  // A metric without a rule passes through whatever the policy says: a test that expects that by accident tests nothing.
  if (expect.is_unguarded != (guarded.metric == nullptr)) return false;
  if (expect.series && !(guarded.series == *expect.series)) return false;
  if (expect.is_unchanged && !(guarded.series == input)) return false;
  if (expect.folded && !HasSameEntries(*expect.folded, FoldedOf(guarded))) return false;
  return !expect.dropped || HasSameEntries(*expect.dropped, DroppedOf(guarded));
}

std::string ExpectedText(const SeriesExpectation& expect) {
  if (expect.series) return SeriesText(*expect.series);
  std::vector<std::string> parts;
  if (expect.is_unguarded) parts.push_back("no rule for the metric");
  if (expect.is_unchanged) parts.push_back("the same series");
  if (expect.folded) {
    if (expect.folded->empty()) parts.push_back("no label folded");
    for (const auto& [label, fate] : *expect.folded) {
      parts.push_back("label " + ValueText(label) + " folded (" + FoldWord(fate) + ")");
    }
  }
  if (expect.dropped) {
    if (expect.dropped->empty()) parts.push_back("no label dropped");
    for (const std::string& label : *expect.dropped) parts.push_back("label " + ValueText(label) + " dropped");
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// The distinct values of one label over all series of a test.
struct ValueTally {
  std::string family;  // of the first series that has the label
  bool has_two_families = false;
  bool is_by_traffic = false;
  std::set<std::string> named;
  std::set<std::string> folded;  // as they were
};

class TestRun {
 public:
  TestRun(const PolicyTest& test, PolicyGuard* guard) : test_(test), guard_(guard) { result_.name = test.name; }

  absl::StatusOr<PolicyTestResult> Run() {
    guard_->Restart();
    for (const ValueExpectation& expect : test_.values) tallies_.emplace(expect.label, ValueTally());
    for (const SeriesStep& step : test_.steps) {
      const int64_t from = step.repeat ? step.repeat->from : 0;
      const int64_t to = step.repeat ? step.repeat->to : 0;
      for (int64_t number = from; number <= to; ++number) {
        TestSeries input = step.input;
        if (step.repeat) {
          input.Set(step.repeat->label, std::string(input.Value(step.repeat->label)) + std::to_string(number));
        }
        const absl::Status status = RunSeries(step, input);
        if (!status.ok()) return status;
      }
    }
    for (const ValueExpectation& expect : test_.values) JudgeValues(expect);
    return std::move(result_);
  }

 private:
  absl::Status RunSeries(const SeriesStep& step, const TestSeries& input) {
    const absl::StatusOr<GuardedSeries> guarded = guard_->Apply(input);
    if (!guarded.ok()) return guarded.status();
    CountSeries(step, *guarded);
    for (const GuardedValue& value : guarded->values) Tally(guarded->family, value);
    if (!step.expect) return absl::OkStatus();
    for (const GuardedValue& value : guarded->values) {
      if (value.fate != Fate::kByTraffic) continue;
      SayUndecided(step.location, WhyText(value, guard_->policy()),
                   "expect nothing beyond the first value_limit values of this label: no order of series tells which "
                   "are busiest");
      return absl::OkStatus();
    }
    if (!IsMet(*step.expect, input, *guarded)) Fail(*step.expect, input, *guarded);
    return absl::OkStatus();
  }

  // Beyond a metric's own limit a guard folds more than is simulated here: then no expectation holds.
  void CountSeries(const SeriesStep& step, const GuardedSeries& guarded) {
    if (guarded.metric == nullptr || !guarded.metric->series_limit) return;
    std::set<TestSeries>& all = series_[guarded.family];
    if (!all.insert(guarded.series).second || all.size() != static_cast<size_t>(*guarded.metric->series_limit) + 1) {
      return;
    }
    const uint64_t limit = static_cast<uint64_t>(*guarded.metric->series_limit);
    SayUndecided(step.location,
                 "from here on the metric " + ValueText(guarded.family) + " has more than its " +
                     Quantity(limit, "series") + " (series_limit, " +
                     PlaceText(guard_->policy(), guarded.metric->series_limit_from_defaults
                                                     ? SourceLocation()
                                                     : guarded.metric->series_limit_location) +
                     ")",
                 "a guard then folds further labels, which is not simulated: split the test");
  }

  void Tally(const std::string& family, const GuardedValue& value) {
    const auto found = tallies_.find(value.label);
    if (found == tallies_.end() || value.raw.empty()) return;
    ValueTally& tally = found->second;
    if (tally.family.empty()) tally.family = family;
    tally.has_two_families = tally.has_two_families || tally.family != family;
    tally.is_by_traffic = tally.is_by_traffic || value.fate == Fate::kByTraffic;
    if (IsFolded(value.fate)) {
      tally.folded.insert(value.raw);
    } else if (!value.value.empty() &&
               (value.assigned.rule == nullptr || value.value != value.assigned.rule->otherwise)) {
      tally.named.insert(value.value);
    }
  }

  void JudgeValues(const ValueExpectation& expect) {
    const ValueTally& tally = tallies_[expect.label];
    const std::string label = "label " + ValueText(expect.label);
    if (tally.has_two_families) {
      SayUndecided(expect.location, label + " occurs in several metrics of this test, each with its own limit",
                   "write one test for each metric");
      return;
    }
    if (tally.is_by_traffic) {
      SayUndecided(expect.location, label + " has more values here than places, and admit: busiest goes by traffic",
                   "no order of series tells which are busiest; expect_values can be told with admit: first");
      return;
    }
    const bool is_named = !expect.named || static_cast<uint64_t>(*expect.named) == tally.named.size();
    const bool is_folded = !expect.folded || static_cast<uint64_t>(*expect.folded) == tally.folded.size();
    if (is_named && is_folded && !tally.family.empty()) return;
    const auto counts = [](std::optional<uint64_t> named, std::optional<uint64_t> folded) {
      std::string text;
      if (named) text = Quantity(*named, "value") + " named";
      if (folded) text += (text.empty() ? Quantity(*folded, "value") : ", " + WithThousands(*folded)) + " folded";
      return text;
    };
    PolicyTestFailure failure;
    failure.location = expect.location;
    failure.subject = label;
    failure.expected = counts(expect.named, expect.folded);
    failure.got =
        tally.family.empty() ? "no series of the test has the label" : counts(tally.named.size(), tally.folded.size());
    Add(std::move(failure));
  }

  void Fail(const SeriesExpectation& expect, const TestSeries& input, const GuardedSeries& guarded) {
    PolicyTestFailure failure;
    failure.location = expect.location;
    failure.subject = SeriesText(input);
    failure.expected = ExpectedText(expect);
    failure.got = SeriesText(guarded.series);
    if (guarded.metric == nullptr) {
      failure.because.push_back(NoRuleText(guarded.family, guard_->policy()) +
                                (expect.is_unguarded ? "" : " (expect: {unguarded: true} asks for that)"));
    } else {
      for (const GuardedValue& value : guarded.values) {
        if (value.fate != Fate::kKept) failure.because.push_back(WhyText(value, guard_->policy()));
      }
      if (expect.is_unguarded) {
        failure.because.push_back("the rule of " + PlaceText(guard_->policy(), guarded.metric->location) +
                                  " speaks for the metric");
      }
    }
    Add(std::move(failure));
  }

  void Add(PolicyTestFailure failure) {
    ++result_.failures_total;
    // Of a repeated series the first that fails tells enough.
    if (!result_.failures.empty() && result_.failures.back().location == failure.location) return;
    if (result_.failures.size() < kKeptFailures) result_.failures.push_back(std::move(failure));
  }

  // Once a place: a repeated series says it once.
  void SayUndecided(SourceLocation location, std::string message, std::string hint) {
    if (!result_.undecided.empty() && result_.undecided.back().location == location) return;
    result_.undecided.push_back({Severity::kError, "undecided", location, std::move(message), std::move(hint)});
  }

  const PolicyTest& test_;
  PolicyGuard* const guard_;
  PolicyTestResult result_;
  std::map<std::string, ValueTally> tallies_;           // by label
  std::map<std::string, std::set<TestSeries>> series_;  // by family: what is stored in the end
};

}  // namespace

absl::StatusOr<std::vector<PolicyTestResult>> RunPolicyTests(const PolicyTestFile& file, const Policy& policy) {
  absl::StatusOr<PolicyGuard> guard = PolicyGuard::Make(policy);
  if (!guard.ok()) return guard.status();
  std::vector<PolicyTestResult> results;
  for (const PolicyTest& test : file.tests) {
    absl::StatusOr<PolicyTestResult> result = TestRun(test, &*guard).Run();
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
  }
  return results;
}

}  // namespace seriesguard
