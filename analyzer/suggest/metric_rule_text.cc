// SPDX-License-Identifier: Apache-2.0
#include "analyzer/suggest/metric_rule_text.h"

#include <string_view>

#include "rules/export/quoted_text.h"

namespace seriesguard {
namespace {

bool EndsWith(const std::string& text, std::string_view end) {
  return text.size() > end.size() && std::string_view(text).substr(text.size() - end.size()) == end;
}

// A rule that names what looks like a sample of a family is refused; an expression that matches only it is not.
bool LooksLikeASample(const std::string& name) {
  for (const std::string_view end : {"_bucket", "_sum", "_count", "_created"}) {
    if (EndsWith(name, end)) return true;
  }
  return false;
}

}  // namespace

std::string MetricRuleName(const std::string& name) {
  return LooksLikeASample(name) ? "match: " + QuotedForYaml(QuotedForRegex(name)) : "name: " + QuotedForYaml(name);
}

const char* FoldOfGauge(const std::string& name) {
  for (const std::string_view end :
       {"_seconds", "_timestamp", "_time", "_ratio", "_percent", "_info", "_celsius", "_status"}) {
    if (EndsWith(name, end)) return "max";
  }
  return "sum";
}

}  // namespace seriesguard
