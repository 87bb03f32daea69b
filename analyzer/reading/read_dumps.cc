// SPDX-License-Identifier: Apache-2.0
//
// read_dumps.cc: one builder a share; the shares' censuses are joined in their order.
#include "analyzer/reading/read_dumps.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/sketch_census.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/scan.h"
#include "analyzer/input/block_reader.h"
#include "analyzer/input/byte_source.h"
#include "analyzer/input/range_source.h"
#include "analyzer/reading/plan.h"

namespace seriesguard {
namespace {

static_assert(kSlackBytes >= kScanSlack, "the parser reads so far behind a window");
static_assert(kMaxLineBytes >= kMaxEntryBytes, "the parser must see a whole entry");

constexpr size_t kTailBytes = 16;
constexpr uint64_t kWeighEveryBytes = 4 << 20;

// What one thread found out.
struct ShareResult {
  explicit ShareResult(const HashKey& key, const CensusOptions& options) : builder(key, options) {}

  CensusBuilder builder;
  absl::Status status;                          // an input that could not be read
  bool stopped = false;                         // at a bad line
  bool ended_at_cut = true;                     // the last part, if it is cut, ended exactly where the next begins
  MetricType assumed_type = MetricType::kNone;  // of its first part, where that begins in the middle of a file
  bool first_part_needs_type = false;  // its first part met a sample before any TYPE line that a TYPE could change
  bool last_part_has_type = false;     // its last part has a TYPE line ...
  MetricType type_at_end = MetricType::kNone;  // ... and this is the last one
  uint64_t newlines = 0;                       // of its last part
  uint64_t unweighed_bytes = 0;                // read since the census was last held against the memory limit
};

class DumpReader {
 public:
  DumpReader(const std::vector<std::string>& paths, const ReadOptions& options, Progress* progress)
      : paths_(paths), options_(options), progress_(progress), key_(HashKey::Random()) {}

  absl::StatusOr<ReadResult> Run();

 private:
  absl::StatusOr<std::vector<InputShape>> Look(bool may_cut);
  std::vector<std::unique_ptr<ShareResult>> ReadShares(const std::vector<Share>& shares);
  static bool CutsWereRight(const std::vector<Share>& shares, const std::vector<std::unique_ptr<ShareResult>>& results);
  void ReadShare(const Share& share, ShareResult* result);
  static void SayWhatIsLost(const ByteSource& source, const Part& part, std::string_view rest, BlockReader* reader,
                            CensusBuilder* builder);
  absl::Status ReadPart(const Part& part, ShareResult* result);
  ExpositionFormat FormatOf(const ByteSource& source, std::string_view head, bool head_is_whole) const;
  ExpositionFormat FormatOfPlainFile(const ByteSource& source) const;
  absl::Status Failed(size_t input, const absl::Status& status) const;
  absl::StatusOr<ReadResult> Join(const std::vector<Share>& shares,
                                  std::vector<std::unique_ptr<ShareResult>> results);

  const std::vector<std::string>& paths_;
  const ReadOptions& options_;
  Progress* const progress_;
  const HashKey key_;
  std::vector<std::unique_ptr<ByteSource>> sources_;
  std::atomic<uint64_t> done_bytes_{0};
  uint64_t share_limit_ = 0;  // bytes that one share's census may hold before it turns to sketches; 0 = no limit
};

absl::Status DumpReader::Failed(size_t input, const absl::Status& status) const {
  // The input room names the path where it opened the file itself; a part that was read later has only the reason.
  const std::string message(status.message().data(), status.message().size());
  if (message.find(paths_[input]) != std::string::npos) return status;
  return absl::Status(status.code(), absl::StrCat(paths_[input], ": ", message));
}

// Looks at every input without reading it; opens only the large plain files, which several threads may share. Thousands
// of small files are opened one after the other when their turn comes.
absl::StatusOr<std::vector<InputShape>> DumpReader::Look(bool may_cut) {
  std::vector<InputShape> shapes(paths_.size());
  sources_.clear();
  sources_.resize(paths_.size());
  for (size_t i = 0; i < paths_.size(); ++i) {
    struct stat status;
    if (paths_[i] == "-" || stat(paths_[i].c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      may_cut = false;  // what cannot be read twice must not be part of a run that may be repeated
      continue;
    }
    shapes[i].bytes = static_cast<uint64_t>(status.st_size);
  }
  for (size_t i = 0; may_cut && i < paths_.size(); ++i) {
    if (shapes[i].bytes < kCutBytes) continue;
    absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenSource(paths_[i], options_.source);
    if (!source.ok()) return Failed(i, source.status());
    if ((*source)->is_plain_file()) {
      shapes[i].plain_file_fd = (*source)->fd();
      sources_[i] = std::move(*source);
    }
  }
  return shapes;
}

ExpositionFormat DumpReader::FormatOf(const ByteSource& source, std::string_view head, bool head_is_whole) const {
  if (options_.format) return *options_.format;
  if (head_is_whole) return DetectFormat(head, head.substr(head.size() - std::min(head.size(), kTailBytes)));
  char tail[kTailBytes];
  if (!source.is_plain_file() || source.compressed_size().value_or(0) < kTailBytes) return DetectFormat(head, {});
  const off_t offset = static_cast<off_t>(*source.compressed_size() - kTailBytes);
  const ssize_t got = pread(source.fd(), tail, sizeof tail, offset);
  return DetectFormat(head, {tail, got > 0 ? static_cast<size_t>(got) : 0});
}

// For a part in the middle of a file, whose own first bytes say nothing.
ExpositionFormat DumpReader::FormatOfPlainFile(const ByteSource& source) const {
  if (options_.format) return *options_.format;
  std::string head(1 << 20, '\0');
  const ssize_t got = pread(source.fd(), head.data(), head.size(), 0);
  head.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return FormatOf(source, head, /*head_is_whole=*/false);
}

absl::Status DumpReader::ReadPart(const Part& part, ShareResult* result) {
  std::unique_ptr<ByteSource> opened;
  ByteSource* whole = sources_[part.input].get();
  if (whole == nullptr) {
    absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenSource(paths_[part.input], options_.source);
    if (!source.ok()) return source.status();
    opened = std::move(*source);
    whole = opened.get();
  }
  std::unique_ptr<ByteSource> range;
  MetricType type_before = MetricType::kNone;
  if (!part.whole) {
    range = std::make_unique<RangeSource>(whole->fd(), part.begin, part.end);
    if (part.begin > 0) {
      type_before = TypeBefore(whole->fd(), part.begin);
      result->assumed_type = type_before;
    }
  }
  ByteSource* const source = part.whole ? whole : range.get();
  BlockReader reader(source);
  std::unique_ptr<ExpositionParser> parser;
  size_t keep = 0;
  uint64_t bytes = 0, reported = 0;
  for (;;) {
    const absl::StatusOr<BlockReader::Window> window = reader.Next(keep);
    if (!window.ok()) return window.status();
    if (parser == nullptr) {
      const ExpositionFormat format =
          part.whole ? FormatOf(*whole, window->bytes, window->at_end) : FormatOfPlainFile(*whole);
      result->builder.BeginInput(part.input, paths_[part.input], format, type_before);
      parser = std::make_unique<ExpositionParser>(format, &result->builder);
    }
    const bool at_end = window->at_end && part.is_last;
    const ExpositionParser::Progress progress = parser->Parse(window->bytes, at_end);
    keep = window->bytes.size() - progress.consumed;
    bytes += progress.consumed;
    const uint64_t position = source->compressed_position();
    progress_->Tick(done_bytes_.fetch_add(position - reported) + (position - reported));
    reported = position;
    result->unweighed_bytes += progress.consumed;
    if (share_limit_ > 0 && result->unweighed_bytes >= kWeighEveryBytes) {
      result->unweighed_bytes = 0;
      if (result->builder.bytes() > share_limit_) result->builder.TurnToSketches();
    }
    if (progress.stopped) {
      result->stopped = true;
      if (result->builder.errors().back().error.ends_silently) {
        SayWhatIsLost(*whole, part, window->bytes.substr(progress.consumed), &reader, &result->builder);
      }
      break;
    }
    if (window->at_end) {
      if (!part.is_last && keep != 0) result->ended_at_cut = false;
      break;
    }
  }
  result->newlines = parser->line_number() - 1;
  result->builder.EndInput(bytes, parser->saw_quoted_name());
  return absl::OkStatus();
}

// Counts the lines behind a place where a server ends its parse without a word.
void DumpReader::SayWhatIsLost(const ByteSource& source, const Part& part, std::string_view rest, BlockReader* reader,
                               CensusBuilder* builder) {
  uint64_t lines = static_cast<uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
  for (bool at_end = false; !at_end;) {
    const absl::StatusOr<BlockReader::Window> window = reader->Next(0);
    if (!window.ok()) return;  // the line is refused all the same
    lines += static_cast<uint64_t>(std::count(window->bytes.begin(), window->bytes.end(), '\n'));
    at_end = window->at_end;
  }
  if (!part.is_last) lines += CountNewlines(source.fd(), part.end, source.compressed_size().value_or(0)).value_or(0);
  builder->AmendLastError(absl::StrCat(" (", lines, lines == 1 ? " line)" : " lines)"));
}

void DumpReader::ReadShare(const Share& share, ShareResult* result) {
  for (size_t i = 0; i < share.size() && result->status.ok() && !result->stopped; ++i) {
    const absl::Status status = ReadPart(share[i], result);
    if (!status.ok()) result->status = Failed(share[i].input, status);
    if (i == 0) result->first_part_needs_type = result->builder.depends_on_type_before();
  }
  result->last_part_has_type = result->builder.type_line_seen();
  result->type_at_end = result->builder.type_in_force();
}

std::vector<std::unique_ptr<ShareResult>> DumpReader::ReadShares(const std::vector<Share>& shares) {
  std::vector<std::unique_ptr<ShareResult>> results;
  if (options_.memory_limit_bytes) {
    share_limit_ = std::max<uint64_t>(*options_.memory_limit_bytes / 5 * 3 / shares.size(), 1);
  }
  for (size_t i = 0; i < shares.size(); ++i) results.push_back(std::make_unique<ShareResult>(key_, options_.census));
  std::vector<std::thread> workers;
  for (size_t i = 1; i < shares.size(); ++i) {
    workers.emplace_back([this, &shares, &results, i] { ReadShare(shares[i], results[i].get()); });
  }
  ReadShare(shares[0], results[0].get());
  for (std::thread& worker : workers) worker.join();
  return results;
}

// Types that change nothing about a sample count as one.
MetricType Effect(MetricType type) {
  const bool matters = type == MetricType::kHistogram || type == MetricType::kSummary || type == MetricType::kCounter;
  return matters ? type : MetricType::kNone;
}

// A cut is right when the part before it ended there, and the TYPE line that the part behind it assumed to be in force,
// where it needed one, is the one that the parts before it really ended with.
bool DumpReader::CutsWereRight(const std::vector<Share>& shares,
                               const std::vector<std::unique_ptr<ShareResult>>& results) {
  MetricType type = MetricType::kNone;  // in force at the cut before shares[i]
  for (size_t i = 1; i < shares.size(); ++i) {
    // A part in the middle of a file that has no TYPE line passes on the one before it.
    if (results[i - 1]->last_part_has_type || shares[i - 1].back().begin == 0) type = results[i - 1]->type_at_end;
    if (shares[i][0].whole) continue;
    const ShareResult& before = *results[i - 1];
    if (!before.status.ok() || before.stopped) return true;  // what stands behind is not used
    if (!before.ended_at_cut) return false;
    if (results[i]->first_part_needs_type && Effect(type) != Effect(results[i]->assumed_type)) return false;
  }
  return true;
}

absl::StatusOr<ReadResult> DumpReader::Join(const std::vector<Share>& shares,
                                            std::vector<std::unique_ptr<ShareResult>> results) {
  ReadResult joined;
  const bool sketched =
      std::any_of(results.begin(), results.end(), [](const auto& r) { return r->builder.sketched(); });
  JoinOptions options;
  options.threads = results.size();
  uint64_t newlines = 0;  // of the input that the share before ended with
  for (size_t i = 0; i < results.size(); ++i) {
    const std::unique_ptr<ShareResult>& result = results[i];
    options.continued_input = static_cast<uint32_t>(shares[i][0].input);
    options.lines_before = shares[i][0].begin > 0 ? newlines : 0;
    // A share with one part only passes on the lines before it.
    newlines = result->newlines + (shares[i].size() == 1 ? options.lines_before : 0);
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
  const size_t threads = std::max<size_t>(options_.threads, 1);
  absl::StatusOr<std::vector<InputShape>> shapes = Look(/*may_cut=*/threads > 1);
  if (!shapes.ok()) return shapes.status();
  uint64_t total = 0;
  bool total_known = true;
  for (const InputShape& shape : *shapes) {
    total_known = total_known && shape.bytes > 0;
    total += shape.bytes;
  }
  progress_->Begin(1, 1, total_known ? std::optional<uint64_t>(total) : std::nullopt);
  std::vector<Share> shares = PlanShares(*shapes, threads);
  std::vector<std::unique_ptr<ShareResult>> results = ReadShares(shares);
  if (!CutsWereRight(shares, results)) {
    results.clear();
    done_bytes_ = 0;
    shapes = Look(/*may_cut=*/false);
    if (!shapes.ok()) return shapes.status();
    shares = PlanShares(*shapes, 1);
    results = ReadShares(shares);
  }
  return Join(shares, std::move(results));
}

}  // namespace

absl::StatusOr<ReadResult> ReadDumps(const std::vector<std::string>& paths, const ReadOptions& options,
                                     Progress* progress) {
  return DumpReader(paths, options, progress).Run();
}

}  // namespace seriesguard
