// SPDX-License-Identifier: Apache-2.0
//
// html_text.h: the one door through which bytes of a dump or a policy enter an HTML page.
//
// Use:      Text() for what stands between tags or quotes, ScriptJson for the data block; everything else that a page is
//           made of can only be a literal of the source, which the type of Own() holds.
// Threads:  one writer, one thread; the functions are pure.
// Source:   docs/html.md, "What a label may do to the page".
//
// A page is pure ASCII: what is not becomes a character reference, or \uNNNN in the data, so that no reader who guesses the
// encoding wrong sees other characters than we wrote.
#ifndef SERIESGUARD_ANALYZER_REPORT_HTML_HTML_TEXT_H_
#define SERIESGUARD_ANALYZER_REPORT_HTML_HTML_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seriesguard {

class HtmlWriter {
 public:
  // The page is appended to `*out`, which must outlive the writer.
  explicit HtmlWriter(std::string* out) : out_(out) {}

  // Markup of our own: a literal and nothing else.
  template <size_t kSize>
  HtmlWriter& Own(const char (&literal)[kSize]) {
    out_->append(literal, kSize - 1);
    return *this;
  }
  template <size_t kSize>
  HtmlWriter& Own(char (&buffer)[kSize]) = delete;

  // Any bytes, as one printable line (SafeText), cut to `max_columns` columns with a mark where they are longer.
  HtmlWriter& Text(std::string_view untrusted, size_t max_columns = kTextColumns);

  // A message of our own in which untrusted parts have passed SafeText; a forgotten part is still harmless.
  HtmlWriter& Message(std::string_view message);

  // "1,234,567", and the same without commas, for attributes.
  HtmlWriter& Number(uint64_t value);
  HtmlWriter& Digits(uint64_t value);

  static constexpr size_t kTextColumns = 240;

 private:
  std::string* out_;
};

// Returns `json` in a form that a <script type="application/json"> can hold: ASCII, without < > &.
//
// Requires:  `json` is a JSON document in valid UTF-8; all that is changed then stands inside its strings.
std::string ScriptJson(std::string_view json);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_HTML_HTML_TEXT_H_
