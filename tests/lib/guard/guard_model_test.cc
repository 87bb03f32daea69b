// SPDX-License-Identifier: Apache-2.0
//
// guard_model_test.cc: random histories of one family beside the model: every route, fold, series and total is the same.
//
// SERIESGUARD_MODEL_HISTORIES: how many (the long run: 1000000); SERIESGUARD_MODEL_SEED: of the first. A history that
// fails is shortened as far as it still fails, and printed.
#include "tests/lib/guard/guard_model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/guard/cell.h"
#include "lib/guard/fold_reason.h"
#include "tests/lib/guard/guard_model_service.h"
#include "tests/test_cases.h"

namespace seriesguard {
namespace {

const std::vector<std::string> kLabels = {"a", "b"};
const char* const kValues[] = {"", "v1", "v2", "v3", "v4", "v5", "V1", "p", "q", "other", "rest"};
const int64_t kSteps[] = {0, 1, 15, 30, 61, 100};

struct Op {
  enum class Kind { kCall, kBind, kUnbind, kCallBound, kMaintain, kReload } kind;
  size_t x = 0, y = 0;  // values, a handle, a step or a policy
};

std::ostream& operator<<(std::ostream& out, const Op& op) {
  switch (op.kind) {
    case Op::Kind::kCall: return out << "call(\"" << kValues[op.x] << "\", \"" << kValues[op.y] << "\")";
    case Op::Kind::kBind: return out << "bind(\"" << kValues[op.x] << "\", \"" << kValues[op.y] << "\")";
    case Op::Kind::kUnbind: return out << "unbind(" << op.x << ")";
    case Op::Kind::kCallBound: return out << "call_bound(" << op.x << ")";
    case Op::Kind::kMaintain: return out << "maintain(+" << kSteps[op.x] << " s)";
    case Op::Kind::kReload: return out << "reload(" << op.x << ")";
  }
  return out;
}

ModelPolicy RandomPolicy(uint64_t cost, std::mt19937* random) {
  const auto one_in = [random](uint32_t n) { return (*random)() % n == 0; };
  ModelPolicy policy;
  for (size_t i = 0; i < kLabels.size(); ++i) {
    ModelRule rule;
    rule.drop = one_in(12);
    rule.lowers = one_in(5);
    if (one_in(4)) rule.allow = std::vector<std::string>{"v1", "p"};
    if (!rule.allow && one_in(3)) rule.pins.push_back("p");
    if (!rule.allow && one_in(6)) rule.pins.push_back("q");
    if (!rule.allow && !one_in(4)) rule.value_limit = rule.pins.size() + (*random)() % 4;
    if (one_in(5)) rule.otherwise = "rest";
    policy.rules.push_back(rule);
  }
  policy.series_limit = policy.Reserve(cost) + cost * ((*random)() % 6) + (*random)() % cost;
  policy.freeze_ns = 60 * kSecondNs;
  policy.scrape_interval_ns = 15 * kSecondNs;
  policy.zero_first = one_in(4);
  return policy;
}

std::vector<Op> RandomOps(std::mt19937* random) {
  std::vector<Op> ops;
  const size_t count = 20 + (*random)() % 60;
  const size_t values = 4 + (*random)() % (std::size(kValues) - 4 + 1);
  while (ops.size() < count) {
    const uint32_t kind = (*random)() % 100;
    Op op{Op::Kind::kCall, (*random)() % values, (*random)() % values};
    if (kind < 8) {
      op.kind = Op::Kind::kBind;
    } else if (kind < 16) {
      op.kind = Op::Kind::kUnbind;
    } else if (kind < 22) {
      op.kind = Op::Kind::kCallBound;
    } else if (kind < 36) {
      op = {Op::Kind::kMaintain, (*random)() % std::size(kSteps), 0};
    } else if (kind < 43) {
      op = {Op::Kind::kReload, (*random)() % 4, 0};
    }
    ops.push_back(op);
  }
  return ops;
}

// Everything that a history needs, so that it can be run again.
struct History {
  uint64_t cost = 1;
  std::vector<ModelPolicy> policies;
  std::vector<Op> ops;

  explicit History(uint64_t seed) {
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    cost = random() % 4 == 0 ? 5 : 1;
    for (int i = 0; i < 4; ++i) policies.push_back(RandomPolicy(cost, &random));
    ops = RandomOps(&random);
  }
};

// One history on both.
class Playback {
 public:
  explicit Playback(const History& history)
      : history_(history),
        service_(history.policies[0].ToPolicy("calls_total", kLabels)),
        family_(service_.Add("calls_total", kLabels, MetricKind::kCounter, history.cost)),
        model_(kLabels, history.cost) {
    model_.Enforce(history.policies[0], *service_.now_ns);
    limit_ = bound_ = history.policies[0].series_limit;
  }
  ~Playback() {
    for (const auto& [cell, values] : handles_) FamilyGuard::Unbind(cell);
  }

  // Returns what went wrong.
  std::optional<std::string> Play() {
    std::optional<std::string> wrong = Compare();
    for (size_t i = 0; i < history_.ops.size() && !wrong; ++i) {
      wrong = Step(history_.ops[i]);
      if (!wrong && family_.world().size() != model_.series().size()) wrong = Compare();
      if (!wrong && model_.exported() > bound_) wrong = "the model itself exports too much";
    }
    if (!wrong) wrong = Compare();
    return wrong;
  }

 private:
  std::optional<std::string> Step(const Op& op) {
    const int64_t now_ns = *service_.now_ns;
    switch (op.kind) {
      case Op::Kind::kCall: {
        const LabelPairs counted_in = family_.Call({kValues[op.x], kValues[op.y]});
        const GuardModel::Outcome expected = model_.Call({kValues[op.x], kValues[op.y]}, now_ns);
        model_.Count(expected.counted_in, 1);
        ++increments_;
        if (counted_in != model_.PairsOf(expected.counted_in)) {
          return Differ("counted in", counted_in, model_.PairsOf(expected.counted_in));
        }
        break;
      }
      case Op::Kind::kBind: {
        Cell* const cell = family_.Bind({kValues[op.x], kValues[op.y]});
        const GuardModel::LabelSet expected = model_.Bind({kValues[op.x], kValues[op.y]}, now_ns);
        handles_.emplace_back(cell, expected);
        if (cell->labels != model_.PairsOf(expected)) return Differ("bound to", cell->labels, model_.PairsOf(expected));
        break;
      }
      case Op::Kind::kUnbind: {
        if (handles_.empty()) break;
        const auto handle = handles_.begin() + static_cast<ptrdiff_t>(op.x % handles_.size());
        FamilyGuard::Unbind(handle->first);
        model_.Unbind(handle->second);
        handles_.erase(handle);
        break;
      }
      case Op::Kind::kCallBound: {
        if (handles_.empty()) break;
        const auto& [cell, values] = handles_[op.x % handles_.size()];
        const LabelPairs counted_in = TestFamily::CallBound(cell, 3);
        const GuardModel::LabelSet expected = model_.TargetOf(values);
        model_.Count(expected, 3);
        increments_ += 3;
        if (counted_in != model_.PairsOf(expected)) return Differ("handle feeds", counted_in, model_.PairsOf(expected));
        break;
      }
      case Op::Kind::kMaintain:
        service_.Pass(kSteps[op.x]);
        service_.guard.Maintain();
        model_.Maintain(*service_.now_ns);
        bound_ = std::max(limit_, std::min(bound_, model_.exported_with_overflow()));
        return Compare();
      case Op::Kind::kReload: {
        const absl::Status status = service_.guard.Reload(history_.policies[op.x].ToPolicy("calls_total", kLabels));
        if (!status.ok()) return status.ToString();
        const uint64_t before = model_.exported();
        model_.Enforce(history_.policies[op.x], now_ns);
        // The one label set of overflow words must have its place, whatever stands in the way.
        limit_ = history_.policies[op.x].series_limit;
        bound_ = std::max(limit_, before + history_.cost);
        return Compare();
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> Compare() {
    std::map<LabelPairs, int64_t> expected;
    int64_t sum = model_.retired_total();
    for (const auto& [values, series] : model_.series()) {
      expected[model_.PairsOf(values)] = series.total;
      sum += series.total;
    }
    if (sum != increments_) return "the model itself has lost something";
    const std::map<LabelPairs, int64_t> exported = family_.world().Scrape();
    if (exported != expected) {
      return "exported " + testing::PrintToString(exported) + "\n instead of " + testing::PrintToString(expected);
    }
    const SeriesTotal retired = family_.guard().RetiredTotal();
    if (static_cast<int64_t>(retired.value) != model_.retired_total()) return "retired total differs";
    if (family_.guard().exported_series() != model_.exported()) return "exported_series() differs";
    if (family_.guard().ceiling() != model_.ceiling()) return "ceiling() differs";
    for (size_t label = 0; label < kLabels.size(); ++label) {
      for (size_t i = 1; i < kFoldReasons; ++i) {
        const FoldReason reason = static_cast<FoldReason>(i);
        if (family_.folds(label, reason) == model_.folds(label, reason)) continue;
        return "folds of " + kLabels[label] + ", " + std::string(FoldReasonName(reason)) + ": " +
               std::to_string(family_.folds(label, reason)) + " instead of " +
               std::to_string(model_.folds(label, reason));
      }
    }
    return std::nullopt;
  }

  static std::string Differ(const char* what, const LabelPairs& is, const LabelPairs& should) {
    return std::string(what) + " " + testing::PrintToString(is) + " instead of " + testing::PrintToString(should);
  }

  const History& history_;
  TestService service_;
  TestFamily family_;
  GuardModel model_;
  std::vector<std::pair<Cell*, GuardModel::LabelSet>> handles_;
  int64_t increments_ = 0;
  uint64_t limit_ = 0;
  uint64_t bound_ = 0;  // of exported series: only falls until the next reload
};

// Takes steps out as long as the rest still fails.
std::string Shorten(History history) {
  std::string wrong = Playback(history).Play().value_or("nothing");
  for (size_t length = history.ops.size() / 2; length > 0; length /= 2) {
    for (size_t first = 0; first + length <= history.ops.size();) {
      History shorter = history;
      const auto begin = shorter.ops.begin() + static_cast<ptrdiff_t>(first);
      shorter.ops.erase(begin, begin + static_cast<ptrdiff_t>(length));
      const std::optional<std::string> still = Playback(shorter).Play();
      if (still) {
        history = shorter;
        wrong = *still;
      } else {
        first += length;
      }
    }
  }
  std::ostringstream text;
  for (size_t i = 0; i < history.policies.size(); ++i) {
    const ModelPolicy& policy = history.policies[i];
    text << "policy " << i << ": limit " << policy.series_limit << ", cost " << history.cost << ", zero_first "
         << policy.zero_first << "\n";
    for (const ModelRule& rule : policy.rules) {
      text << "  drop " << rule.drop << ", lowers " << rule.lowers << ", allow "
           << testing::PrintToString(rule.allow.value_or(std::vector<std::string>{"(any)"})) << ", value_limit "
           << (rule.value_limit ? std::to_string(*rule.value_limit) : "none") << ", pins "
           << testing::PrintToString(rule.pins) << ", otherwise " << rule.otherwise << "\n";
    }
  }
  for (const Op& op : history.ops) text << op << "\n";
  return text.str() + wrong;
}

TEST(GuardModel, RandomHistoriesDoWhatTheRulesSay) {
  const uint64_t histories = CasesToRun("SERIESGUARD_MODEL_HISTORIES", 2'000);
  const uint64_t first = NumberFromEnvironment("SERIESGUARD_MODEL_SEED", 1);
  uint64_t ops = 0;
  for (uint64_t seed = first; seed < first + histories; ++seed) {
    const History history(seed);
    ops += history.ops.size();
    const std::optional<std::string> wrong = Playback(history).Play();
    ASSERT_FALSE(wrong) << "SERIESGUARD_MODEL_SEED=" << seed << "\n" << Shorten(history);
  }
  RecordProperty("operations", std::to_string(ops));
}

}  // namespace
}  // namespace seriesguard
