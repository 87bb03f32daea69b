// SPDX-License-Identifier: Apache-2.0
#include "tests/analyzer/multiproc/worker_file_bytes.h"

#include <algorithm>

namespace seriesguard {
namespace {

void Append(std::string* bytes, double value) { bytes->append(reinterpret_cast<const char*>(&value), sizeof value); }

}  // namespace

void Put(std::string* bytes, size_t offset, int32_t value) { std::memcpy(&(*bytes)[offset], &value, sizeof value); }

std::string WorkerKey(const std::string& metric, const std::string& sample, const Labels& labels,
                      const std::string& help) {
  std::string key = "[\"" + metric + "\", \"" + sample + "\", {";
  for (const auto& [name, value] : labels) {
    if (key.back() != '{') key += ", ";
    key += "\"" + name + "\": \"" + value + "\"";
  }
  return key + "}, \"" + help + "\"]";
}

WorkerFileBytes& WorkerFileBytes::Add(std::string_view key, double value, double timestamp) {
  const size_t begin = bytes_.size();
  bytes_.append(4, '\0');
  Put(&bytes_, begin, static_cast<int32_t>(key.size()));
  bytes_.append(key);
  do bytes_ += ' ';
  while (bytes_.size() % 8 != 0);
  Append(&bytes_, value);
  if (layout_ == kStamped) Append(&bytes_, timestamp);
  return *this;
}

std::string WorkerFileBytes::Bytes(size_t size) const {
  std::string bytes = bytes_;
  Put(&bytes, 0, static_cast<int32_t>(bytes.size()));
  if (bytes.size() < size) bytes.resize(size);
  return bytes;
}

absl::StatusOr<size_t> StringFile::ReadAt(uint64_t offset, char* buffer, size_t size) {
  if (offset >= bytes_.size()) return size_t{0};
  const size_t count = std::min(size, bytes_.size() - static_cast<size_t>(offset));
  std::memcpy(buffer, bytes_.data() + offset, count);
  return count;
}

}  // namespace seriesguard
