// SPDX-License-Identifier: Apache-2.0
//
// bucket_counts.h: what the buckets of one histogram counted, collected from the samples of a dump.
//
// Use:      given to the reader of the inputs as its SampleWatcher; then Sum() once.
// Threads:  one at a time.
// Memory:   16 bytes a bucket of the histogram and the text of each label set, whatever --memory-limit says.
// Errors:   Sum() says what is no histogram; every text in it has passed safe_text.
//
// A series that occurs twice counts as its latest sample by time stamp, else as its first, which is what a server
// keeps. Several inputs are several targets: their label sets are different ones.
#ifndef SERIESGUARD_ANALYZER_BUCKETS_BUCKET_COUNTS_H_
#define SERIESGUARD_ANALYZER_BUCKETS_BUCKET_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "analyzer/reading/sample_watcher.h"

namespace seriesguard {

// The counts of a histogram, added up over its label sets.
struct HistogramCounts {
  struct Boundary {
    double boundary = 0;  // finite
    uint64_t series = 0;  // label sets that have it
    bool is_common = false;
    double cumulative = 0;  // of a common one: observations up to it. What some lack cannot be added up
  };
  std::vector<Boundary> boundaries;  // those of any label set, ascending
  uint64_t label_sets = 0;
  double observations = 0;  // the sum of the buckets +Inf
  size_t raised = 0;        // common boundaries whose count was below the one before, and was raised to it
};

class BucketCounts : public SampleWatcher {
 public:
  // `sample_name` is what the samples are called: "x_bucket" of the histogram x.
  explicit BucketCounts(std::string sample_name) : sample_name_(std::move(sample_name)) {}

  const std::string& sample_name() const { return sample_name_; }

  void OnSample(size_t input, const SampleEvent& sample) override;

  // Adds up. Counts that fall from one boundary to the next (a scrape in the middle of an observation) are raised, as
  // histogram_quantile does it.
  //
  // Errors:    NotFound: no sample of that name with a label le; InvalidArgument: a count or a boundary that is none, a
  //            label set without the bucket +Inf, only that bucket, more boundaries than kMostHistogramBoundaries, none
  //            in common, no observation.
  // `input_names` stand in messages, by the number of the input.
  absl::StatusOr<HistogramCounts> Sum(const std::vector<std::string>& input_names = {}) const;

 private:
  struct Bucket {
    double boundary;
    double count;
  };
  struct LabelSet {
    std::vector<Bucket> buckets;      // ascending
    std::vector<int64_t> timestamps;  // beside the buckets, from the first one that has one on
  };
  void Reject(size_t input, const SampleEvent& sample, std::string_view what, std::string_view text);

  const std::string sample_name_;
  absl::flat_hash_map<std::string, LabelSet> label_sets_;
  std::string problem_;  // the first, behind the name of its input
  size_t problem_input_ = 0;
  std::string key_, buffer_;
  std::vector<std::pair<std::string, std::string>> labels_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BUCKETS_BUCKET_COUNTS_H_
