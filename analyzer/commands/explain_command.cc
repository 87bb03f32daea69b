// SPDX-License-Identifier: Apache-2.0
//
// explain_command.cc: one family, with every question that the census answers.
#include "analyzer/commands/explain_command.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/buckets/bucket_advice.h"
#include "analyzer/buckets/bucket_counts.h"
#include "analyzer/census/count.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/commands/census_report.h"
#include "analyzer/commands/cut_notes.h"
#include "analyzer/commands/deliver.h"
#include "analyzer/commands/exit_status.h"
#include "analyzer/commands/html_rows.h"
#include "analyzer/commands/run_census.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/reading/sample_watcher.h"
#include "analyzer/report/dump_findings.h"
#include "analyzer/report/report.h"
#include "rules/nearest_name.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kShownColumns = 80;
constexpr std::string_view kBucketSuffix = "_bucket";

// The buckets of every histogram that a typed name can mean: `x`, `x_bucket` and `x_count` all may mean `x`.
class PossibleBuckets : public SampleWatcher {
 public:
  explicit PossibleBuckets(std::string_view typed) {
    for (const std::string_view suffix :
         {std::string_view(), kBucketSuffix, std::string_view("_count"), std::string_view("_sum"),
          std::string_view("_created"), std::string_view("_gcount"), std::string_view("_gsum")}) {
      if (typed.size() < suffix.size() || typed.substr(typed.size() - suffix.size()) != suffix) continue;
      const std::string_view base = typed.substr(0, typed.size() - suffix.size());
      of_names_.emplace_back(std::string(base).append(kBucketSuffix));
    }
  }

  void OnSample(size_t input, const SampleEvent& sample) override {
    for (BucketCounts& counts : of_names_) counts.OnSample(input, sample);
  }

  // The buckets of the histogram of that name; nullptr where the typed name could not mean it.
  const BucketCounts* Of(std::string_view metric) const {
    for (const BucketCounts& counts : of_names_) {
      if (counts.sample_name() == std::string(metric).append(kBucketSuffix)) return &counts;
    }
    return nullptr;
  }

 private:
  std::vector<BucketCounts> of_names_;
};

int CannotDo(const std::string& reason, const Streams& streams) {
  PrintError(absl::StrCat("seriesguard explain: ", reason, "\n"), streams);
  return kExitCannotDo;
}

// Adds the advice to the one row of the report.
absl::Status AddBuckets(const PossibleBuckets& possible, const BucketOptions& options,
                        const std::vector<std::string>& input_names, MetricRow* row) {
  const std::string name = absl::StrCat("metric \"", SafeTextTruncated(row->name, kShownColumns), "\"");
  const BucketCounts* const counts = possible.Of(row->name);
  const absl::StatusOr<HistogramCounts> sum =
      counts == nullptr ? absl::NotFoundError("it has no buckets") : counts->Sum(input_names);
  const bool may_be = row->type == MetricType::kHistogram || row->type == MetricType::kGaugeHistogram;
  if (absl::IsNotFound(sum.status()) && !may_be) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is no histogram: its type is ", std::string(MetricTypeName(row->type))));
  }
  if (absl::IsNotFound(sum.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(name,
                     " has no buckets: the text formats show none of a native histogram, whose boundaries cost no "
                     "series of their own"));
  }
  if (!sum.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ": ", sum.status().message()));
  BucketQuestion question;
  question.thresholds = options.thresholds;
  if (options.max_error) question.max_error = *options.max_error;
  row->buckets = AdviseBuckets(*sum, question);
  return absl::OkStatus();
}

// The family of that name, else the family that has a sample of that name (`x_bucket` means `x`); family_count() when
// there is neither.
size_t FindMetric(const Census& census, const std::string& name) {
  const size_t exact = census.FindFamily(name);
  if (exact != census.family_count()) return exact;
  for (size_t family = 0; family < census.family_count(); ++family) {
    const std::vector<std::string>& parts = census.family(family).parts;
    if (std::find(parts.begin(), parts.end(), name) != parts.end()) return family;
  }
  return census.family_count();
}

int UnknownMetric(const Census& census, const std::string& name, const Streams& streams) {
  std::vector<std::string_view> names;
  for (size_t family = 0; family < census.family_count(); ++family) names.push_back(census.family(family).name);
  std::string message =
      absl::StrCat("seriesguard explain: no metric \"", SafeTextTruncated(name, kShownColumns), "\" in the input");
  const std::string_view near = NearestName(name, names);
  if (!near.empty()) {
    absl::StrAppend(&message, "; did you mean ", SafeTextTruncated(near, kShownColumns), "?");
  } else {
    absl::StrAppend(&message, "; seriesguard top --limit 0 lists them all");
  }
  PrintError(message + "\n", streams);
  return kExitCannotDo;
}

}  // namespace

int RunExplain(const Options& options, const Streams& streams) {
  const BucketOptions& buckets = options.buckets;
  if (!buckets.is_wanted && !buckets.thresholds.empty()) return CannotDo("--at needs --buckets", streams);
  if (!buckets.is_wanted && buckets.max_error) return CannotDo("--max-error needs --buckets", streams);
  if (!CanWriteReportFiles(options, streams)) return kExitCannotDo;
  PossibleBuckets possible(options.positionals.front());
  const absl::StatusOr<CensusRun> run = RunCensus(options.input, streams, buckets.is_wanted ? &possible : nullptr);
  if (!run.ok()) {
    PrintError(absl::StrCat(run.status().message(), "\n"), streams);
    return kExitCannotDo;
  }
  const std::string& asked = options.positionals.front();
  const size_t family = FindMetric(run->census, asked);
  if (family == run->census.family_count()) return UnknownMetric(run->census, asked, streams);

  BuildReportOptions rows;
  const std::string& name = run->census.family(family).name;
  rows.matches = [&name](std::string_view other) { return other == name; };
  if (options.output.limit) rows.top_values = *options.output.limit == 0 ? SIZE_MAX : *options.output.limit;
  rows.what_if = true;
  rows.explain = true;
  Report report = ReportOfCensus(*run, rows, options);
  if (buckets.is_wanted) {
    std::vector<std::string> input_names;
    for (const InputCount& input : report.inputs) input_names.push_back(input.path);
    const absl::Status advised = AddBuckets(possible, buckets, input_names, &report.metrics.front());
    if (!advised.ok()) return CannotDo(std::string(advised.message()), streams);
  }
  AddCutNotes(run->census, rows, &report);
  report.filtered_metrics = 0;  // no --metric here
  const int status = HasInvalidInput(report) ? kExitCannotDo : kExitOk;
  const auto make_report = [&](OutputFormat format) {
    Report made = report;
    if (format == OutputFormat::kHtml && !options.output.limit) {
      AddHtmlValues(run->census, family, &made.metrics.front().count);
    }
    return made;
  };
  return DeliverReports(make_report, options, 0, status, streams);
}

}  // namespace seriesguard
