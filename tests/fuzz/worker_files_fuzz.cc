// SPDX-License-Identifier: Apache-2.0
//
// worker_files_fuzz.cc: any bytes in one or two worker files are an exposition that a server reads without an error, or a
// refusal whose words are ours alone.
//
// The first byte chooses: bits 0 to 3 the first file's name, bits 4 to 6 the second's, bit 7 underscores in names. The
// second byte says in sixteenths of the rest where the first file ends. Where the header of a file is 0xFFFFFFFF the file
// is given its own size there, so that the fuzzer need not find it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/census/census_builder.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/exposition/exposition_parser.h"
#include "analyzer/exposition/scan.h"
#include "analyzer/multiproc/mmap_file.h"
#include "analyzer/multiproc/sample_line.h"
#include "analyzer/multiproc/worker_file_name.h"
#include "analyzer/multiproc/worker_merge.h"
#include "lib/series/keyed_hash.h"

namespace {

using namespace seriesguard;  // a fuzz target is all about one library

void Require(bool holds) {
  if (!holds) std::abort();
}

constexpr const char* kNames[] = {
    "counter_1.db",       "histogram_1.db",       "summary_1.db",    "gauge_all_1.db",
    "gauge_min_1.db",     "gauge_max_1.db",       "gauge_sum_1.db",  "gauge_mostrecent_1.db",
    "gauge_liveall_2.db", "gauge_livemin_2.db",   "counter_2.db",    "histogram_2.db",
    "gauge_livesum_2.db", "gauge_all_host_12.db", "gauge_all_x_.db", "summary_2.db"};

// A heap copy of exactly the file's size, so that AddressSanitizer sees a byte too many.
class HeapFile : public MmapBytes {
 public:
  explicit HeapFile(std::string_view bytes) : bytes_(new char[bytes.size()]), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
    if (size_ >= 4 && bytes.substr(0, 4) == "\xff\xff\xff\xff") {
      const int32_t used = static_cast<int32_t>(size_);
      std::memcpy(bytes_.get(), &used, sizeof used);
    }
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    if (offset >= size_) return size_t{0};
    const size_t count = std::min<size_t>(size, size_ - static_cast<size_t>(offset));
    std::memcpy(buffer, bytes_.get() + offset, count);
    return count;
  }
  absl::StatusOr<uint64_t> Size() override { return size_; }

 private:
  const std::unique_ptr<char[]> bytes_;
  const size_t size_;
};

void AddFile(std::string_view name, std::string_view bytes, WorkerMerge* merge) {
  const absl::StatusOr<WorkerFileName> file = ParseWorkerFileName(name);
  Require(file.ok());
  HeapFile heap(bytes);
  std::vector<WorkerMerge::Entry> entries;
  const absl::StatusOr<MmapFileFacts> facts = ReadMmapFile(&heap, [&](const MmapEntry& entry) -> absl::Status {
    Require(!entry.key.empty() && entry.key.size() <= bytes.size());
    const absl::StatusOr<WorkerMerge::KeyId> key = merge->Intern(file->type, entry.key);
    if (!key.ok()) return key.status();
    entries.push_back({*key, entry.value, entry.timestamp});
    return absl::OkStatus();
  });
  if (!facts.ok()) {
    Require(!facts.status().message().empty());
    for (const char c : facts.status().message()) Require(c >= 0x20 && c < 0x7f);
    return;
  }
  Require(facts->entries == entries.size() && facts->used_bytes <= bytes.size());
  Require(facts->entries * 16 < facts->used_bytes);
  merge->BeginWorker();
  // A histogram's entry may bring the count beside its bucket.
  Require(merge->AddFile(*file, entries) <= 2 * entries.size());
}

// What we write ourselves is never refused. Names may collide once they have underscores, which a server refuses rightly.
void ParseText(std::string_view text, bool may_collide) {
  CensusBuilder builder(HashKey(1), CensusOptions());
  builder.BeginInput(0, "fuzz", ExpositionFormat::kText);
  ExpositionParser parser(ExpositionFormat::kText, &builder);
  std::string window(text);
  window.append(kScanSlack, '\0');
  const ExpositionParser::Progress progress = parser.Parse({window.data(), text.size()}, /*at_end=*/true);
  Require(may_collide || (!progress.stopped && progress.consumed == text.size() && builder.error_count() == 0));
  builder.EndInput(text.size(), parser.saw_quoted_name());
  builder.Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 64 * 1024) return 0;  // longer files find nothing new, only later
  const bool underscored = (data[0] & 128) != 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t cut = rest.size() * (data[1] % 17) / 16;
  WorkerMerge merge(HashKey(1), underscored ? NameForm::kUnderscored : NameForm::kQuoted);
  AddFile(kNames[data[0] & 15], rest.substr(0, cut), &merge);
  AddFile(kNames[8 + ((data[0] >> 4) & 7)], rest.substr(cut), &merge);
  ParseText(merge.Text(), underscored);
  const std::string name(rest.substr(0, 64));
  const absl::StatusOr<WorkerFileName> file = ParseWorkerFileName(name);
  Require(!MarksWorkerFolder(name) || (file.ok() && !file->worker.empty()));
  return 0;
}
