// SPDX-License-Identifier: Apache-2.0
//
// watch_schema.h: the published JSON Schema (draft-07) of "seriesguard.watch/1", as part of the program.
//
// Use:      printed by `seriesguard schema watch`; the tests hold rendered watches against it.
// Source:   watch.schema.json, embedded by the build.
#ifndef SERIESGUARD_ANALYZER_WATCH_WATCH_SCHEMA_H_
#define SERIESGUARD_ANALYZER_WATCH_WATCH_SCHEMA_H_

#include <string_view>

namespace seriesguard {

// Returns the text of the schema; static.
std::string_view WatchSchema();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_WATCH_WATCH_SCHEMA_H_
