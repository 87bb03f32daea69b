// SPDX-License-Identifier: Apache-2.0
//
// guarded_metric.cc: see the header.
#include "analyzer/simulation/guarded_metric.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lib/guard/cell.h"
#include "lib/guard/epoch.h"
#include "lib/guard/label_gate.h"

namespace seriesguard {
namespace {

bool EndsInTotal(const std::string& name) {
  constexpr std::string_view kTotal = "_total";
  return name.size() > kTotal.size() && name.compare(name.size() - kTotal.size(), kTotal.size(), kTotal.data()) == 0;
}

absl::StatusOr<MetricKind> KindOf(const FamilyInfo& info, const MetricRule& rule) {
  switch (info.type) {
    case MetricType::kCounter: return MetricKind::kCounter;
    case MetricType::kHistogram: return MetricKind::kHistogram;
    case MetricType::kSummary: return MetricKind::kSummary;
    case MetricType::kGauge:
    case MetricType::kInfo:
    case MetricType::kStateset: return MetricKind::kGauge;
    case MetricType::kGaugeHistogram: return absl::InvalidArgumentError("the guard has no gauge histograms");
    case MetricType::kNone:
    case MetricType::kUntyped:
    case MetricType::kUnknown: break;
  }
  return EndsInTotal(info.name) || rule.fold == Fold::kUnset ? MetricKind::kCounter : MetricKind::kGauge;
}

constexpr FoldReason kLimits[] = {FoldReason::kValueLimit, FoldReason::kSeriesLimit, FoldReason::kTotalLimit};

}  // namespace

class GuardedMetric::Backend : public SeriesBackend {
 public:
  bool Has(const LabelPairs&) const override { return false; }
  void* Create(const LabelPairs& labels) override {
    cells_.push_back({static_cast<uint32_t>(cells_.size()), labels});
    return &cells_.back();
  }
  void Remove(void*) override {}  // nothing is ever demoted here
  std::optional<SeriesTotal> Total(const void*) const override { return std::nullopt; }
  void Resume(void*, const SeriesTotal&) override {}

  const std::deque<GuardedCell>& cells() const { return cells_; }

 private:
  std::deque<GuardedCell> cells_;
};

absl::StatusOr<std::unique_ptr<GuardedMetric>> GuardedMetric::Create(Guard* guard, const MetricRule& rule,
                                                                     const DumpTable& table, const MetricSets& metric) {
  if (metric.has_quantiles) {
    return absl::InvalidArgumentError("quantiles of several label sets cannot be made one: it is not folded here");
  }
  if (metric.has_strangers) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has samples that are no part of a ", std::string(MetricTypeName(metric.info.type))));
  }
  const absl::StatusOr<MetricKind> kind = KindOf(metric.info, rule);
  if (!kind.ok()) return kind.status();

  std::unique_ptr<GuardedMetric> made(new GuardedMetric(table, metric));
  made->kind_ = *kind;
  for (const Symbol label : metric.labels) made->labels_.emplace_back(table.Text(label));
  // A label that the service has and no series of the dump carries.
  for (const LabelRule& label : rule.labels) {
    if (label.is_top_level && !label.applies_to_absent) continue;
    if (std::find(made->labels_.begin(), made->labels_.end(), label.label) == made->labels_.end()) {
      made->labels_.push_back(label.label);
    }
  }
  std::sort(made->labels_.begin(), made->labels_.end());
  for (const std::string& label : made->labels_) {
    const auto place = std::find_if(metric.labels.begin(), metric.labels.end(),
                                    [&](Symbol symbol) { return table.Text(symbol) == label; });
    made->place_.push_back(place == metric.labels.end() ? SIZE_MAX
                                                        : static_cast<size_t>(place - metric.labels.begin()));
  }
  for (size_t set = 0; set < metric.sets.size(); ++set) {
    made->cost_ = std::max<uint64_t>(made->cost_, metric.PartsOf(set));
  }
  auto backend = std::make_unique<Backend>();
  made->cells_ = &backend->cells();
  FamilySpec spec;
  spec.name = metric.info.name;
  spec.labels = made->labels_;
  spec.kind = *kind;
  spec.cost = made->cost_;
  spec.backend = std::move(backend);
  absl::StatusOr<FamilyGuard*> family = guard->AddFamily(std::move(spec));
  if (!family.ok()) return family.status();
  made->family_ = *family;
  made->cells_from_the_start_ = made->cells_->size();
  made->Normalise();
  return made;
}

std::vector<size_t> GuardedMetric::BusiestLabels() const {
  std::vector<size_t> busiest;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (family_->state().gates[i]->is_busiest()) busiest.push_back(i);
  }
  return busiest;
}

Symbol GuardedMetric::RawSymbol(size_t label, uint32_t set) const {
  return place_[label] == SIZE_MAX ? kNoSymbol : metric_.sets.Row(set)[place_[label]];
}
std::string_view GuardedMetric::RawValue(size_t label, uint32_t set) const {
  return table_.Text(RawSymbol(label, set));
}

GuardedMetric::Answer GuardedMetric::Ask(size_t label, Symbol raw) {
  const auto [known, is_new] = answers_[label].try_emplace(raw);
  if (!is_new) return known->second;
  const LabelGate& gate = *family_->state().gates[label];
  LabelPlaces& places = normalised_.places[label];
  const std::string_view text = table_.Text(raw);
  std::string scratch;
  const LabelGate::Answer said = gate.Ask(text, &scratch);
  Answer answer;
  const std::string_view result = said.value != nullptr ? std::string_view(said.value->text) : said.text;
  answer.is_changed = result != text;
  if (said.reason != FoldReason::kCollision) answer.reason = said.reason;
  if (said.value == &gate.label().absent) {
    answer.code = LabelPlaces::kAbsentCode;
  } else if (said.value == gate.otherwise()) {
    answer.code = LabelPlaces::kOtherwiseCode;
  } else {
    const auto [code, is_new_text] =
        code_of_text_[label].try_emplace(std::string(result), static_cast<uint32_t>(places.kind_of_code.size()));
    if (is_new_text) {
      places.kind_of_code.push_back(said.value != nullptr && said.value->is_reserved() ? PlaceKind::kReserved
                                                                                       : PlaceKind::kDynamic);
    }
    answer.code = code->second;
  }
  known->second = answer;
  return answer;
}

void GuardedMetric::Normalise() {
  normalised_ = NormalisedSets(labels_.size());
  answers_.resize(labels_.size());
  code_of_text_.resize(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) {
    const LabelGate& gate = *family_->state().gates[i];
    normalised_.places[i].is_dropped = gate.is_dropped();
    if (gate.value_limit() != std::numeric_limits<uint64_t>::max()) {
      normalised_.places[i].free_places = gate.value_limit() - std::min(gate.value_limit(), gate.named_count());
    }
  }
  std::vector<uint32_t> tuple(labels_.size());
  // What is there from the start, as if it came first.
  for (size_t cell = 0; cell < cells_from_the_start_; ++cell) {
    std::fill(tuple.begin(), tuple.end(), LabelPlaces::kAbsentCode);
    for (const auto& [name, text] : (*cells_)[cell].labels) {
      const size_t label = static_cast<size_t>(std::find(labels_.begin(), labels_.end(), name) - labels_.begin());
      LabelPlaces& places = normalised_.places[label];
      const auto [code, is_new] =
          code_of_text_[label].try_emplace(text, static_cast<uint32_t>(places.kind_of_code.size()));
      if (is_new) places.kind_of_code.push_back(PlaceKind::kReserved);
      tuple[label] = code->second;
    }
    normalised_.tuples.Insert(tuple.data());
  }
  tuple_of_set_.resize(metric_.sets.size());
  for (uint32_t set = 0; set < metric_.sets.size(); ++set) {
    for (size_t i = 0; i < labels_.size(); ++i) tuple[i] = Ask(i, RawSymbol(i, set)).code;
    tuple_of_set_[set] = normalised_.tuples.Insert(tuple.data()).id;
  }
  cell_of_set_.assign(metric_.sets.size(), UINT32_MAX);
  limit_of_set_.assign(metric_.sets.size() * labels_.size(), FoldReason::kNone);
}

void GuardedMetric::Offer(uint32_t set) {
  const size_t labels = labels_.size();
  std::array<std::string_view, kMaxGuardedLabels> values;
  std::array<std::array<uint64_t, std::size(kLimits)>, kMaxGuardedLabels> before;
  const auto folds = [this](size_t label, size_t limit) { return family_->label(label).folds(kLimits[limit]); };
  for (size_t i = 0; i < labels; ++i) {
    values[i] = RawValue(i, set);
    for (size_t k = 0; k < std::size(kLimits); ++k) before[i][k] = folds(i, k);
  }
  const EpochRegion region;
  const CountedIn counted = family_->FindAny(values.data());
  cell_of_set_[set] = static_cast<const GuardedCell*>(counted.metric)->id;
  for (size_t i = 0; i < labels; ++i) {
    for (size_t k = 0; k < std::size(kLimits); ++k) {
      if (folds(i, k) != before[i][k]) limit_of_set_[set * labels + i] = kLimits[k];
    }
  }
}

ValueFate GuardedMetric::FateOf(size_t label, uint32_t set) const {
  ValueFate fate;
  fate.reason = limit_of_set_[set * labels_.size() + label];
  const Symbol raw = RawSymbol(label, set);
  const auto answer = answers_[label].find(raw);
  if (fate.reason == FoldReason::kNone) fate.reason = answer->second.reason;
  if (fate.reason != FoldReason::kNone) {
    fate.kind = ValueFate::Kind::kFolded;
  } else if (normalised_.places[label].is_dropped) {
    if (raw != kNoSymbol) fate.kind = ValueFate::Kind::kDropped;
  } else if (answer->second.is_changed) {
    fate.kind = ValueFate::Kind::kChanged;
  }
  return fate;
}

}  // namespace seriesguard
