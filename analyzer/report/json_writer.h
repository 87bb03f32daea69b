// SPDX-License-Identifier: Apache-2.0
//
// json_writer.h: appends one JSON document to a string, in order, without building a tree first.
//
// Use:      Key() before each member of an object; elements of an array one after the other; commas are set here.
// Threads:  one writer, one thread.
// Memory:   the output string and 4 KiB; nesting is bounded by kMaxDepth.
// Cost:     some 15 ns a number or short ASCII string (bench/report/json_report_bench.cc). Why not nlohmann-json: a report of 10,000 label rows has
//           250,000 nodes, and a tree of them costs more than the whole rest of the report.
// Source:   RFC 8259; strings are made of valid UTF-8 by JsonText of rules/safe_text.h.
//
// What a string may do to whoever prints the document: nothing. Controls are escaped as the RFC wants it, and every
// code point that must not be shown (bidirectional controls, C1, line separators, ...) becomes \uNNNN, which a parser
// reads back as the same text.
#ifndef SERIESGUARD_ANALYZER_REPORT_JSON_WRITER_H_
#define SERIESGUARD_ANALYZER_REPORT_JSON_WRITER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace seriesguard {

class JsonWriter {
 public:
  // The document is appended to `*out`, which must outlive the writer and is complete when the outermost value is.
  explicit JsonWriter(std::string* out) : out_(out) {}

  // With kLines each member or element stands on its own line; with kInline all on one.
  enum class Layout : uint8_t { kInline, kLines };

  void BeginObject(Layout layout = Layout::kInline) { Open('{', layout); }
  // Writes "escaped":true as the last member when a string of this object had to be changed (it was not UTF-8).
  void EndObject();
  void BeginArray(Layout layout = Layout::kInline) { Open('[', layout); }
  void EndArray() { Close(']'); }

  // Begins a member: json->Key("series").Unsigned(5).
  //
  // Requires:  inside an object; `key` is plain ASCII of our own.
  // Returns:   this writer, which waits for the member's value.
  JsonWriter& Key(std::string_view key) {
    BeforeElement();
    PutByte('"');
    Put(key);
    Put("\":");
    return *this;
  }

  void String(std::string_view untrusted);
  void Unsigned(uint64_t value);
  template <typename Real, std::enable_if_t<std::is_floating_point_v<Real>, int> = 0>
  void Unsigned(Real value) = delete;  // it would lose its fraction
  void Signed(int64_t value);
  // The shortest digits that read back as the same number, in any locale; null for what JSON has no word for.
  void Double(double value);
  void Bool(bool value);
  void Null();
  void OptionalUnsigned(const std::optional<uint64_t>& value);
  void OptionalDouble(const std::optional<double>& value);
  // Null for a text that is empty.
  void StringOrNull(std::string_view untrusted);
  // A value that another writer made, whole, as it is.
  void Document(std::string_view json);
  // An array.
  void Strings(const std::vector<std::string>& untrusted);

  static constexpr size_t kMaxDepth = 16;

 private:
  struct Level {
    Layout layout = Layout::kInline;
    bool is_array = false;
    bool has_elements = false;
    bool escaped = false;
  };

  void Open(char bracket, Layout layout);
  void Close(char bracket);

  // Comma and line break.
  void BeforeElement() {
    if (depth_ == 0) return;
    Level& level = levels_[depth_ - 1];
    if (level.has_elements) PutByte(',');
    if (level.layout == Layout::kLines) PutByte('\n');
    level.has_elements = true;
  }
  // As above within an array; nothing after a key.
  void BeforeValue() {
    if (depth_ > 0 && levels_[depth_ - 1].is_array) BeforeElement();
  }
  // What stands outside every bracket is complete.
  void AfterValue() {
    if (depth_ == 0) Flush();
  }

  void PutByte(char byte) {
    if (used_ == buffer_.size()) Flush();
    buffer_[used_++] = byte;
  }
  void Put(std::string_view bytes) {
    if (bytes.size() > buffer_.size() - used_) return PutLong(bytes);
    std::memcpy(buffer_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  void PutLong(std::string_view bytes);
  void Flush();

  std::string* out_;
  std::array<Level, kMaxDepth> levels_;
  size_t depth_ = 0;               // levels_[depth_ - 1] is the innermost
  std::array<char, 4096> buffer_;  // what is not yet in *out_: a call of append() costs more than a short text
  size_t used_ = 0;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_JSON_WRITER_H_
