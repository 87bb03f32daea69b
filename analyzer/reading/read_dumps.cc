// SPDX-License-Identifier: Apache-2.0
//
// read_dumps.cc: shares are read as they are stolen and joined in their order.
//
// A large plain file is cut at a guess: at a TYPE line if one is near, else behind a newline. The guess may be wrong (a
// newline inside a quoted string, or a TYPE line before the cut that rewrites `le` behind it); the reader finds out when
// the part before does not end exactly at the cut, or ends with another TYPE than was found, and the run is repeated on
// one thread.
#include "analyzer/reading/read_dumps.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/census/sketch_census.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/reading/open_input.h"
#include "analyzer/reading/share_reader.h"
#include "analyzer/reading/work_list.h"

namespace seriesguard {
namespace {

// Files that may be cut stay open for the whole run; more of them are dealt out whole well enough.
constexpr size_t kMostCutFiles = 64;
// What an input that does not tell its size is taken for.
constexpr uint64_t kUnknownBytes = 1 << 20;

// One share as it was read in the end.
struct FinishedShare {
  std::vector<Part> parts;
  std::unique_ptr<ShareResult> result;
};

class DumpReader {
 public:
  DumpReader(const std::vector<std::string>& paths, const ReadOptions& options, Progress* progress)
      : paths_(paths), options_(options), progress_(progress), key_(HashKey::Random()) {}

  absl::StatusOr<ReadResult> Run();

 private:
  std::vector<InputShape> Look(bool may_cut);
  std::vector<FinishedShare> ReadShares(const std::vector<InputShape>& shapes, size_t threads);
  static bool CutsWereRight(const std::vector<FinishedShare>& shares);
  absl::StatusOr<ReadResult> Join(const std::vector<FinishedShare>& shares);

  const std::vector<std::string>& paths_;
  const ReadOptions& options_;
  Progress* const progress_;
  const HashKey key_;
  std::vector<std::unique_ptr<ByteSource>> sources_;  // of the files that may be cut
  std::optional<uint64_t> total_bytes_;               // of all inputs, where all tell
};

// Looks at every input without reading it; opens only the largest plain files, which several threads may share.
// Thousands of others are opened one after the other when their turn comes.
std::vector<InputShape> DumpReader::Look(bool may_cut) {
  std::vector<InputShape> shapes(paths_.size());
  sources_.clear();
  sources_.resize(paths_.size());
  total_bytes_ = 0;
  std::vector<size_t> large;
  for (size_t i = 0; i < paths_.size(); ++i) {
    if (const auto text = options_.texts.find(i); text != options_.texts.end()) {
      shapes[i].bytes = text->second.size();
      if (total_bytes_) *total_bytes_ += shapes[i].bytes;
      continue;
    }
    struct stat status;
    const auto fetched = options_.fetched.find(i);
    const bool is_fetched = fetched != options_.fetched.end();
    const bool is_file =
        is_fetched || (paths_[i] != "-" && stat(paths_[i].c_str(), &status) == 0 && S_ISREG(status.st_mode));
    shapes[i].bytes = is_fetched ? fetched->second.body->bytes()
                      : is_file  ? static_cast<uint64_t>(status.st_size)
                                 : kUnknownBytes;
    may_cut = may_cut && is_file;  // what cannot be read twice must not be part of a run that may be repeated
    if (!is_file || shapes[i].bytes == 0) total_bytes_ = std::nullopt;
    if (total_bytes_) *total_bytes_ += shapes[i].bytes;
    if (shapes[i].bytes >= options_.work.cut_bytes) large.push_back(i);
  }
  if (!may_cut) return shapes;
  std::stable_sort(large.begin(), large.end(),
                   [&shapes](size_t a, size_t b) { return shapes[a].bytes > shapes[b].bytes; });
  large.resize(std::min(large.size(), kMostCutFiles));
  for (const size_t i : large) {
    absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenInput(i, paths_, options_);
    if (!source.ok() || !(*source)->is_plain_file()) continue;  // whoever reads it will say why
    shapes[i].plain_file_fd = (*source)->fd();
    sources_[i] = std::move(*source);
  }
  return shapes;
}

// Deals a first share to every thread that there is work for, then lets all of them steal.
std::vector<FinishedShare> DumpReader::ReadShares(const std::vector<InputShape>& shapes, size_t threads) {
  WorkSizes sizes = options_.work;
  if (threads == 1) sizes.most_shares = 1;
  WorkList work(shapes, sizes);
  ShareReader reader(paths_, options_, sources_, &work, progress_);
  std::vector<std::unique_ptr<ShareResult>> results(sizes.most_shares);  // by share; each thread writes its own
  const auto read_from = [this, &work, &reader, &results](WorkList::ShareId first) {
    for (std::optional<WorkList::ShareId> share = first; share; share = work.Steal()) {
      results[*share] = std::make_unique<ShareResult>(key_, options_.census);
      reader.Read(*share, results[*share].get());
    }
  };
  std::vector<std::thread> workers;
  std::vector<WorkList::ShareId> without_thread;
  while (workers.size() + 1 < threads && without_thread.empty()) {
    const std::optional<WorkList::ShareId> share = work.Steal();
    if (!share) break;
    try {
      workers.emplace_back(read_from, *share);
    } catch (const std::system_error&) {
      without_thread.push_back(*share);  // the system gives no more threads
    }
  }
  read_from(WorkList::kFirst);
  for (const WorkList::ShareId share : without_thread) read_from(share);
  for (std::thread& worker : workers) worker.join();
  std::vector<FinishedShare> shares;
  for (const WorkList::ShareId share : work.Order()) shares.push_back({work.Parts(share), std::move(results[share])});
  return shares;
}

// Types that change nothing about a sample count as one.
MetricType Effect(MetricType type) {
  const bool matters = type == MetricType::kHistogram || type == MetricType::kSummary || type == MetricType::kCounter;
  return matters ? type : MetricType::kNone;
}

// A cut is right when the part before it ended there, and the TYPE line that the part behind it assumed to be in force,
// where it needed one, is the one that the parts before it really ended with.
bool DumpReader::CutsWereRight(const std::vector<FinishedShare>& shares) {
  MetricType type = MetricType::kNone;  // in force at the cut before shares[i]
  for (size_t i = 1; i < shares.size(); ++i) {
    const ShareResult& before = *shares[i - 1].result;
    const ShareResult& result = *shares[i].result;
    if (!before.status.ok() || before.stopped) return true;  // what stands behind is not used
    // A part in the middle of a file that has no TYPE line passes on the one before it.
    if (before.last_part_has_type || shares[i - 1].parts.back().begin == 0) type = before.type_at_end;
    if (shares[i].parts.front().begin == 0) continue;
    if (!before.ended_at_cut) return false;
    if (result.first_part_needs_type && Effect(type) != Effect(result.assumed_type)) return false;
  }
  return true;
}

absl::StatusOr<ReadResult> DumpReader::Join(const std::vector<FinishedShare>& shares) {
  ReadResult joined;
  const bool sketched =
      std::any_of(shares.begin(), shares.end(), [](const auto& share) { return share.result->builder.sketched(); });
  JoinOptions options;
  options.threads = options_.threads;
  uint64_t newlines = 0;  // of the input that the share before ended with
  for (const FinishedShare& share : shares) {
    ShareResult* const result = share.result.get();
    if (!share.parts.empty()) {
      options.continued_input = static_cast<uint32_t>(share.parts.front().input);
      options.lines_before = share.parts.front().begin > 0 ? newlines : 0;
    }
    // A share with one part only passes on the lines before it.
    newlines = result->newlines + (share.parts.size() == 1 ? options.lines_before : 0);
    for (InputError error : result->builder.errors()) {
      if (joined.errors.size() == CensusBuilder::kMaxErrors) break;
      if (error.input == options.continued_input) error.error.line += options.lines_before;
      joined.errors.push_back(std::move(error));
    }
    joined.error_count += result->builder.error_count();
    if (!result->status.ok()) return result->status;
    if (sketched) result->builder.TurnToSketches();
    std::unique_ptr<CensusData> data = result->builder.Finish();
    if (joined.data == nullptr) {
      joined.data = std::move(data);
    } else {
      JoinCensusData(joined.data.get(), std::move(*data), options);
      if (sketched) JoinSketches(joined.data.get(), std::move(*data));
    }
    if (result->stopped) break;  // later shares stand behind the bad line
  }
  for (size_t i = 0; i < paths_.size() && i < joined.data->inputs.size(); ++i) {
    if (joined.data->inputs[i].path.empty()) joined.data->inputs[i].path = paths_[i];
  }
  return joined;
}

absl::StatusOr<ReadResult> DumpReader::Run() {
  const size_t threads = options_.watcher != nullptr ? 1 : std::max<size_t>(options_.threads, 1);
  const std::vector<InputShape> shapes = Look(/*may_cut=*/threads > 1);
  progress_->Begin(1, 1, total_bytes_);
  std::vector<FinishedShare> shares = ReadShares(shapes, threads);
  if (!CutsWereRight(shares)) {
    shares.clear();
    shares = ReadShares(Look(/*may_cut=*/false), 1);
  }
  return Join(shares);
}

}  // namespace

absl::StatusOr<ReadResult> ReadDumps(const std::vector<std::string>& paths, const ReadOptions& options,
                                     Progress* progress) {
  return DumpReader(paths, options, progress).Run();
}

}  // namespace seriesguard
