// SPDX-License-Identifier: Apache-2.0
//
// registry.cc: which families there are, and the way from their cells to what a scrape shows.
#include "lib/metrics/registry.h"

#include <chrono>
#include <map>
#include <mutex>
#include <new>

#include "absl/strings/str_cat.h"
#include "lib/guard/series_backend.h"
#include "lib/metrics/cells_backend.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exposition.h"
#include "lib/metrics/family_name.h"
#include "lib/metrics/fixed_family.h"
#include "lib/metrics/guard_families.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/metrics/stripe.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

int64_t SystemNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

MetricKind KindOf(CollectedType type) {
  if (type == CollectedType::kCounter) return MetricKind::kCounter;
  return type == CollectedType::kHistogram ? MetricKind::kHistogram : MetricKind::kGauge;
}

CollectedType TypeOf(MetricKind kind) {
  if (kind == MetricKind::kCounter) return CollectedType::kCounter;
  return kind == MetricKind::kHistogram ? CollectedType::kHistogram : CollectedType::kGauge;
}

// Adds what a collector shows.
void AppendShownFamilies(const ShownFamilies& shown, std::vector<CollectedFamily>* all) {
  for (const ShownFamily& from : shown) {
    CollectedFamily family;
    family.name = from.name;
    family.help = from.help;
    family.unit = from.unit;
    family.type = TypeOf(from.kind);
    family.boundaries = from.boundaries;
    for (const auto& [labels, point] : from.series) {
      const std::string text = RenderLabels(labels);
      CollectedSeries series;
      series.labels_begin = static_cast<uint32_t>(family.label_text.size());
      series.labels_size = static_cast<uint32_t>(text.size());
      series.value = point.value;
      series.buckets_begin = static_cast<uint32_t>(family.bucket_counts.size());
      family.label_text += text;
      for (const double count : point.buckets) family.bucket_counts.push_back(static_cast<uint64_t>(count));
      family.series.push_back(series);
    }
    all->push_back(std::move(family));
  }
}

// Stored series of one label set.
uint64_t CostOf(CollectedType type, size_t boundaries, bool created_series) {
  switch (type) {
    case CollectedType::kCounter: return 1 + created_series;
    case CollectedType::kHistogram: return boundaries + 3 + created_series;  // +Inf, _sum and _count
    case CollectedType::kUnknown:
    case CollectedType::kGauge:
    case CollectedType::kInfo:
    case CollectedType::kStateSet: break;
  }
  return 1;
}

std::unique_ptr<CellsBackendBase> MakeBackend(CollectedType type, const std::vector<double>& boundaries, int stripes,
                                              const std::function<int64_t()>& wall_clock_ns) {
  const auto count = static_cast<size_t>(stripes);
  switch (type) {
    case CollectedType::kCounter: return std::make_unique<CellsBackend<Counter>>(boundaries, count, wall_clock_ns);
    case CollectedType::kHistogram: return std::make_unique<CellsBackend<Histogram>>(boundaries, count, wall_clock_ns);
    case CollectedType::kUnknown:
    case CollectedType::kGauge:
    case CollectedType::kInfo:
    case CollectedType::kStateSet: break;
  }
  return std::make_unique<CellsBackend<Gauge>>(boundaries, count, wall_clock_ns);
}

}  // namespace

struct Registry::State {
  struct Family {
    CollectedFamily empty;                       // as it is collected, without series
    std::function<void(CollectedFamily*)> fill;  // with the guard's mutex
    std::function<ExemplarRefusals()> refusals;  // empty: has no exemplars
  };

  State(Guard the_guard, RegistryOptions the_options) : guard(std::move(the_guard)), options(std::move(the_options)) {}

  // Mutex. Refuses names that others have.
  absl::Status CheckNames(CollectedType type, const std::string& name) const {
    for (const std::string& taken : NamesOfFamily(type, name)) {
      const auto found = names.find(taken);
      if (found == names.end()) continue;
      return absl::AlreadyExistsError(absl::StrCat("metric ", SafeText(name), ": the name ", SafeText(found->first),
                                                   " belongs to the metric ", SafeText(found->second)));
    }
    return absl::OkStatus();
  }
  // Mutex. Adding in two steps: what needs memory before the guard has the family, the rest when nothing can fail.
  struct Pending {
    std::shared_ptr<const Family> family;
    std::map<std::string, std::string> names;
  };
  Pending Prepare(CollectedFamily empty, std::function<void(CollectedFamily*)> fill,
                  std::function<ExemplarRefusals()> refusals = {}) {
    Pending pending;
    for (std::string& name : NamesOfFamily(empty.type, empty.name)) pending.names.emplace(std::move(name), empty.name);
    pending.family = std::make_shared<const Family>(Family{std::move(empty), std::move(fill), std::move(refusals)});
    families.reserve(families.size() + 1);
    return pending;
  }
  void Add(Pending pending) {
    names.merge(pending.names);
    families.push_back(std::move(pending.family));
  }
  // Mutex. A family whose series are all there from the start.
  absl::Status AddFixed(CollectedFamily family, uint64_t series, std::function<void(CollectedFamily*)> fill);

  Guard guard;
  const RegistryOptions options;
  std::mutex mutex;  // before the guard's
  std::vector<std::shared_ptr<const Family>> families;
  std::map<std::string, std::string> names;  // that a family takes, and which family
  // Last: what runs there uses the rest.
  std::vector<std::shared_ptr<GuardedCollector>> collectors;
};

absl::StatusOr<Registry> Registry::FromGuard(absl::StatusOr<Guard> guard, RegistryOptions options) {
  if (!guard.ok()) return guard.status();
  if (options.stripes == 0) options.stripes = SuggestedStripes();
  if (options.stripes < 0 || options.stripes > kMostStripes || (options.stripes & (options.stripes - 1)) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("stripes is ", options.stripes, ", not a power of two up to ", kMostStripes));
  }
  if (!options.wall_clock_ns) options.wall_clock_ns = SystemNs;
  return Registry(std::make_shared<State>(std::move(*guard), std::move(options)));
}

absl::StatusOr<Registry> Registry::FromFile(const std::string& path, RegistryOptions options) {
  absl::StatusOr<Guard> guard = Guard::FromFile(path, options.guard);
  return FromGuard(std::move(guard), std::move(options));
}
absl::StatusOr<Registry> Registry::FromText(std::string_view yaml, RegistryOptions options) {
  absl::StatusOr<Guard> guard = Guard::FromText(yaml, options.guard);
  return FromGuard(std::move(guard), std::move(options));
}
absl::StatusOr<Registry> Registry::FromPolicy(Policy policy, RegistryOptions options) {
  absl::StatusOr<Guard> guard = Guard::FromPolicy(std::move(policy), options.guard);
  return FromGuard(std::move(guard), std::move(options));
}

Guard& Registry::guard() { return state_->guard; }

absl::StatusOr<FamilyGuard*> Registry::AddGuarded(CollectedType type, FamilyText text, std::vector<std::string> labels,
                                                  std::vector<double> boundaries) try {
  if (const absl::Status status = CheckFamilyName(type, text.name, text.unit); !status.ok()) return status;
  absl::StatusOr<std::vector<double>> checked = CheckBoundaries(text.name, std::move(boundaries));
  if (!checked.ok()) return checked.status();
  const std::lock_guard<std::mutex> lock(state_->mutex);
  if (const absl::Status status = state_->CheckNames(type, text.name); !status.ok()) return status;

  FamilySpec spec;
  spec.name = text.name;
  spec.labels = std::move(labels);
  spec.kind = KindOf(type);
  spec.cost = CostOf(type, checked->size(), state_->options.created_series);
  auto backend = MakeBackend(type, *checked, state_->options.stripes, state_->options.wall_clock_ns);
  const CellsBackendBase* const cells = backend.get();
  spec.backend = std::move(backend);
  const uint64_t cost = spec.cost;

  CollectedFamily family;
  family.name = std::move(text.name);
  family.help = std::move(text.help);
  family.unit = std::move(text.unit);
  family.type = type;
  family.boundaries = std::move(*checked);
  // (The guard owns the backend, and the registry keeps the guard.)
  const bool with_created = state_->options.created_series;
  State::Pending pending = state_->Prepare(
      std::move(family), [cells, with_created](CollectedFamily* filled) { cells->Collect(with_created, filled); },
      [cells] { return cells->exemplar_refusals(); });
  absl::StatusOr<FamilyGuard*> added = state_->guard.AddFamily(std::move(spec));
  if (added.ok()) {
    state_->Add(std::move(pending));
  } else if (absl::IsResourceExhausted(added.status()) && with_created && type != CollectedType::kGauge) {
    return absl::ResourceExhaustedError(
        absl::StrCat(added.status().message(), "; a label set costs ", cost,
                     " series, its _created among them, which created_series = false spares"));
  }
  return added;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another metric");
}

absl::Status Registry::State::AddFixed(CollectedFamily family, uint64_t series,
                                       std::function<void(CollectedFamily*)> fill) {
  if (const absl::Status status = CheckNames(family.type, family.name); !status.ok()) return status;
  FamilySpec spec;
  spec.name = family.name;
  spec.kind = MetricKind::kGauge;
  spec.cost = series;
  spec.backend = std::make_unique<FixedBackend>();
  Pending pending = Prepare(std::move(family), std::move(fill));
  const absl::StatusOr<FamilyGuard*> added = guard.AddFamily(std::move(spec));
  if (!added.ok()) return added.status();
  Add(std::move(pending));
  (*added)->Bind(nullptr);  // held for ever, so that the guard counts the series whatever a reload says
  return absl::OkStatus();
}

absl::Status Registry::AddInfo(FamilyText text, const std::vector<std::pair<std::string, std::string>>& labels) try {
  CollectedFamily family;
  family.name = std::move(text.name);
  family.help = std::move(text.help);
  family.unit = std::move(text.unit);
  family.type = CollectedType::kInfo;
  if (const absl::Status status = CheckFamilyName(family.type, family.name, family.unit); !status.ok()) return status;
  absl::StatusOr<std::string> rendered = RenderFixedLabels(family.name, labels);
  if (!rendered.ok()) return rendered.status();
  const std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->AddFixed(std::move(family), 1, [text_of = std::move(*rendered)](CollectedFamily* filled) {
    AddCollectedSeries(text_of, 1, filled);
  });
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another metric");
}

absl::StatusOr<StateSet> Registry::AddStateSet(FamilyText text, const std::vector<std::string>& states) try {
  CollectedFamily family;
  family.name = std::move(text.name);
  family.help = std::move(text.help);
  family.unit = std::move(text.unit);
  family.type = CollectedType::kStateSet;
  if (const absl::Status status = CheckFamilyName(family.type, family.name, family.unit); !status.ok()) return status;
  absl::StatusOr<std::vector<std::string>> rendered = RenderStates(family.name, states);
  if (!rendered.ok()) return rendered.status();
  const StateSet set(states.size());
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const absl::Status status =
      state_->AddFixed(std::move(family), states.size(), [set, texts = std::move(*rendered)](CollectedFamily* filled) {
        const uint64_t bits = set.bits();
        for (size_t i = 0; i < texts.size(); ++i) AddCollectedSeries(texts[i], bits >> i & 1, filled);
      });
  if (!status.ok()) return status;
  return set;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another metric");
}

absl::Status Registry::AddCollector(std::string name, Collector collector, CollectorOptions options) try {
  if (name.empty() || !IsValidUtf8(name)) return absl::InvalidArgumentError("a collector needs a name of UTF-8");
  if (options.timeout <= std::chrono::milliseconds::zero()) {
    return absl::InvalidArgumentError(absl::StrCat("collector ", SafeText(name), ": the timeout is not above 0"));
  }
  GuardedCollector::Owner owner;
  // (The state keeps the collector, and waits for its run.)
  owner.check = [state = state_.get()](const ToldFamily& told) -> absl::Status {
    if (told.kind() == MetricKind::kSummary) {
      return absl::InvalidArgumentError(
          absl::StrCat("metric ", SafeText(told.name()), ": a registry has no summaries; tell a histogram"));
    }
    const CollectedType type = TypeOf(told.kind());
    if (const absl::Status status = CheckFamilyName(type, told.name(), told.unit()); !status.ok()) return status;
    const absl::StatusOr<std::vector<double>> checked = CheckBoundaries(told.name(), told.boundaries());
    if (!checked.ok()) return checked.status();
    if (checked->size() != told.boundaries().size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "metric ", SafeText(told.name()), ": a collector's boundaries are finite, +Inf goes without saying"));
    }
    const std::lock_guard<std::mutex> lock(state->mutex);
    if (const absl::Status status = state->CheckNames(type, told.name()); !status.ok()) return status;
    for (std::string& taken : NamesOfFamily(type, told.name())) state->names.emplace(std::move(taken), told.name());
    return absl::OkStatus();
  };
  owner.release = [state = state_.get()](const ToldFamily& told) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    for (const std::string& taken : NamesOfFamily(TypeOf(told.kind()), told.name())) state->names.erase(taken);
  };
  owner.cost = [](const ToldFamily& told) {
    return CostOf(TypeOf(told.kind()), told.boundaries().size(), /*created_series=*/false);
  };
  const std::lock_guard<std::mutex> lock(state_->mutex);
  for (const auto& other : state_->collectors) {
    if (other->name() == name) return absl::AlreadyExistsError(absl::StrCat("there is a collector ", SafeText(name)));
  }
  state_->collectors.push_back(std::make_shared<GuardedCollector>(state_->guard.Borrow(), std::move(name),
                                                                  std::move(collector), options, std::move(owner)));
  state_->guard.AddOwnSeries(kCollectorSeries);
  return absl::OkStatus();
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another collector");
}

std::string Registry::CollectorProblem(std::string_view name) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  for (const auto& collector : state_->collectors) {
    if (collector->name() == name) return collector->counts().problem;
  }
  return {};
}

std::vector<CollectedFamily> Registry::Collect() {
  state_->guard.Maintain();
  std::vector<std::shared_ptr<const State::Family>> families;
  std::vector<std::shared_ptr<GuardedCollector>> collectors;
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    families = state_->families;
    collectors = state_->collectors;
  }
  // All at once, so that the slowest is waited for and not the sum of them.
  std::vector<GuardedCollector::Runner::Ticket> tickets;
  tickets.reserve(collectors.size());
  for (const auto& collector : collectors) tickets.push_back(collector->Start());
  std::vector<CollectedFamily> all;
  all.reserve(families.size() + 8);
  for (const auto& family : families) {
    all.push_back(family->empty);
    const std::lock_guard<std::mutex> lock(state_->guard.mutex());
    family->fill(&all.back());
  }
  std::vector<std::pair<std::string, CollectorCounts>> counts;
  for (size_t i = 0; i < collectors.size(); ++i) {
    const absl::StatusOr<GuardedCollector::Runner::Shared> shown = collectors[i]->Await(std::move(tickets[i]));
    if (shown.ok()) AppendShownFamilies(**shown, &all);
    counts.emplace_back(collectors[i]->name(), collectors[i]->counts());
  }
  AppendGuardFamilies(state_->guard.Report(), &all);
  AppendGuardFamilies(CollectorMetrics(counts), &all);
  return all;
}

ExemplarRefusals Registry::exemplar_refusals(std::string_view metric) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  for (const auto& family : state_->families) {
    if (family->empty.name == metric && family->refusals) return family->refusals();
  }
  return {};
}

Exposition Registry::Expose(std::string_view accept_header) {
  const NegotiatedFormat format = NegotiateExposition(accept_header);
  Exposition exposition;
  exposition.content_type = format.content_type;
  AppendExposition(Collect(), format, &exposition.body);
  return exposition;
}

}  // namespace seriesguard
