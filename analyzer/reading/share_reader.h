// SPDX-License-Identifier: Apache-2.0
//
// share_reader.h: reads one share of the work into a builder of its own, and finds out whether its cuts were right.
//
// Use:      one reader a run, one call a share; ReadDumps joins what comes out.
// Threads:  Read() from any number at once, each with another share.
// Memory:   one window a thread; the censuses of all shares are weighed together against the memory limit.
//
// Invariants
//   1. What all shares' censuses held when each was last weighed is known as one sum. Above the limit the share that
//      noticed turns to sketches, and every other one when it is weighed next.
#ifndef SERIESGUARD_ANALYZER_READING_SHARE_READER_H_
#define SERIESGUARD_ANALYZER_READING_SHARE_READER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/input/block_reader.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/input/progress.h"
#include "analyzer/reading/read_options.h"
#include "analyzer/reading/work_list.h"
#include "lib/series/keyed_hash.h"

namespace seriesguard {

// What was found out about one share.
struct ShareResult {
  ShareResult(const HashKey& key, const CensusOptions& options) : builder(key, options) {}

  CensusBuilder builder;
  absl::Status status;                          // an input that could not be read
  bool stopped = false;                         // at a bad line
  bool ended_at_cut = true;                     // the last part, if it is cut, ended exactly where the next begins
  MetricType assumed_type = MetricType::kNone;  // of its first part, where that begins in the middle of a file
  bool first_part_needs_type = false;  // its first part met a sample before any TYPE line that a TYPE could change
  bool last_part_has_type = false;     // its last part has a TYPE line ...
  MetricType type_at_end = MetricType::kNone;  // ... and this is the last one
  uint64_t newlines = 0;                       // of its last part
  uint64_t unweighed_bytes = 0;                // read since the census was last weighed ...
  uint64_t weighed_bytes = 0;                  // ... and what it held then
};

class ShareReader {
 public:
  // `sources` has the opened source of every input that may be cut, null for the others; `work` deals in these inputs.
  //
  // Lifetime:  keeps references to all but the options' values.
  ShareReader(const std::vector<std::string>& paths, const ReadOptions& options,
              const std::vector<std::unique_ptr<ByteSource>>& sources, WorkList* work, Progress* progress);

  // Reads all parts of a share, as many as it has in the end.
  void Read(WorkList::ShareId share, ShareResult* result);

 private:
  absl::Status ReadPart(WorkList::ShareId share, Part part, ShareResult* result);
  void SayWhatIsLost(WorkList::ShareId share, const ByteSource& source, std::string_view rest, BlockReader* reader,
                     CensusBuilder* builder);
  void Weigh(ShareResult* result);
  std::optional<ExpositionFormat> StatedFormat(size_t input) const;
  ExpositionFormat FormatOf(size_t input, const ByteSource& source, std::string_view head, bool head_is_whole) const;
  ExpositionFormat FormatOfPlainFile(size_t input, const ByteSource& source) const;
  absl::Status Failed(size_t input, const absl::Status& status) const;

  const std::vector<std::string>& paths_;
  const ReadOptions& options_;
  const std::vector<std::unique_ptr<ByteSource>>& sources_;
  WorkList* const work_;
  Progress* const progress_;
  std::atomic<uint64_t> done_bytes_{0};
  std::atomic<uint64_t> held_bytes_{0};  // by all censuses, each as it was last weighed
  std::atomic<bool> over_limit_{false};
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_SHARE_READER_H_
