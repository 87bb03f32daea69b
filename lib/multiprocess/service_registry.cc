// SPDX-License-Identifier: Apache-2.0
//
// service_registry.cc: see the header.
#include "lib/multiprocess/service_registry.h"

#include <errno.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <new>

#include "absl/strings/str_cat.h"
#include "lib/guard/fold_reason.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/metrics/exposition.h"
#include "lib/metrics/family_name.h"
#include "lib/metrics/fixed_family.h"
#include "lib/metrics/guard_families.h"
#include "lib/metrics/stripe.h"
#include "lib/multiprocess/family_definition.h"
#include "lib/multiprocess/scrape.h"
#include "lib/multiprocess/service.h"
#include "lib/multiprocess/service_metrics.h"
#include "lib/multiprocess/shared_backend.h"
#include "rules/policy_reader.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kErrorColumns = 120;
constexpr std::chrono::seconds kDemandEvery{15};

int64_t SystemNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

CollectedType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return CollectedType::kCounter;
    case MetricKind::kHistogram: return CollectedType::kHistogram;
    case MetricKind::kGauge:
    case MetricKind::kSummary: break;
  }
  return CollectedType::kGauge;
}

uint64_t CostOf(const FamilyDefinition& definition, bool created_series, uint32_t max_workers) {
  const uint64_t created = created_series ? 1 : 0;
  switch (definition.kind) {
    case MetricKind::kCounter: return 1 + created;
    case MetricKind::kHistogram: return definition.boundaries.size() + 3 + created;
    case MetricKind::kGauge:
    case MetricKind::kSummary: break;
  }
  return IsPerProcess(definition.gauge_mode) ? max_workers : 1;
}

// What a family's backend tells of its exemplars once the family has joined.
struct ExemplarsOf {
  std::function<const ExemplarShelf*()> shelf;
  std::function<ExemplarRefusals()> refusals;
};

template <typename T>
ExemplarsOf AddBackend(SharedSeries* series, const FamilyDefinition& definition, const std::function<int64_t()>& clock,
                       FamilySpec* spec) {
  auto backend = std::make_unique<SharedBackend<T>>(series, definition);
  SharedSeries::Backend told;
  told.on_cells = [raw = backend.get()](const FamilyCells& cells) { raw->Prepare(cells); };
  told.slot_of = [raw = backend.get()](const void* metric) { return raw->SlotOf(metric); };
  told.wall_clock_s = [clock] { return static_cast<double>(clock()) / 1e9; };
  series->set_backend(std::move(told));
  ExemplarsOf exemplars;
  exemplars.shelf = [raw = backend.get()] { return raw->exemplars(); };
  exemplars.refusals = [raw = backend.get()] { return raw->exemplar_refusals(); };
  spec->backend = std::move(backend);
  return exemplars;
}

}  // namespace

struct ServiceRegistry::State {
  State(std::shared_ptr<Service> the_service, Guard the_guard, ServiceOptions the_options)
      : service(std::move(the_service)),
        guard(std::move(the_guard)),
        options(std::move(the_options)),
        scrape(&service->memory()) {}

  const std::shared_ptr<Service> service;
  Guard guard;
  const ServiceOptions options;
  bool opened_with_other_policy = false;
  Scrape scrape;                             // outer mutex of the service, as all below
  std::map<std::string, std::string> names;  // that a family takes, and which family
  std::map<std::string, std::function<ExemplarRefusals()>> exemplar_refusals;  // by family
  std::vector<CollectedFamily> infos;
  std::vector<FileProblem> problems;
  std::chrono::steady_clock::time_point demand_read_at{};
  std::map<std::string, std::vector<uint64_t>> demand;  // family -> by label, as read then

  // Refuses names that another family has.
  absl::Status CheckNames(CollectedType type, const std::string& name) const {
    for (const std::string& wanted : NamesOfFamily(type, name)) {
      const auto taken = names.find(wanted);
      if (taken == names.end()) continue;
      return absl::AlreadyExistsError(absl::StrCat("metric ", SafeText(name), ": the metric ", SafeText(taken->second),
                                                   " has the name ", SafeText(wanted), " already"));
    }
    return absl::OkStatus();
  }
  void ReadDemand(const std::vector<FamilyReport>& families);
  ServiceCounts Counts() const;
};

absl::StatusOr<ServiceRegistry> ServiceRegistry::Open(const std::string& folder, const std::string& policy_path,
                                                      ServiceOptions options) {
  const absl::StatusOr<PolicyReadResult> read = ReadPolicyFile(policy_path);
  if (!read.ok()) return read.status();
  if (!read->policy) return absl::InvalidArgumentError(FormatDiagnostics(*read, policy_path, kErrorColumns));
  return OpenWithText(folder, read->text, std::move(options));
}

absl::StatusOr<ServiceRegistry> ServiceRegistry::OpenWithText(const std::string& folder, std::string_view policy,
                                                              ServiceOptions options) {
  if (options.stripes < 1 || options.stripes > kMostStripes || (options.stripes & (options.stripes - 1)) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("stripes is ", options.stripes, ", not a power of two up to ", kMostStripes));
  }
  if (!options.wall_clock_ns) options.wall_clock_ns = SystemNs;
  // Before anything is made of it, the policy that a new service would have.
  const PolicyReadResult own = ReadPolicy("policy", policy);
  if (!own.policy) return absl::InvalidArgumentError(FormatDiagnostics(own, "policy", kErrorColumns));
  ServiceMemory::Shape shape;
  shape.service = options.service.empty() ? program_invocation_short_name : options.service;
  shape.service.resize(std::min<size_t>(shape.service.size(), sizeof(ServiceHeader::service) - 1));
  shape.max_workers = options.max_workers;
  shape.stripes = static_cast<uint32_t>(options.stripes);
  absl::StatusOr<std::unique_ptr<Service>> opened = Service::Open(folder, shape, policy);
  if (!opened.ok()) return opened.status();
  std::shared_ptr<Service> service = std::move(*opened);
  uint64_t version = 0;
  GuardOptions guard_options = options.guard;
  guard_options.lead = service.get();
  const ServiceHeader& header = service->memory().header();
  guard_options.hash_key =
      HashKey(std::string_view(reinterpret_cast<const char*>(header.hash_seed), sizeof(header.hash_seed)));
  const std::string in_force = service->memory().Policy(&version);
  guard_options.further_series = kServiceSeries;
  absl::StatusOr<Guard> guard = Guard::FromText(in_force, std::move(guard_options));
  if (!guard.ok()) return guard.status();
  guard->KeepAlive(service);
  service->set_guard(*guard);
  auto state = std::make_shared<State>(std::move(service), std::move(*guard), std::move(options));
  state->opened_with_other_policy = in_force != policy;
  return ServiceRegistry(std::move(state));
}

Guard& ServiceRegistry::guard() { return state_->guard; }

absl::Status ServiceRegistry::AddSummary(const FamilyText& text) const {
  return absl::FailedPreconditionError(
      absl::StrCat("metric ", SafeText(text.name), ": the quantiles of several processes cannot be joined; declare a ",
                   "histogram with AddHistogram, and let the server compute quantiles of it"));
}

absl::Status ServiceRegistry::AddInfo(FamilyText text,
                                      const std::vector<std::pair<std::string, std::string>>& labels) try {
  CollectedFamily family;
  family.name = std::move(text.name);
  family.help = std::move(text.help);
  family.unit = std::move(text.unit);
  family.type = CollectedType::kInfo;
  if (const absl::Status status = CheckFamilyName(family.type, family.name, family.unit); !status.ok()) return status;
  const absl::StatusOr<std::string> rendered = RenderFixedLabels(family.name, labels);
  if (!rendered.ok()) return rendered.status();
  AddCollectedSeries(*rendered, 1, &family);
  {
    const std::lock_guard<std::mutex> lock(state_->service->outer_mutex());
    if (const absl::Status status = state_->CheckNames(family.type, family.name); !status.ok()) return status;
    for (const std::string& name : NamesOfFamily(family.type, family.name)) state_->names.emplace(name, family.name);
    state_->infos.push_back(std::move(family));
  }
  state_->guard.AddOwnSeries(1);
  return absl::OkStatus();
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another metric");
}

absl::StatusOr<FamilyGuard*> ServiceRegistry::Add(MetricKind kind, GaugeMode mode, FamilyText text,
                                                  std::vector<std::string> labels, std::vector<double> boundaries) try {
  const CollectedType type = TypeOf(kind);
  if (const absl::Status status = CheckFamilyName(type, text.name, text.unit); !status.ok()) return status;
  absl::StatusOr<std::vector<double>> checked = CheckBoundaries(text.name, std::move(boundaries));
  if (!checked.ok()) return checked.status();
  FamilyDefinition definition;
  definition.name = std::move(text.name);
  definition.help = std::move(text.help);
  definition.unit = std::move(text.unit);
  definition.kind = kind;
  definition.gauge_mode = mode;
  definition.labels = labels;
  definition.boundaries = std::move(*checked);
  const uint32_t max_workers = state_->service->memory().header().max_workers;
  definition.cost = CostOf(definition, state_->options.created_series, max_workers);
  if (kind == MetricKind::kGauge && IsPerProcess(mode) && std::count(labels.begin(), labels.end(), "pid") > 0) {
    return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(definition.name), ": the mode ",
                                                   std::string(GaugeModeName(mode)), " adds the label pid itself"));
  }
  const std::lock_guard<std::mutex> lock(state_->service->outer_mutex());
  if (const absl::Status status = state_->CheckNames(type, definition.name); !status.ok()) return status;
  FamilySpec spec;
  spec.name = definition.name;
  spec.labels = std::move(labels);
  spec.kind = kind;
  spec.cost = definition.cost;
  auto series = std::make_unique<SharedSeries>(state_->service.get(), definition);
  const auto& clock = state_->options.wall_clock_ns;
  ExemplarsOf exemplars;
  switch (kind) {
    case MetricKind::kCounter: exemplars = AddBackend<Counter>(series.get(), definition, clock, &spec); break;
    case MetricKind::kHistogram: exemplars = AddBackend<Histogram>(series.get(), definition, clock, &spec); break;
    case MetricKind::kGauge:
    case MetricKind::kSummary: exemplars = AddBackend<Gauge>(series.get(), definition, clock, &spec); break;
  }
  spec.shared = std::move(series);
  absl::StatusOr<FamilyGuard*> added = state_->guard.AddFamily(std::move(spec));
  if (!added.ok()) return added;
  state_->scrape.ShowExemplars(definition.name, exemplars.shelf());
  state_->exemplar_refusals[definition.name] = std::move(exemplars.refusals);
  for (const std::string& name : NamesOfFamily(type, definition.name)) state_->names.emplace(name, definition.name);
  return added;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory for another metric");
}

absl::Status ServiceRegistry::MarkProcessDead(pid_t pid) {
  Service& service = *state_->service;
  const std::lock_guard<std::mutex> lock(state_->guard.mutex());
  const WorkerTable table = service.memory().workers();
  bool is_known = false;
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    is_known = is_known || (view.state == WorkerState::kLive && view.identity.pid == static_cast<uint64_t>(pid));
  }
  if (!is_known) return absl::NotFoundError(absl::StrCat("no worker of the service has the pid ", pid));
  service.Maintain();
  for (uint32_t index = 0; index < table.max_workers(); ++index) {
    const WorkerView view = table.Look(index);
    if (view.state != WorkerState::kLive || view.identity.pid != static_cast<uint64_t>(pid)) continue;
    return absl::UnavailableError(
        absl::StrCat("the worker of pid ", pid, " lives, or another process is deciding; the next scrape looks again"));
  }
  return absl::OkStatus();
}

// Estimates change slowly and cost a read of every worker's sketches: kDemandEvery apart.
void ServiceRegistry::State::ReadDemand(const std::vector<FamilyReport>& families) {
  const auto now = std::chrono::steady_clock::now();
  if (demand_read_at.time_since_epoch().count() != 0 && now - demand_read_at < kDemandEvery) return;
  demand_read_at = now;
  const ServiceMemory& memory = service->memory();
  std::vector<OpenWorker> workers;
  std::vector<FileProblem> ignored;  // the scrape has told them
  if (!OpenWorkers(memory, memory.header().archive_version.load(), &workers, &ignored)) return;
  const uint64_t count = memory.header().families.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < count; ++i) {
    const FamilyRecord& record = memory.family(i);
    FamilyDefinition definition;
    if (!DecodeDefinition(memory.Definition(record), &definition)) continue;
    const bool is_wanted = std::any_of(families.begin(), families.end(),
                                       [&](const FamilyReport& family) { return family.name == definition.name; });
    if (!is_wanted) continue;
    std::vector<uint64_t>& labels = demand[definition.name];
    labels.clear();
    for (const double estimate : Archive::Demand(workers, record)) {
      labels.push_back(static_cast<uint64_t>(std::llround(estimate)));
    }
  }
}

// Needs the service's outer mutex.
ServiceCounts ServiceRegistry::State::Counts() const {
  const ServiceMemory& memory = service->memory();
  const WorkerCounts places = memory.workers().Count();
  ServiceCounts counts;
  counts.live = places.live;
  counts.archived = places.archived;
  counts.free = places.free;
  counts.refused = memory.header().refused_workers.load(std::memory_order_relaxed);
  counts.recovered = memory.header().recovered.load(std::memory_order_relaxed);
  counts.unreadable_files = problems.size();
  return counts;
}

std::vector<CollectedFamily> ServiceRegistry::Collect() {
  state_->guard.Maintain();
  std::vector<FileProblem> given_up;
  {
    const std::lock_guard<std::mutex> lock(state_->guard.mutex());
    state_->service->Maintain();
    given_up = state_->service->archive().TakeProblems();
  }
  GuardReport report = state_->guard.Report();
  const std::lock_guard<std::mutex> lock(state_->service->outer_mutex());
  ScrapeResult scraped = state_->scrape.Read(state_->options.created_series);
  for (FileProblem& problem : given_up) scraped.problems.push_back(std::move(problem));
  state_->problems = std::move(scraped.problems);
  state_->ReadDemand(report.families);
  // What was folded and asked for, all processes have folded and asked for.
  for (FamilyReport& family : report.families) {
    const std::vector<uint64_t>& demand = state_->demand[family.name];
    for (size_t i = 0; i < demand.size(); ++i) {
      family.labels[i].demand = std::max(family.labels[i].demand, demand[i]);
    }
    for (size_t i = 0; i < scraped.families.size(); ++i) {
      if (scraped.families[i].name != family.name) continue;
      for (size_t word = 0; word < scraped.folds[i].size(); ++word) {
        family.labels[word / kFoldReasons].folds[word % kFoldReasons] = scraped.folds[i][word];
      }
    }
  }
  std::vector<CollectedFamily> all = std::move(scraped.families);
  all.insert(all.end(), state_->infos.begin(), state_->infos.end());
  AppendGuardFamilies(report, &all);
  AppendGuardFamilies(ServiceMetrics(state_->Counts()), &all);
  return all;
}

ExemplarRefusals ServiceRegistry::exemplar_refusals(std::string_view metric) const {
  const std::lock_guard<std::mutex> lock(state_->service->outer_mutex());
  const auto found = state_->exemplar_refusals.find(std::string(metric));
  return found == state_->exemplar_refusals.end() ? ExemplarRefusals() : found->second();
}

Exposition ServiceRegistry::Expose(std::string_view accept_header) {
  const NegotiatedFormat format = NegotiateExposition(accept_header);
  Exposition exposition;
  exposition.content_type = format.content_type;
  AppendExposition(Collect(), format, &exposition.body);
  return exposition;
}

ServiceRegistry::Health ServiceRegistry::health() const {
  Health health;
  const std::lock_guard<std::mutex> lock(state_->service->outer_mutex());
  const ServiceCounts counts = state_->Counts();
  health.live = static_cast<uint32_t>(counts.live);
  health.archived = static_cast<uint32_t>(counts.archived);
  health.free = static_cast<uint32_t>(counts.free);
  health.refused = counts.refused;
  health.recovered = counts.recovered;
  health.problems = state_->problems;
  Guard guard = state_->guard;
  const std::lock_guard<std::mutex> inner(guard.mutex());
  health.problem = state_->service->problem();
  health.opened_with_other_policy = state_->opened_with_other_policy;
  return health;
}

}  // namespace seriesguard
