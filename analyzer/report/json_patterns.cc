// SPDX-License-Identifier: Apache-2.0
//
// json_patterns.cc: see the header.
#include "analyzer/report/json_patterns.h"

#include <string_view>
#include <utility>

#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

void WriteLabelPatterns(const LabelPatterns& patterns, JsonWriter* json) {
  if (patterns.shares.empty()) return;
  json->Key("patterns").BeginArray();
  for (const PatternShare& share : patterns.shares) {
    json->BeginObject();
    json->Key("pattern").String(ValuePatternName(share.pattern));
    json->Key("values").Unsigned(share.values);
    json->Key("series").Unsigned(share.series);
    json->EndObject();
  }
  json->EndArray();
  json->Key("template").StringOrNull(patterns.most_common_template);
  json->Key("template_values").Unsigned(patterns.template_values);
  json->Key("templates").Unsigned(patterns.templates);
  json->Key("series_after_template").OptionalUnsigned(patterns.series_after_template);
  json->Key("personal").BeginArray();
  for (const auto& [kind, name] : {std::pair<PersonalKinds, std::string_view>(kPersonalEmail, "email"),
                                   std::pair<PersonalKinds, std::string_view>(kPersonalIp, "ip"),
                                   std::pair<PersonalKinds, std::string_view>(kPersonalToken, "token")}) {
    if ((patterns.personal & kind) != 0) json->String(name);
  }
  json->EndArray();
  json->Key("personal_values").Unsigned(patterns.personal_values);
}

}  // namespace seriesguard
