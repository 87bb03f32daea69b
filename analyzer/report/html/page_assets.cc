// SPDX-License-Identifier: Apache-2.0
//
// page_assets.cc: the build joins the files and turns them into raw string literals.
#include "analyzer/report/html/page_assets.h"

namespace seriesguard {

std::string_view PageScript() {
  static constexpr std::string_view kScript =
#include "analyzer/report/html/page_script.inc"
      ;
  return kScript;
}

std::string_view PageStyle() {
  static constexpr std::string_view kStyle =
#include "analyzer/report/html/page_style.inc"
      ;
  return kStyle;
}

}  // namespace seriesguard
