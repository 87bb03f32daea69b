// SPDX-License-Identifier: Apache-2.0
//
// worker_file_name.cc: compared byte by byte; the answer depends on no locale.
#include "analyzer/multiproc/worker_file_name.h"

#include <algorithm>

#include "absl/status/status.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

constexpr std::string_view kEnding = ".db";
constexpr std::string_view kLive = "live";
constexpr size_t kPidCut = 3;  // client_python takes as many characters for the ending, wherever it cuts

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool ReadMode(std::string_view word, ClientGaugeMode* mode) {
  constexpr struct {
    std::string_view word;
    ClientGaugeMode mode;
  } kModes[] = {{"all", ClientGaugeMode::kEach},
                {"min", ClientGaugeMode::kMin},
                {"max", ClientGaugeMode::kMax},
                {"sum", ClientGaugeMode::kSum},
                {"mostrecent", ClientGaugeMode::kMostRecent}};
  for (const auto& known : kModes) {
    if (word != known.word) continue;
    *mode = known.mode;
    return true;
  }
  return false;
}

std::string_view WithoutLastCharacters(std::string_view text, size_t characters) {
  for (; characters > 0 && !text.empty(); --characters) {
    while (text.size() > 1 && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.remove_suffix(1);
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

absl::StatusOr<WorkerFileName> ParseWorkerFileName(std::string_view name) {
  WorkerFileName file;
  if (name.size() <= kEnding.size() || name.substr(name.size() - kEnding.size()) != kEnding) {
    return absl::InvalidArgumentError("its name does not end in .db");
  }
  name.remove_suffix(kEnding.size());
  if (TakePrefix("counter_", &name)) {
    file.type = WorkerFileType::kCounter;
  } else if (TakePrefix("histogram_", &name)) {
    file.type = WorkerFileType::kHistogram;
  } else if (TakePrefix("summary_", &name)) {
    file.type = WorkerFileType::kSummary;
  } else if (TakePrefix("gauge_", &name)) {
    file.type = WorkerFileType::kGauge;
    std::string_view mode = name.substr(0, name.find('_'));
    if (mode.size() == name.size()) return absl::InvalidArgumentError("its name has no worker behind the gauge's mode");
    name.remove_prefix(mode.size() + 1);
    file.is_live = TakePrefix(kLive, &mode);
    if (!ReadMode(mode, &file.mode)) return absl::InvalidArgumentError("its name has no gauge mode that is known");
  } else {
    return absl::InvalidArgumentError(
        "its name is none of counter_ID.db, histogram_ID.db, summary_ID.db, gauge_MODE_ID.db");
  }
  if (name.empty()) return absl::InvalidArgumentError("its name has no worker");
  if (!IsValidUtf8(name)) return absl::InvalidArgumentError("its name is not UTF-8");
  file.worker = name;
  const size_t cut = name.find('_');
  file.pid = cut == std::string_view::npos ? name : WithoutLastCharacters(name.substr(0, cut), kPidCut);
  if (file.worker.find('\0') != std::string_view::npos) return absl::InvalidArgumentError("its name holds a NUL byte");
  return file;
}

bool MarksWorkerFolder(std::string_view name) {
  const absl::StatusOr<WorkerFileName> file = ParseWorkerFileName(name);
  return file.ok() &&
         std::any_of(file->worker.begin(), file->worker.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace seriesguard
