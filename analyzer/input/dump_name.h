// SPDX-License-Identifier: Apache-2.0
//
// dump_name.h: what the name of a file in a folder says about it. Names on the command line are never judged.
//
// Threads:  pure functions.
// Source:   judgement: what curl -o, textfile collectors and people call a dump; docs/input.md has the list.
#ifndef SERIESGUARD_ANALYZER_INPUT_DUMP_NAME_H_
#define SERIESGUARD_ANALYZER_INPUT_DUMP_NAME_H_

#include <string_view>

namespace seriesguard {

enum class DumpName {
  kDump,         // ends like a dump, with or without .gz or .zst behind it
  kNoExtension,  // "metrics", "node1.gz": its first bytes decide
  kHidden,       // begins with a dot
  kOther,        // another extension
};

// Judges one path component.
DumpName ClassifyDumpName(std::string_view name);

// The endings that kDump stands for, for messages: ".prom, .txt, ...".
extern const char kDumpEndings[];

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_DUMP_NAME_H_
