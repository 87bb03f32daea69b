// SPDX-License-Identifier: Apache-2.0
//
// make_suggestion.cc: states, then limits, then the numbers of each rule, then the check of the whole.
#include "analyzer/suggest/make_suggestion.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/count.h"
#include "analyzer/patterns/value_pattern.h"
#include "analyzer/report/number_text.h"
#include "analyzer/suggest/family_variants.h"
#include "analyzer/suggest/policy_text.h"
#include "analyzer/suggest/reach_target.h"
#include "analyzer/verdict/verdict.h"
#include "lib/guard/fold_reason.h"
#include "rules/policy_reader.h"
#include "rules/reserve.h"

namespace seriesguard {
namespace {

constexpr uint64_t kMostClosedValues = 20;      // of a label that may be called closed
constexpr uint64_t kLeastUnboundedValues = 10;  // of a label that may be called unbounded
constexpr double kLeastShare = 0.8;
constexpr uint64_t kLeastBusiestValues = 100;
constexpr uint64_t kMostFreeShare = 4;  // a reserve above so many times the need is too much for a closed list

constexpr std::string_view kOwnPrefix = "seriesguard_";

uint64_t WithHeadRoom(uint64_t number) { return number + (number + 3) / 4; }

bool IsUnbounded(const LabelInDump& label) {
  if (label.values < kLeastUnboundedValues || label.pattern_share < kLeastShare) return false;
  switch (label.pattern) {
    case ValuePattern::kUuid:
    case ValuePattern::kTimestamp:
    case ValuePattern::kEmail:
    case ValuePattern::kHexId:
    case ValuePattern::kPod:
    case ValuePattern::kReplicaSet:
    case ValuePattern::kPath:
    case ValuePattern::kUrl: return true;
    default: return false;
  }
}

// Without a target: only what is clearly without bounds gets its template.
FamilyVariant TemplatesOnly(const Census& census, FamilyVariants* family) {
  std::vector<Remedy> rules;
  for (const LabelInDump& label : family->labels()) {
    if (!IsUnbounded(label)) continue;
    const std::vector<Remedy> natural = NaturalRemedies(census, family->family(), label);
    for (const Remedy& remedy : natural) {  // routes before open normalisers, where what they keep free is not too much
      std::vector<Remedy> more = rules;
      more.push_back(remedy);
      if (!family->HasItsReserve(family->Count(more))) continue;
      rules = std::move(more);
      break;
    }
  }
  return family->Count(std::move(rules));
}

const LabelCount* FindCount(const FamilyCount& count, std::string_view label) {
  for (const LabelCount& one : count.labels) {
    if (one.name == label) return &one;
  }
  return nullptr;
}

class SuggestionMaker {
 public:
  SuggestionMaker(const Census& census, const SuggestOptions& options) : census_(census), options_(options) {}

  absl::StatusOr<Suggestion> Make() {
    for (size_t family = 0; family < census_.family_count(); ++family) {
      if (std::string_view(census_.family(family).name).substr(0, kOwnPrefix.size()) == kOwnPrefix) continue;
      FamilyVariants states(census_, family, options_.may_list_personal);
      if (!states.labels().empty()) families_.push_back(std::move(states));
    }
    if (options_.target) {
      absl::StatusOr<std::vector<FamilyVariant>> reached = ReachTarget(census_, &families_, *options_.target);
      if (!reached.ok()) return reached.status();
      states_ = *std::move(reached);
    } else {
      for (FamilyVariants& family : families_) states_.push_back(TemplatesOnly(census_, &family));
    }
    FillTotals();
    for (size_t i = 0; i < families_.size(); ++i) AddFamily(&families_[i], states_[i]);
    FillBudget();
    suggestion_.policy = SuggestionPolicyText(suggestion_);
    const absl::Status checked = Check();
    if (!checked.ok()) return checked;
    return std::move(suggestion_);
  }

 private:
  void FillTotals() {
    suggestion_.target = options_.target;
    for (size_t family = 0; family < census_.family_count(); ++family) {
      suggestion_.label_sets_before += census_.plain(family).label_sets;
    }
    suggestion_.series_before = census_.TotalSeries(CountOptions());
    suggestion_.series_after = suggestion_.series_before;
    suggestion_.label_sets_after = suggestion_.label_sets_before;
    for (size_t i = 0; i < families_.size(); ++i) {
      const FamilyCount& before = census_.plain(families_[i].family());
      suggestion_.series_after -= before.series - states_[i].series;
      suggestion_.label_sets_after -= before.label_sets - states_[i].label_sets;
    }
    suggestion_.largest_target_after = LargestTarget(census_, families_, states_);
  }

  static uint64_t Reserve(const std::vector<Remedy>& rules) {
    int64_t reserve = 1;
    for (const Remedy& remedy : rules) reserve = SaturatingProduct(reserve, ReserveFactor(remedy.rule));
    return static_cast<uint64_t>(reserve);
  }

  // Series of the family in the target that has most of them.
  uint64_t MostOfATarget(const FamilyVariants& family, const std::vector<LabelTransform>& transforms) const {
    uint64_t most = 0;
    CountOptions options;
    options.top_values = 0;
    for (options.input = 0; options.input < census_.inputs().size(); ++options.input) {
      most = std::max(most, census_.Recount(family.family(), options, transforms).series);
    }
    return most;
  }

  void AddFamily(FamilyVariants* family, const FamilyVariant& state) {
    const FamilyInfo& info = census_.family(family->family());
    const FamilyCount& before = census_.plain(family->family());
    const std::vector<LabelTransform> transforms = TransformsOfRules(state.rules);
    CountOptions options;
    options.top_values = 0;
    const FamilyCount after = census_.Recount(family->family(), options, transforms);
    SuggestedFamily suggested;
    suggested.name = info.name;
    suggested.type = info.type;
    suggested.series_before = before.series;
    suggested.series_after = after.series;
    suggested.label_sets_before = before.label_sets;
    suggested.label_sets_after = after.label_sets;
    const uint64_t most = MostOfATarget(*family, transforms);
    const uint64_t cost =
        std::max<uint64_t>(1, (after.series + after.label_sets - 1) / std::max<uint64_t>(after.label_sets, 1));
    uint64_t reserve = Reserve(state.rules);
    for (size_t i = 0; i < state.rules.size(); ++i) {
      SuggestedRule rule = Describe(state.rules[i], before, after);
      std::vector<Remedy> others = state.rules;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      rule.saved_series = family->Count(std::move(others)).series - after.series;
      LimitOpenSteps(&rule);
      suggested.rules.push_back(std::move(rule));
    }
    for (const LabelInDump& label : family->labels()) {
      const bool has_rule = std::any_of(state.rules.begin(), state.rules.end(),
                                        [&label](const Remedy& remedy) { return remedy.rule.label == label.name; });
      if (!has_rule) suggested.rules.push_back(CloseOrLimit(label, info.type, most, cost, before, after, &reserve));
    }
    std::sort(suggested.rules.begin(), suggested.rules.end(),
              [](const SuggestedRule& a, const SuggestedRule& b) { return a.rule.label < b.rule.label; });
    // What folds has its place beside everything that is there.
    const uint64_t free_series = SaturatingMultiply(reserve, cost);
    reserved_ += free_series;
    suggested.series_limit = std::max<uint64_t>({WithHeadRoom(most), most + free_series, 1});
    suggestion_.families.push_back(std::move(suggested));
  }

  static uint64_t SaturatingMultiply(uint64_t a, uint64_t b) {
    return static_cast<uint64_t>(SaturatingProduct(static_cast<int64_t>(a), static_cast<int64_t>(b)));
  }

  static SuggestedRule Describe(const Remedy& remedy, const FamilyCount& before, const FamilyCount& after) {
    SuggestedRule rule;
    rule.rule = remedy.rule;
    rule.kind = remedy.kind;
    rule.why = remedy.why;
    const LabelCount* const was = FindCount(before, remedy.rule.label);
    const LabelCount* const is = FindCount(after, remedy.rule.label);
    rule.values_before = was == nullptr ? 0 : was->values;
    rule.values_after = is == nullptr ? 0 : is->values;
    return rule;
  }

  // Steps that leave any number of values get a limit above what they leave here.
  static void LimitOpenSteps(SuggestedRule* rule) {
    if (rule->rule.drop || ClosedValues(rule->rule)) return;
    rule->rule.value_limit = static_cast<int64_t>(std::max<uint64_t>(WithHeadRoom(rule->values_after), 1));
  }

  SuggestedRule CloseOrLimit(const LabelInDump& label, MetricType type, uint64_t most, uint64_t cost,
                             const FamilyCount& before, const FamilyCount& after, uint64_t* reserve) {
    // A list keeps series free for each combination, and where all labels are closed each is exported from the start:
    // with a target there must be as many label sets already.
    const uint64_t longer = SaturatingMultiply(*reserve, label.values + 1);
    const uint64_t most_free = options_.target ? most : kMostFreeShare * WithHeadRoom(most);
    const bool fits = SaturatingMultiply(longer, cost) <= most_free;
    if (label.is_all_words && label.is_all_listable && label.values <= kMostClosedValues && fits) {
      *reserve = longer;
      return Describe(FoldRemedy(label, static_cast<size_t>(label.values)), before, after);
    }
    Remedy limit;
    limit.rule.label = label.name;
    limit.rule.otherwise = label.otherwise;
    limit.rule.value_limit = static_cast<int64_t>(std::max<uint64_t>(WithHeadRoom(label.values), 1));
    limit.kind = RemedyKind::kValueLimit;
    limit.why = absl::StrCat(Quantity(label.values, "value"), ", and 25 %");
    const bool may_be_busiest = type == MetricType::kCounter || type == MetricType::kHistogram;
    if (label.values >= kLeastBusiestValues && may_be_busiest) {
      limit.rule.admit = Admission::kBusiest;
      absl::StrAppend(&limit.why, "; beyond them the busiest keep their names");
    }
    return Describe(limit, before, after);
  }

  // What the guard says of itself when it wraps all of these metrics.
  uint64_t OwnSeries() const {
    uint64_t series = suggestion_.families.empty() ? 0 : 1;
    for (const FamilyVariants& family : families_) {
      const FamilyCount& count = census_.plain(family.family());
      series += 2 + (count.labels.size() - (count.boundaries.label.empty() ? 0 : 1)) * (2 + kFoldReasons);
    }
    return series;
  }

  void FillBudget() {
    uint64_t unguarded = 0;  // of the target that has most
    CountOptions options;
    options.top_values = 0;
    for (options.input = 0; options.input < census_.inputs().size(); ++options.input) {
      uint64_t sum = census_.TotalSeries(options);
      for (const FamilyVariants& family : families_) sum -= census_.Count(family.family(), options).series;
      for (size_t family = 0; family < census_.family_count(); ++family) {
        const std::string_view name = census_.family(family).name;
        if (name.substr(0, kOwnPrefix.size()) == kOwnPrefix) sum -= census_.Count(family, options).series;
      }
      unguarded = std::max(unguarded, sum);
    }
    const uint64_t after = suggestion_.largest_target_after;
    const uint64_t needed = options_.target.value_or(WithHeadRoom(after));
    suggestion_.unguarded = std::min(WithHeadRoom(unguarded), unguarded + needed - std::min(needed, after));
    suggestion_.reserved_series = reserved_;
    suggestion_.own_series = OwnSeries();
    suggestion_.series_limit = std::max<uint64_t>(needed + reserved_ + suggestion_.own_series, 1);
  }

  // The policy is read as any other, and judges the census as `check --as-guarded` does.
  absl::Status Check() const {
    const PolicyReadResult read = ReadPolicy("suggested.yaml", suggestion_.policy);
    if (!read.policy) {
      return absl::InternalError(absl::StrCat("the suggested policy is not valid: ",
                                              read.diagnostics.empty() ? "" : read.diagnostics.front().message));
    }
    if (suggestion_.families.empty()) return absl::OkStatus();
    JudgeOptions judge;
    judge.as_guarded = true;
    const absl::StatusOr<Verdict> verdict = Judge(census_, *read.policy, judge);
    if (!verdict.ok()) return verdict.status();
    if (verdict->verdict == ReportVerdict::kWithinBudget) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the suggested policy does not pass: ", verdict->undecided_reason,
                                            verdict->findings.empty() ? "" : verdict->findings.front().metric, " ",
                                            verdict->findings.empty() ? "" : verdict->findings.front().message));
  }

  const Census& census_;
  const SuggestOptions options_;
  std::vector<FamilyVariants> families_;
  std::vector<FamilyVariant> states_;
  uint64_t reserved_ = 0;  // series that the limits keep free for what folds
  Suggestion suggestion_;
};

}  // namespace

absl::StatusOr<Suggestion> MakeSuggestion(const Census& census, const SuggestOptions& options) {
  if (census.estimated()) {
    return absl::InvalidArgumentError(
        "--memory-limit made the counts estimates, and their values are gone: give more memory, or fewer inputs");
  }
  return SuggestionMaker(census, options).Make();
}

}  // namespace seriesguard
