// SPDX-License-Identifier: Apache-2.0
//
// metric_matchers.cc: each matcher is an object of GoogleTest's interface, so that it can explain itself.
#include "lib/testing/metric_matchers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <sstream>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/metrics/number_text.h"
#include "lib/testing/budget_check.h"
#include "rules/policy_reader.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

using ::testing::Matcher;
using ::testing::MatcherInterface;
using ::testing::MatchResultListener;

constexpr size_t kShownViolations = 10;
constexpr size_t kNameColumns = 80;

std::string Unreadable(const MetricsSnapshot& snapshot) {
  return "a server would refuse the exposition: " + std::string(snapshot.status().message());
}

std::string Number(double value) {
  char text[kNumberBytes];
  return std::string(text, WriteNumber(value, text));
}

class HasSeriesMatcher : public MatcherInterface<const MetricsSnapshot&> {
 public:
  HasSeriesMatcher(std::string name, LabelSet labels, std::optional<Matcher<double>> value)
      : name_(std::move(name)), labels_(std::move(labels)), value_(std::move(value)) {}

  bool MatchAndExplain(const MetricsSnapshot& snapshot, MatchResultListener* listener) const override {
    if (!snapshot.status().ok()) {
      *listener << Unreadable(snapshot);
      return false;
    }
    const SnapshotSeries* const found = snapshot.Find(name_, labels_);
    if (found == nullptr) {
      *listener << snapshot.Nearest(name_, labels_);
      return false;
    }
    *listener << "whose value is " << Number(found->value);
    return !value_ || value_->MatchAndExplain(found->value, listener);
  }
  void DescribeTo(std::ostream* out) const override { Describe("has the series ", out); }
  void DescribeNegationTo(std::ostream* out) const override { Describe("does not have the series ", out); }

 private:
  void Describe(const char* verb, std::ostream* out) const {
    *out << verb << SeriesText(name_, labels_);
    if (!value_) return;
    *out << " with a value that ";
    value_->DescribeTo(out);
  }

  const std::string name_;
  const LabelSet labels_;
  const std::optional<Matcher<double>> value_;
};

class SeriesCountMatcher : public MatcherInterface<const MetricsSnapshot&> {
 public:
  SeriesCountMatcher(std::string name, Matcher<int64_t> count) : name_(std::move(name)), count_(std::move(count)) {}

  bool MatchAndExplain(const MetricsSnapshot& snapshot, MatchResultListener* listener) const override {
    if (!snapshot.status().ok()) {
      *listener << Unreadable(snapshot);
      return false;
    }
    const auto family = snapshot.families().find(name_);
    const int64_t count = family == snapshot.families().end() ? 0 : static_cast<int64_t>(family->second.size());
    const bool matches = count_.MatchAndExplain(count, listener);
    *listener << (family == snapshot.families().end() ? "there are none: " + snapshot.NearestFamily(name_)
                                                      : "it has " + Parts(snapshot, family->second));
    return matches;
  }
  void DescribeTo(std::ostream* out) const override { Describe("", out); }
  void DescribeNegationTo(std::ostream* out) const override { Describe("not ", out); }

 private:
  void Describe(const char* negation, std::ostream* out) const {
    *out << negation << "as many series of the metric " << SafeTextTruncated(name_, kNameColumns)
         << " that their number ";
    count_.DescribeTo(out);
  }

  // "12 series: 9 x_bucket, 1 x_sum ...": how a histogram comes to so many.
  static std::string Parts(const MetricsSnapshot& snapshot, const std::vector<size_t>& indexes) {
    std::ostringstream text;
    text << indexes.size() << " series";
    const char* before = ": ";
    for (size_t begin = 0; begin < indexes.size();) {
      const std::string& name = snapshot.series()[indexes[begin]].name;
      size_t end = begin;
      while (end < indexes.size() && snapshot.series()[indexes[end]].name == name) ++end;
      if (begin == 0 && end == indexes.size()) break;  // one name: nothing to add
      text << before << end - begin << " " << SafeTextTruncated(name, kNameColumns);
      before = ", ";
      begin = end;
    }
    return text.str();
  }

  const std::string name_;
  const Matcher<int64_t> count_;
};

class BudgetMatcher : public MatcherInterface<const MetricsSnapshot&> {
 public:
  BudgetMatcher(std::optional<Policy> policy, std::string what, std::string problem)
      : policy_(std::move(policy)), what_(std::move(what)), problem_(std::move(problem)) {}

  bool MatchAndExplain(const MetricsSnapshot& snapshot, MatchResultListener* listener) const override {
    if (!snapshot.status().ok() || !policy_) {
      *listener << (policy_ ? Unreadable(snapshot) : problem_);
      return false;
    }
    const absl::StatusOr<std::vector<BudgetViolation>> violations = CheckBudget(*policy_, snapshot);
    if (!violations.ok()) {
      *listener << "the policy cannot be applied: " << std::string(violations.status().message());
      return false;
    }
    if (violations->empty()) return true;
    *listener << "which is over it:";
    for (size_t i = 0; i < std::min(violations->size(), kShownViolations); ++i) {
      *listener << "\n  " << (*violations)[i].rule << ": " << (*violations)[i].message;
    }
    if (violations->size() > kShownViolations)
      *listener << "\n  and " << violations->size() - kShownViolations << " more";
    return false;
  }
  void DescribeTo(std::ostream* out) const override { *out << "is within the budget of " << what_; }
  void DescribeNegationTo(std::ostream* out) const override { *out << "is not within the budget of " << what_; }

 private:
  const std::optional<Policy> policy_;
  const std::string what_;
  const std::string problem_;  // why there is no policy
};

}  // namespace

std::optional<double> ValueIn(const MetricsSnapshot& snapshot, std::string_view name, const LabelSet& labels) {
  if (!snapshot.status().ok()) {
    ADD_FAILURE() << Unreadable(snapshot);
    return std::nullopt;
  }
  const SnapshotSeries* const found = snapshot.Find(name, labels);
  if (found == nullptr) return std::nullopt;
  return found->value;
}

MetricsMatcher HasSeries(std::string name, LabelSet labels) {
  return MetricsMatcher(new HasSeriesMatcher(std::move(name), std::move(labels), std::nullopt));
}

MetricsMatcher HasSeries(std::string name, LabelSet labels, Matcher<double> value) {
  return MetricsMatcher(new HasSeriesMatcher(std::move(name), std::move(labels), std::move(value)));
}

MetricsMatcher SeriesCountIs(std::string name, Matcher<int64_t> count) {
  return MetricsMatcher(new SeriesCountMatcher(std::move(name), std::move(count)));
}

MetricsMatcher WithinBudget(Policy policy) {
  const std::string what = policy.path.empty() ? "the policy" : SafeTextTruncated(policy.path, kNameColumns);
  return MetricsMatcher(new BudgetMatcher(std::move(policy), what, ""));
}

MetricsMatcher WithinBudgetOf(const std::string& policy_path) {
  const std::string what = SafeTextTruncated(policy_path, kNameColumns);
  absl::StatusOr<PolicyReadResult> read = ReadPolicyFile(policy_path);
  if (!read.ok()) {
    return MetricsMatcher(new BudgetMatcher(std::nullopt, what, "no policy: " + std::string(read.status().message())));
  }
  if (!read->policy) {
    const std::string problem = "the policy has errors:\n" + FormatDiagnostics(*read, policy_path, 100);
    return MetricsMatcher(new BudgetMatcher(std::nullopt, what, problem));
  }
  return MetricsMatcher(new BudgetMatcher(std::move(read->policy), what, ""));
}

}  // namespace seriesguard
