// SPDX-License-Identifier: Apache-2.0
//
// diff_schema.cc: the build turns diff.schema.json into one raw string literal.
#include "analyzer/diff/diff_schema.h"

namespace seriesguard {

std::string_view DiffSchema() {
  static constexpr std::string_view kSchema =
#include "analyzer/diff/diff_schema.inc"
      ;
  return kSchema;
}

}  // namespace seriesguard
