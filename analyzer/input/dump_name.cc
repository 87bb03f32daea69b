// SPDX-License-Identifier: Apache-2.0
//
// dump_name.cc: endings are compared byte by byte, in lower case only: the answer depends on no locale.
#include "analyzer/input/dump_name.h"

namespace seriesguard {
namespace {

constexpr std::string_view kPacked[] = {".gz", ".zst"};
constexpr std::string_view kEndings[] = {".prom", ".txt", ".metrics", ".om", ".openmetrics"};

bool EndsWith(std::string_view text, std::string_view ending) {
  return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
}

}  // namespace

const char kDumpEndings[] = ".prom, .txt, .metrics, .om, .openmetrics";

DumpName ClassifyDumpName(std::string_view name) {
  if (name.empty() || name[0] == '.') return DumpName::kHidden;
  for (const std::string_view packed : kPacked) {
    if (!EndsWith(name, packed)) continue;
    name.remove_suffix(packed.size());
    break;
  }
  for (const std::string_view ending : kEndings) {
    if (EndsWith(name, ending)) return DumpName::kDump;
  }
  return name.find('.') == std::string_view::npos ? DumpName::kNoExtension : DumpName::kOther;
}

}  // namespace seriesguard
