// SPDX-License-Identifier: Apache-2.0
//
// mmap_file.cc: offsets are 64 bit and unsigned before anything is added to them; every length is held against what is
// left before it is used.
#include "analyzer/multiproc/mmap_file.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace seriesguard {
namespace {

constexpr size_t kHeaderBytes = 8;
constexpr size_t kLengthBytes = 4;
constexpr size_t kValueBytes = 8;
constexpr size_t kWindowBytes = size_t{256} << 10;

absl::Status Damaged(const std::string& what) { return absl::InvalidArgumentError(what); }

template <typename T>
T Load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// Where the value begins, from the entry's begin: behind the length, the key and 1 to 8 blanks.
size_t ValueOffset(size_t key_bytes) { return (kLengthBytes + key_bytes) / 8 * 8 + 8; }

class Reader {
 public:
  explicit Reader(MmapBytes* file) : file_(file) {}

  absl::StatusOr<MmapFileFacts> Run(const std::function<absl::Status(const MmapEntry&)>& take);

 private:
  absl::Status ReadHeader();
  absl::StatusOr<std::string_view> Bytes(uint64_t offset, size_t size);
  absl::StatusOr<size_t> KeyBytes(uint64_t offset);
  absl::StatusOr<size_t> FindStamps(uint64_t first_end);
  absl::StatusOr<bool> MayBegin(uint64_t offset);

  MmapBytes* const file_;
  uint64_t used_ = 0;
  std::string window_;
  uint64_t window_begin_ = 0;
};

absl::Status Reader::ReadHeader() {
  char header[kHeaderBytes];
  const absl::StatusOr<size_t> got = file_->ReadAt(0, header, sizeof header);
  if (!got.ok()) return got.status();
  if (*got == 0) return Damaged("empty: a worker is making it, or died while it did");
  if (*got < sizeof header)
    return Damaged(absl::StrCat(*got, *got == 1 ? " byte" : " bytes", ", fewer than its header has"));
  const int32_t used = Load<int32_t>(header);
  if (used != 0 && used < static_cast<int32_t>(kHeaderBytes)) {
    return Damaged(absl::StrCat("says that ", used, " bytes of it are used"));
  }
  // The size is asked for last: a worker makes the file longer before it uses more.
  const absl::StatusOr<uint64_t> size = file_->Size();
  if (!size.ok()) return size.status();
  used_ = used == 0 ? kHeaderBytes : static_cast<uint64_t>(used);
  if (used_ > *size) return Damaged(absl::StrCat("says that ", used_, " bytes of it are used, and has ", *size));
  return absl::OkStatus();
}

// Shows bytes [offset, offset + size).
//
// Requires:  offset + size <= used_.
absl::StatusOr<std::string_view> Reader::Bytes(uint64_t offset, size_t size) {
  if (offset < window_begin_ || offset + size > window_begin_ + window_.size()) {
    const uint64_t wanted = std::min<uint64_t>(std::max(size, kWindowBytes), used_ - offset);
    window_.resize(static_cast<size_t>(wanted));
    window_begin_ = offset;
    const absl::StatusOr<size_t> got = file_->ReadAt(offset, window_.data(), window_.size());
    if (!got.ok()) return got.status();
    window_.resize(*got);
    if (*got < size) return Damaged(absl::StrCat("was cut short at byte ", offset + *got, " while it was read"));
  }
  return std::string_view(window_).substr(static_cast<size_t>(offset - window_begin_), size);
}

absl::StatusOr<size_t> Reader::KeyBytes(uint64_t offset) {
  if (used_ - offset < kLengthBytes) return Damaged(absl::StrCat("its last entry, at byte ", offset, ", has no key"));
  const absl::StatusOr<std::string_view> bytes = Bytes(offset, kLengthBytes);
  if (!bytes.ok()) return bytes.status();
  const int32_t length = Load<int32_t>(bytes->data());
  if (length <= 0) return Damaged(absl::StrCat("the entry at byte ", offset, " has a key of ", length, " bytes"));
  const size_t size = static_cast<size_t>(length);
  if (ValueOffset(size) > used_ - offset) {
    return Damaged(absl::StrCat("the entry at byte ", offset, " has a key of ", size, " bytes, with ", used_ - offset,
                                " bytes left"));
  }
  if (size > kMaxKeyBytes) {
    return Damaged(absl::StrCat("the entry at byte ", offset, " has a key of ", size, " bytes; ", kMaxKeyBytes,
                                " are read at most"));
  }
  return size;
}

// Says whether the file ends at `offset`, or an entry may begin there.
absl::StatusOr<bool> Reader::MayBegin(uint64_t offset) {
  if (offset == used_) return true;
  if (offset > used_ || used_ - offset <= kLengthBytes) return false;
  const absl::StatusOr<std::string_view> bytes = Bytes(offset, kLengthBytes + 1);
  if (!bytes.ok()) return bytes.status();
  const int32_t length = Load<int32_t>(bytes->data());
  return length > 0 && static_cast<uint64_t>(length) < used_ - offset && (*bytes)[kLengthBytes] == '[';
}

// Finds out which layout the file has, from where the second entry begins: `first_end` is where it does without stamps.
//
// Returns:   bytes of a time stamp: 8 or 0. One file cannot look like both: eight bytes behind the right place stand
//            letters of a key where a length is looked for, and eight before it the halves of a number.
absl::StatusOr<size_t> Reader::FindStamps(uint64_t first_end) {
  for (const size_t stamp_bytes : {kValueBytes, size_t{0}}) {
    const absl::StatusOr<bool> fits = MayBegin(first_end + stamp_bytes);
    if (!fits.ok()) return fits.status();
    if (*fits) return stamp_bytes;
  }
  return Damaged(absl::StrCat("no second entry begins at byte ", first_end, " or ", first_end + kValueBytes));
}

absl::StatusOr<MmapFileFacts> Reader::Run(const std::function<absl::Status(const MmapEntry&)>& take) {
  if (absl::Status header = ReadHeader(); !header.ok()) return header;
  MmapFileFacts facts;
  facts.used_bytes = used_;
  size_t stamp_bytes = 0;
  for (uint64_t offset = kHeaderBytes; offset < used_;) {
    const absl::StatusOr<size_t> key_bytes = KeyBytes(offset);
    if (!key_bytes.ok()) return key_bytes.status();
    const size_t value_offset = ValueOffset(*key_bytes);
    if (facts.entries == 0) {
      const absl::StatusOr<size_t> found = FindStamps(offset + value_offset + kValueBytes);
      if (!found.ok()) return found.status();
      stamp_bytes = *found;
      facts.has_timestamps = stamp_bytes > 0;
    }
    const size_t size = value_offset + kValueBytes + stamp_bytes;
    if (size > used_ - offset) return Damaged(absl::StrCat("the entry at byte ", offset, " has no whole value"));
    const absl::StatusOr<std::string_view> bytes = Bytes(offset, size);
    if (!bytes.ok()) return bytes.status();
    MmapEntry entry;
    entry.key = bytes->substr(kLengthBytes, *key_bytes);
    entry.value = Load<double>(bytes->data() + value_offset);
    if (stamp_bytes > 0) entry.timestamp = Load<double>(bytes->data() + value_offset + kValueBytes);
    if (const absl::Status taken = take(entry); !taken.ok()) {
      return absl::Status(taken.code(), absl::StrCat("the entry at byte ", offset, ": ", taken.message()));
    }
    ++facts.entries;
    offset += size;
  }
  return facts;
}

}  // namespace

absl::StatusOr<MmapFileFacts> ReadMmapFile(MmapBytes* file, const std::function<absl::Status(const MmapEntry&)>& take) {
  return Reader(file).Run(take);
}

}  // namespace seriesguard
