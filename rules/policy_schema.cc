// SPDX-License-Identifier: Apache-2.0
//
// policy_schema.cc: the file policy_schema.json, which the build wraps into a raw string.
#include "rules/policy_schema.h"

namespace seriesguard {
namespace {

constexpr char kSchema[] =
#include "rules/policy_schema_text.inc"
    ;

}  // namespace

std::string_view PolicySchema() { return std::string_view(kSchema, sizeof(kSchema) - 1); }

}  // namespace seriesguard
