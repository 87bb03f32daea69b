// SPDX-License-Identifier: Apache-2.0
//
// source_location.h: a place in a person's file (a policy, a dump).
//
// Threads:  plain data.
#ifndef SERIESGUARD_RULES_SOURCE_LOCATION_H_
#define SERIESGUARD_RULES_SOURCE_LOCATION_H_

namespace seriesguard {

// Both 1-based, the column in bytes; 0 = not known, or not from a file.
struct SourceLocation {
  int line = 0;
  int column = 0;
};

inline bool operator==(SourceLocation a, SourceLocation b) { return a.line == b.line && a.column == b.column; }
inline bool operator<(SourceLocation a, SourceLocation b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_SOURCE_LOCATION_H_
