// SPDX-License-Identifier: Apache-2.0
//
// build_commit.cc: the macro is the bare word: no quotes have to survive a command line.
#include "analyzer/commands/build_commit.h"

namespace seriesguard {

#ifdef SERIESGUARD_COMMIT
#define SERIESGUARD_TEXT_OF(word) #word
#define SERIESGUARD_TEXT(macro) SERIESGUARD_TEXT_OF(macro)
std::string_view BuildCommit() { return SERIESGUARD_TEXT(SERIESGUARD_COMMIT); }
#undef SERIESGUARD_TEXT
#undef SERIESGUARD_TEXT_OF
#else
std::string_view BuildCommit() { return "unknown"; }
#endif

}  // namespace seriesguard
