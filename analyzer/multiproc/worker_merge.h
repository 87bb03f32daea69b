// SPDX-License-Identifier: Apache-2.0
//
// worker_merge.h: the entries of all workers as the one exposition that client_python's collector makes of them.
//
// Use:      for every file: Intern() each key while it is read, AddFile() when it was read to its end; a file that turns
//           out damaged is never added. Files of one worker stand together behind one BeginWorker(). Text() in the end.
// Threads:  one at a time.
// Memory:   a key once, however many workers have it; 24 bytes for each value of a gauge; a sum for all else.
// Errors:   InvalidArgument for a key that ParseEntryKey refuses, or a bucket whose boundary is no number.
// Cost:     a key that was seen before: one keyed hash and one comparison, nothing is parsed.
// Source:   prometheus_client/multiprocess.py 0.16 and 0.26 (the older has no mostrecent; what both have is the same).
//
// What is done
//   counter, summary   values of one sample and label set add up
//   histogram          the same; and buckets, which files hold one by one, are counted up, and `_count` is the last of them
//   gauge              by mode: a series a worker with the label pid, or one series with the least, the greatest, the
//                      sum, or the value with the latest time stamp (none where no stamp is above 0)
// A metric's type and help are those of the first file that has it, its mode that of the last gauge file: client_python
// goes by the order in which the system lists them; here it is the order of AddFile.
#ifndef SERIESGUARD_ANALYZER_MULTIPROC_WORKER_MERGE_H_
#define SERIESGUARD_ANALYZER_MULTIPROC_WORKER_MERGE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "analyzer/multiproc/entry_key.h"
#include "analyzer/multiproc/sample_line.h"
#include "analyzer/multiproc/worker_file_name.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

class WorkerMerge {
 public:
  using KeyId = uint32_t;
  struct Entry {
    KeyId key = 0;
    double value = 0;
    double timestamp = 0;
  };

  WorkerMerge(const HashKey& hash, NameForm form);

  WorkerMerge(const WorkerMerge&) = delete;
  WorkerMerge& operator=(const WorkerMerge&) = delete;

  absl::StatusOr<KeyId> Intern(WorkerFileType type, std::string_view key);

  // Says that the files that follow are another worker's.
  void BeginWorker() { ++worker_; }

  // Requires:  the keys were interned for file.type; BeginWorker was called.
  // Returns:   how many series more the scrape would have if this worker were the only one.
  uint64_t AddFile(const WorkerFileName& file, const std::vector<Entry>& entries);

  // The exposition, text 0.0.4 (1.0.0 where a name is quoted), metrics in the order in which they were first added.
  std::string Text() const;

 private:
  struct Hasher {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return (*key)(text); }
    const HashKey* key;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
  };
  using Index = absl::flat_hash_map<std::string, uint32_t, Hasher, Equal>;

  static constexpr uint32_t kNone = UINT32_MAX;

  // A value of a gauge file, or one that falls into a gauge.
  struct Contribution {
    uint32_t pid = kNone;  // index into pids_
    double value = 0;
    double timestamp = 0;
  };
  struct Series {
    SampleLine sample;
    double sum = 0;  // of what no gauge file brought
    bool has_sum = false;
    uint64_t seen_in = 0;  // the latest worker that has it
    std::vector<Contribution> contributions;
  };
  struct Bucket {
    double sum = 0;
    uint64_t seen_in = 0;
  };
  // The buckets of one label set of a histogram.
  struct BucketSet {
    SampleLine bucket, count;
    uint64_t seen_in = 0;
    std::map<double, Bucket> buckets;  // by boundary; nodes stay where they are
  };
  struct Metric {
    std::string name, help;
    WorkerFileType type = WorkerFileType::kCounter;
    ClientGaugeMode mode = ClientGaugeMode::kEach;
    std::vector<uint32_t> series, bucket_sets;
  };
  struct Key {
    std::unique_ptr<EntryKey> parsed;  // until its first entry is added
    std::optional<double> boundary;
    uint32_t metric = kNone;
    uint32_t series = kNone;
    uint32_t bucket_set = kNone;
    Bucket* bucket = nullptr;
  };

  void Resolve(WorkerFileType type, Key* key);
  uint32_t MetricOf(WorkerFileType type, EntryKey* parsed);
  uint32_t SeriesOf(uint32_t metric, SampleLine sample);
  uint32_t BucketSetOf(uint32_t metric, const EntryKey& parsed);
  uint32_t PidOf(std::string_view pid);
  uint64_t AddToBucket(double value, Key* key);
  void PutMetric(const Metric& metric, std::string* out) const;
  void PutBuckets(const BucketSet& set, std::string* out) const;
  void PutGauge(const Series& series, ClientGaugeMode mode, std::string* out) const;
  void PutSum(const Series& series, std::string* out) const;
  void PutOfPids(const Series& series, const std::map<uint32_t, double>& values, std::string* out) const;

  const HashKey hash_;
  const NameForm form_;
  uint64_t worker_ = 0;
  std::vector<Index> keys_by_type_;
  std::deque<Key> keys_;
  Index metric_index_, pid_index_;
  Index series_index_, bucket_set_index_;  // by the metric's number and the sample's text
  std::vector<Metric> metrics_;
  std::vector<Series> series_;
  std::vector<BucketSet> bucket_sets_;
  std::vector<std::string> pids_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_MULTIPROC_WORKER_MERGE_H_
