// SPDX-License-Identifier: Apache-2.0
//
// sample_line.cc: the two alphabets of names differ in the colon only.
#include "analyzer/multiproc/sample_line.h"

#include <algorithm>

#include "analyzer/multiproc/client_number.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

bool IsPlain(char c, bool is_first, bool is_metric) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return true;
  return (!is_first && c >= '0' && c <= '9') || (is_metric && c == ':');
}

bool IsPlain(std::string_view name, bool is_metric) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (!IsPlain(name[i], i == 0, is_metric)) return false;
  }
  return !name.empty();
}

std::string Quoted(std::string_view name) {
  std::string text = "\"";
  AppendEscapedLabelValue(name, &text);
  return text + "\"";
}

// One underscore for each character, whatever bytes it has.
std::string Underscored(std::string_view name, bool is_metric) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    if ((static_cast<unsigned char>(name[i]) & 0xc0) == 0x80) continue;
    text += IsPlain(name[i], i == 0, is_metric) ? name[i] : '_';
  }
  return text;
}

std::string Name(std::string_view name, bool is_metric, NameForm form) {
  if (IsPlain(name, is_metric)) return std::string(name);
  return form == NameForm::kQuoted ? Quoted(name) : Underscored(name, is_metric);
}

}  // namespace

SampleLine MakeSampleLine(std::string_view name, const std::vector<std::pair<std::string, std::string>>& labels,
                          std::string_view without, NameForm form) {
  SampleLine sample;
  sample.text = Name(name, /*is_metric=*/true, form);
  if (sample.text.front() == '"') {
    sample.text.insert(0, 1, '{');
    sample.has_brace = sample.needs_comma = true;
  }
  for (const auto& [label, value] : labels) {
    if (label != without) AddLabel(label, value, form, &sample);
  }
  return sample;
}

void AddLabel(std::string_view name, std::string_view value, NameForm form, SampleLine* sample) {
  if (!sample->has_brace) sample->text += '{';
  if (sample->needs_comma) sample->text += ',';
  sample->has_brace = sample->needs_comma = true;
  sample->text += Name(name, /*is_metric=*/false, form);
  sample->text += "=\"";
  AppendEscapedLabelValue(value, &sample->text);
  sample->text += '"';
}

void AppendLine(const SampleLine& sample, double value, std::string* out) {
  *out += sample.text;
  if (sample.has_brace) *out += '}';
  *out += ' ';
  *out += ClientNumber(value);
  *out += '\n';
}

std::string MetadataName(std::string_view name, NameForm form) { return Name(name, /*is_metric=*/true, form); }

}  // namespace seriesguard
