// SPDX-License-Identifier: Apache-2.0
//
// byte_reader.h: one byte after the other, with the server's habit of reading over NUL in some places.
//
// Use:      by the two naive parsers.
// Source:   the lexers of prometheus v0.316.0 step over NUL bytes when they *advance* inside a label value, a HELP or
//           TYPE text or a comment. A NUL on which a token starts is not stepped over, and those that follow the last
//           byte of such a token become part of it.
#ifndef SERIESGUARD_TESTS_REFERENCE_BYTE_READER_H_
#define SERIESGUARD_TESTS_REFERENCE_BYTE_READER_H_

#include <cstddef>
#include <string_view>

namespace seriesguard::reference {

class ByteReader {
 public:
  static constexpr int kEnd = -1;

  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  // Returns the byte under the reader, 0..255, or kEnd.
  int Peek() const { return pos_ < bytes_.size() ? static_cast<unsigned char>(bytes_[pos_]) : kEnd; }

  void Advance() {
    ++pos_;
    while (steps_over_nul_ && pos_ < bytes_.size() && bytes_[pos_] == '\0') ++pos_;
  }

  // Advances if the byte under the reader is `c`; says whether it was.
  bool Take(char c) {
    if (Peek() != static_cast<unsigned char>(c)) return false;
    Advance();
    return true;
  }

  // Takes the whole word, or stops at the first byte that differs.
  bool TakeWord(std::string_view word) {
    for (char c : word) {
      if (!Take(c)) return false;
    }
    return true;
  }

  size_t pos() const { return pos_; }
  std::string_view From(size_t begin) const { return bytes_.substr(begin, pos_ - begin); }
  std::string_view all() const { return bytes_; }
  void set_steps_over_nul(bool steps_over_nul) { steps_over_nul_ = steps_over_nul; }

 private:
  std::string_view bytes_;
  size_t pos_ = 0;
  bool steps_over_nul_ = false;
};

}  // namespace seriesguard::reference

#endif  // SERIESGUARD_TESTS_REFERENCE_BYTE_READER_H_
