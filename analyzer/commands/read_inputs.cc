// SPDX-License-Identifier: Apache-2.0
//
// read_inputs.cc: paths are expanded and read; what is wrong with an input becomes text for a person.
#include "analyzer/commands/read_inputs.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "analyzer/input/progress.h"
#include "rules/diagnostic.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kDefaultColumns = 100;
constexpr size_t kMostThreads = 64;
constexpr int kStderr = 2;

std::string SafeStatusText(const absl::Status& status) {
  return SafeText(std::string_view(status.message().data(), status.message().size()));
}

// One refused line as `path:line:column: error: ...` with the line and a caret.
std::string Explain(const InputError& error, const std::string& path, size_t columns) {
  Diagnostic diagnostic;
  diagnostic.location.line = static_cast<int>(std::min<uint64_t>(error.error.line, INT32_MAX));
  diagnostic.location.column = static_cast<int>(std::min<uint64_t>(error.error.column, INT32_MAX));
  diagnostic.message = error.error.message;
  // A protobuf exposition begins with a length of one or two bytes and a byte 0x0A, which is a newline to a text parser.
  if (error.error.line == 1 && error.error.line_text.size() <= 2) {
    diagnostic.hint =
        "a protobuf exposition begins like this; only the text formats are read: scrape with `Accept: text/plain`";
  }
  if (error.error.text_column == error.error.column) {
    return FormatDiagnostic(diagnostic, path, error.error.line_text, columns);
  }
  // Only a part of a very long line was kept: the caret goes by that part, the numbers by the whole line.
  diagnostic.location.column = static_cast<int>(error.error.text_column);
  std::string text = FormatDiagnostic(diagnostic, path, error.error.line_text, columns);
  const size_t first_line_end = text.find('\n');
  diagnostic.location.column = static_cast<int>(std::min<uint64_t>(error.error.column, INT32_MAX));
  const std::string head = FormatDiagnostic(diagnostic, path, "", columns);
  return absl::StrCat(head.substr(0, head.find('\n')),
                      first_line_end == std::string::npos ? "" : text.substr(first_line_end));
}

ReadOptions ReadOptionsOf(const InputOptions& options, const Streams& streams) {
  ReadOptions read;
  read.census.server = options.server;
  read.census.ignore_created = options.created == CreatedSeries::kIgnore;
  read.census.lenient = options.lenient;
  read.source.stdin_fd = streams.stdin_descriptor;
  if (options.max_uncompressed_bytes) read.source.max_uncompressed_bytes = *options.max_uncompressed_bytes;
  if (options.max_compression_ratio) read.source.max_ratio = static_cast<double>(*options.max_compression_ratio);
  if (options.format == InputFormat::kText) read.format = ExpositionFormat::kText;
  if (options.format == InputFormat::kOpenMetrics) read.format = ExpositionFormat::kOpenMetrics;
  const size_t cores = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  read.memory_limit_bytes = options.memory_limit_bytes;
  read.threads = std::min(options.threads == 0 ? cores : options.threads, kMostThreads);
  return read;
}

constexpr size_t kRefusedNamed = 10;

// Where files of workers were refused, that is why.
absl::Status NoSample(const InputCount& input, const WorkerFolders& folders) {
  std::string text =
      absl::StrCat("error: ", SafeText(input.path), ": no sample in this input, so there is nothing to count");
  size_t named = 0;
  for (const RefusedFile& file : folders.refused) {
    if (file.input != input.path) continue;
    if (++named > kRefusedNamed) continue;
    absl::StrAppend(&text, "\n  refused ", SafeText(file.name), ": ", SafeText(file.reason));
  }
  if (named > kRefusedNamed) absl::StrAppend(&text, "\n  and more");
  return absl::InvalidArgumentError(text);
}

}  // namespace

absl::StatusOr<ExpandedInputs> ExpandAloud(const std::vector<std::string>& paths, const Streams& streams) {
  ExpandedInputs inputs = ExpandInputs(paths);
  if (!inputs.errors.empty()) {
    std::string text;
    for (const std::string& error : inputs.errors) {
      absl::StrAppend(&text, text.empty() ? "" : "\n", "error: ", SafeText(error));
    }
    return absl::InvalidArgumentError(text);
  }
  for (const std::string& note : inputs.notes) PrintError(absl::StrCat("note: ", SafeText(note), "\n"), streams);
  return inputs;
}

absl::StatusOr<InputsRead> ReadInputs(const ExpandedInputs& inputs, const InputOptions& options, const Streams& streams,
                                      SampleWatcher* watcher) {
  absl::StatusOr<FetchedInputs> fetched = FetchUrls(inputs, options, streams);
  if (!fetched.ok()) return fetched.status();
  return ReadFetchedInputs(inputs, *std::move(fetched), options, streams, watcher);
}

absl::StatusOr<InputsRead> ReadFetchedInputs(const ExpandedInputs& inputs, FetchedInputs fetched,
                                             const InputOptions& options, const Streams& streams,
                                             SampleWatcher* watcher) {
  ReadOptions read = ReadOptionsOf(options, streams);
  read.watcher = watcher;
  read.fetched = std::move(fetched);
  absl::StatusOr<WorkerFolders> folders = ReadWorkerFolders(inputs, options.server);
  if (!folders.ok()) {
    return absl::Status(folders.status().code(), absl::StrCat("error: ", SafeStatusText(folders.status())));
  }
  for (const std::string& note : folders->notes) PrintError(absl::StrCat("note: ", SafeText(note), "\n"), streams);
  read.texts = std::move(folders->texts);
  ProgressOptions progress_options = TerminalProgress(kStderr);
  progress_options.is_terminal = progress_options.is_terminal && streams.err_is_terminal;
  Progress progress(std::move(progress_options));
  absl::StatusOr<ReadResult> result = ReadDumps(inputs.paths, read, &progress);
  progress.Clear();
  if (!result.ok()) {
    return absl::Status(result.status().code(), absl::StrCat("error: ", SafeStatusText(result.status())));
  }
  if (result->error_count > 0 && !options.lenient) {
    const InputError& error = result->errors.front();
    const size_t columns = streams.err_columns == 0 ? kDefaultColumns : streams.err_columns;
    std::string text = Explain(error, inputs.paths[error.input], columns);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return absl::InvalidArgumentError(text);
  }
  for (const InputCount& input : result->data->inputs) {
    if (input.samples == 0) return NoSample(input, *folders);
  }
  for (const UrlInput& url : inputs.urls) result->data->inputs[url.input].is_negotiated = true;
  for (const WorkerFolder& folder : inputs.worker_folders) {
    result->data->inputs[folder.input].format = kWorkerFilesFormat;
  }
  return InputsRead{*std::move(result), *std::move(folders), read.threads};
}

}  // namespace seriesguard
