// SPDX-License-Identifier: Apache-2.0
//
// schema_check.h: is a JSON text what a JSON Schema says; the part of draft-07 that our schemas use.
//
// Source: JSON Schema Validation draft-07: type, required, properties, items, enum, const, minimum, maximum, pattern
//         and $ref to #/definitions. Any other keyword that restricts is reported, so that none is silently ignored.
#ifndef SERIESGUARD_TESTS_ANALYZER_REPORT_SCHEMA_CHECK_H_
#define SERIESGUARD_TESTS_ANALYZER_REPORT_SCHEMA_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

// Returns one line a violation, with the place in the document; empty when `document` is valid. With
// `known_members_only` a member that the schema does not list is one as well (what we write is all described).
std::vector<std::string> SchemaViolations(std::string_view schema, std::string_view document,
                                          bool known_members_only = true);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_REPORT_SCHEMA_CHECK_H_
