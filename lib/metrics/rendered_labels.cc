// SPDX-License-Identifier: Apache-2.0
//
// rendered_labels.cc: writing is plain; reading back relies on it that a quote inside a string is always escaped.
#include "lib/metrics/rendered_labels.h"

#include <algorithm>

namespace seriesguard {
namespace {

// Returns the size of the quoted string that `text` begins with, quotes included; 0 when it does not end.
size_t QuotedSize(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

// Undoes the escapes of a quoted string, without its quotes.
std::string Unquoted(std::string_view quoted) {
  std::string text;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] != '\\') {
      text.push_back(quoted[i]);
    } else {
      ++i;
      text.push_back(quoted[i] == 'n' ? '\n' : quoted[i]);
    }
  }
  return text;
}

// Counts the characters of a name or value as written; of a quoted one without its quotes.
size_t CountCharacters(std::string_view written) {
  if (!written.empty() && written[0] == '"') written = written.substr(1, written.size() - 2);
  size_t count = 0;
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '\\') ++i;
    if ((static_cast<unsigned char>(written[i]) & 0xC0) != 0x80) ++count;
  }
  return count;
}

}  // namespace

void AppendLabel(std::string_view name, std::string_view value, std::string* out) {
  if (!out->empty()) out->push_back(',');
  if (IsClassicLabelName(name)) {
    out->append(name);
  } else {
    out->push_back('"');
    AppendQuotedText(name, out);
    out->push_back('"');
  }
  out->append("=\"");
  AppendQuotedText(value, out);
  out->push_back('"');
}

std::string RenderLabels(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string out;
  for (const auto& [name, value] : labels) AppendLabel(name, value, &out);
  return out;
}

bool TakeRenderedLabel(std::string_view* rest, RenderedLabel* label) {
  if (rest->empty()) return false;
  const size_t name_size = (*rest)[0] == '"' ? QuotedSize(*rest) : rest->find('=');
  if (name_size == 0 || name_size >= rest->size() || (*rest)[name_size] != '=') return false;
  const size_t value_begin = name_size + 1;
  if (value_begin == rest->size() || (*rest)[value_begin] != '"') return false;
  const size_t value_size = QuotedSize(rest->substr(value_begin));
  if (value_size == 0) return false;
  label->name = rest->substr(0, name_size);
  label->value = rest->substr(value_begin, value_size);
  rest->remove_prefix(value_begin + value_size);
  if (!rest->empty() && (*rest)[0] == ',') rest->remove_prefix(1);
  return true;
}

bool MayHaveQuotedNames(std::string_view rendered) {
  // The closing quote of a name, = and the opening quote of its value. Values hold no quote that is not escaped.
  constexpr size_t kBlock = 4096;
  const char* const text = rendered.data();
  for (size_t begin = 0; begin + 2 < rendered.size(); begin += kBlock) {
    const size_t end = std::min(begin + kBlock, rendered.size() - 2);
    unsigned char found = 0;
    for (size_t i = begin; i < end; ++i) {
      found |= static_cast<unsigned char>((text[i] == '"') & (text[i + 1] == '=') & (text[i + 2] == '"'));
    }
    if (found != 0) return true;
  }
  return false;
}

void LabelRenamer::Append(std::string_view rendered, std::string* out) {
  RenderedLabel label;
  for (bool is_first = true; TakeRenderedLabel(&rendered, &label); is_first = false) {
    if (!is_first) out->push_back(',');
    if (escaping_ != NameEscaping::kAllowUtf8 && label.name[0] == '"') {
      AppendName(label.name, out);
    } else {
      out->append(label.name);
    }
    out->push_back('=');
    out->append(label.value);
  }
}

void LabelRenamer::AppendName(std::string_view quoted, std::string* out) {
  for (const auto& [rendered, escaped] : names_) {
    if (rendered == quoted) {
      out->append(escaped);
      return;
    }
  }
  std::string escaped = EscapeLabelName(Unquoted(quoted), escaping_);
  out->append(escaped);
  if (names_.size() < kMostNames) names_.emplace_back(quoted, std::move(escaped));
}

size_t CountLabelCharacters(std::string_view rendered) {
  size_t count = 0;
  for (RenderedLabel label; TakeRenderedLabel(&rendered, &label);) {
    count += CountCharacters(label.name) + CountCharacters(label.value);
  }
  return count;
}

}  // namespace seriesguard
