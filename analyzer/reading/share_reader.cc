// SPDX-License-Identifier: Apache-2.0
//
// share_reader.cc: a part at a time; what a part in the middle of a file cannot see is looked up around it.
#include "analyzer/reading/share_reader.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/exposition_sink.h"
#include "analyzer/exposition/sample_event.h"
#include "analyzer/exposition/scan.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/input/memory_source.h"
#include "analyzer/input/range_source.h"
#include "analyzer/reading/around_cut.h"
#include "analyzer/reading/open_input.h"
#include "analyzer/reading/sample_watcher.h"

namespace seriesguard {
namespace {

static_assert(kSlackBytes >= kScanSlack, "the parser reads so far behind a window");
static_assert(kMaxLineBytes >= kMaxEntryBytes, "the parser must see a whole entry");

constexpr size_t kTailBytes = 16;

// Tells the watcher what the census took.
class WatchedSink : public ExpositionSink {
 public:
  WatchedSink(ExpositionSink* census, size_t input, SampleWatcher* watcher)
      : census_(census), input_(input), watcher_(watcher) {}

  SampleVerdict OnSample(const SampleEvent& sample) override {
    const SampleVerdict verdict = census_->OnSample(sample);
    if (verdict.objection == SampleObjection::kNone) watcher_->OnSample(input_, sample);
    return verdict;
  }
  void OnType(std::string_view name, MetricType type) override {
    census_->OnType(name, type);
    watcher_->OnType(input_, name, type);
  }
  void OnHelp(std::string_view name, std::string_view text) override {
    census_->OnHelp(name, text);
    watcher_->OnHelp(input_, name, text);
  }
  void OnUnit(std::string_view name, std::string_view unit) override { census_->OnUnit(name, unit); }
  void OnCommentBytes(size_t bytes) override { census_->OnCommentBytes(bytes); }
  bool OnError(const ParseError& error) override { return census_->OnError(error); }
  void OnWindowEnd() override { census_->OnWindowEnd(); }

 private:
  ExpositionSink* const census_;
  const size_t input_;
  SampleWatcher* const watcher_;
};

}  // namespace

ShareReader::ShareReader(const std::vector<std::string>& paths, const ReadOptions& options,
                         const std::vector<std::unique_ptr<ByteSource>>& sources, WorkList* work, Progress* progress)
    : paths_(paths), options_(options), sources_(sources), work_(work), progress_(progress) {}

absl::Status ShareReader::Failed(size_t input, const absl::Status& status) const {
  // The input room names the path where it opened the file itself; a part that was read later has only the reason.
  const std::string message(status.message().data(), status.message().size());
  if (message.find(paths_[input]) != std::string::npos) return status;
  return absl::Status(status.code(), absl::StrCat(paths_[input], ": ", message));
}

// What the user said, else what the server said of an input that was fetched.
std::optional<ExpositionFormat> ShareReader::StatedFormat(size_t input) const {
  if (options_.format) return options_.format;
  const auto fetched = options_.fetched.find(input);
  return fetched == options_.fetched.end() ? std::nullopt : fetched->second.format;
}

ExpositionFormat ShareReader::FormatOf(size_t input, const ByteSource& source, std::string_view head,
                                       bool head_is_whole) const {
  if (const auto stated = StatedFormat(input)) return *stated;
  if (head_is_whole) return DetectFormat(head, head.substr(head.size() - std::min(head.size(), kTailBytes)));
  char tail[kTailBytes];
  if (!source.is_plain_file() || source.compressed_size().value_or(0) < kTailBytes) return DetectFormat(head, {});
  const off_t offset = static_cast<off_t>(*source.compressed_size() - kTailBytes);
  const ssize_t got = pread(source.fd(), tail, sizeof tail, offset);
  return DetectFormat(head, {tail, got > 0 ? static_cast<size_t>(got) : 0});
}

// For a part in the middle of a file, whose own first bytes say nothing.
ExpositionFormat ShareReader::FormatOfPlainFile(size_t input, const ByteSource& source) const {
  if (const auto stated = StatedFormat(input)) return *stated;
  std::string head(options_.block_bytes, '\0');
  const ssize_t got = pread(source.fd(), head.data(), head.size(), 0);
  head.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return FormatOf(input, source, head, /*head_is_whole=*/false);
}

// Adds what the census holds now to the sum of all, and gives up its rows when that is too much.
void ShareReader::Weigh(ShareResult* result) {
  result->unweighed_bytes = 0;
  if (!options_.memory_limit_bytes) return;
  const uint64_t limit = std::max<uint64_t>(*options_.memory_limit_bytes / 5 * 3, 1);
  for (;;) {
    const uint64_t bytes = result->builder.bytes();
    const uint64_t change = bytes - result->weighed_bytes;  // may be less than nothing: sums are modulo 2^64
    if (held_bytes_.fetch_add(change) + change > limit) over_limit_ = true;
    result->weighed_bytes = bytes;
    if (!over_limit_ || result->builder.sketched()) return;
    result->builder.TurnToSketches();
  }
}

absl::Status ShareReader::ReadPart(WorkList::ShareId share, Part part, ShareResult* result) {
  std::unique_ptr<ByteSource> opened;
  ByteSource* whole = sources_[part.input].get();
  const bool is_claimed = whole != nullptr;
  const auto text = options_.texts.find(part.input);
  const bool is_text = text != options_.texts.end();
  if (is_text) {
    opened = std::make_unique<MemorySource>(text->second);
    whole = opened.get();
  } else if (!is_claimed) {
    absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenInput(part.input, paths_, options_);
    if (!source.ok()) return source.status();
    opened = std::move(*source);
    whole = opened.get();
  }
  std::unique_ptr<ByteSource> range;
  if (is_claimed) {
    range = std::make_unique<RangeSource>(whole->fd(), part.begin,
                                          [this, share](uint64_t end) { return work_->Claim(share, end); });
  }
  const MetricType type_before = part.begin > 0 ? TypeBefore(whole->fd(), part.begin) : MetricType::kNone;
  if (part.begin > 0) result->assumed_type = type_before;
  ByteSource* const source = is_claimed ? range.get() : whole;
  BlockReader reader(source, options_.block_bytes);
  WatchedSink watched(&result->builder, part.input, options_.watcher);
  ExpositionSink* const sink = options_.watcher == nullptr ? static_cast<ExpositionSink*>(&result->builder) : &watched;
  std::unique_ptr<ExpositionParser> parser;
  size_t keep = 0;
  uint64_t bytes = 0, reported = 0;
  for (;;) {
    const absl::StatusOr<BlockReader::Window> window = reader.Next(keep);
    if (!window.ok()) return window.status();
    if (window->at_end) part = work_->EndPart(share);
    if (parser == nullptr) {
      const ExpositionFormat format = is_text ? ExpositionFormat::kText
                                      : part.begin > 0
                                          ? FormatOfPlainFile(part.input, *whole)
                                          : FormatOf(part.input, *whole, window->bytes, window->at_end && part.is_last);
      result->builder.BeginInput(part.input, paths_[part.input], format, type_before);
      parser = std::make_unique<ExpositionParser>(format, sink);
    }
    const ExpositionParser::Progress progress = parser->Parse(window->bytes, window->at_end && part.is_last);
    keep = window->bytes.size() - progress.consumed;
    bytes += progress.consumed;
    const uint64_t position = source->compressed_position();
    progress_->Tick(done_bytes_.fetch_add(position - reported) + (position - reported));
    reported = position;
    result->unweighed_bytes += progress.consumed;
    if (result->unweighed_bytes >= options_.weigh_every_bytes) Weigh(result);
    if (progress.stopped) {
      result->stopped = true;
      if (result->builder.errors().back().error.ends_silently) {
        SayWhatIsLost(share, *whole, window->bytes.substr(progress.consumed), &reader, &result->builder);
      }
      break;
    }
    if (window->at_end) {
      if (!part.is_last && keep != 0) result->ended_at_cut = false;
      break;
    }
    if (!work_->IsWantedAt(share, position)) break;
  }
  result->newlines = parser->line_number() - 1;
  result->builder.EndInput(bytes, parser->saw_quoted_name());
  return absl::OkStatus();
}

// Counts the lines behind a place where a server ends its parse without a word.
void ShareReader::SayWhatIsLost(WorkList::ShareId share, const ByteSource& source, std::string_view rest,
                                BlockReader* reader, CensusBuilder* builder) {
  uint64_t lines = static_cast<uint64_t>(std::count(rest.begin(), rest.end(), '\n'));
  for (bool at_end = false; !at_end;) {
    const absl::StatusOr<BlockReader::Window> window = reader->Next(0);
    if (!window.ok()) return;  // the line is refused all the same
    lines += static_cast<uint64_t>(std::count(window->bytes.begin(), window->bytes.end(), '\n'));
    at_end = window->at_end;
  }
  const Part part = work_->EndPart(share);
  if (!part.is_last) lines += CountNewlines(source.fd(), part.end, source.compressed_size().value_or(0)).value_or(0);
  builder->AmendLastError(absl::StrCat(" (", lines, lines == 1 ? " line)" : " lines)"));
}

void ShareReader::Read(WorkList::ShareId share, ShareResult* result) {
  bool is_first = true;
  while (const std::optional<Part> part = work_->NextPart(share)) {
    const absl::Status status = ReadPart(share, *part, result);
    work_->EndPart(share);
    if (!status.ok()) result->status = Failed(part->input, status);
    if (is_first) result->first_part_needs_type = result->builder.depends_on_type_before();
    is_first = false;
    if (!status.ok() || result->stopped) {
      work_->Stop(share);
      break;
    }
  }
  result->last_part_has_type = result->builder.type_line_seen();
  result->type_at_end = result->builder.type_in_force();
  Weigh(result);
}

}  // namespace seriesguard
