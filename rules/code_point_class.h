// SPDX-License-Identifier: Apache-2.0
//
// code_point_class.h: which code points may be shown as they are, and how many columns of a terminal each takes.
//
// Use:      by safe_text only.
// Threads:  pure functions.
// Cost:     below U+0300: two compares; else a binary search in a small table.
// Source:   general categories, East_Asian_Width and Default_Ignorable_Code_Point of the Unicode Character Database
//           14.0. Gaps that the database leaves unassigned are joined with their neighbours, which keeps the tables
//           small; a terminal with another version may disagree about the width of a rare character.
#ifndef SERIESGUARD_RULES_CODE_POINT_CLASS_H_
#define SERIESGUARD_RULES_CODE_POINT_CLASS_H_

namespace seriesguard {

// Says whether `value` must not be shown as it is: it would be invisible, change the order or the place of what stands
// around it, look like a plain space, or mean something else on every machine.
//
// That is: controls (C0, DEL, C1), bidirectional controls, zero-width and other format characters, variation
// selectors, tags, fillers, line and paragraph separators, every space but U+0020, surrogates, private use,
// noncharacters and the planes without any assignment.
bool IsHidden(char32_t value);

// Says whether `value` is drawn over the character before it (general category Mn or Me).
bool IsMark(char32_t value);

// Returns the columns that `value` takes: 0 for marks, 2 for wide and full-width characters, else 1.
//
// Requires:  !IsHidden(value).
int ColumnsOf(char32_t value);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_CODE_POINT_CLASS_H_
