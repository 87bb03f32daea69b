// SPDX-License-Identifier: Apache-2.0
//
// code_form.h: what programs say: statements of SQL, and the stacks of crashes.
//
// Threads:  pure functions.
// Cost:     linear in the value.
// Source:   docs/patterns.md.
//
// SQL is told from English by three rules: the verb is all small or all capital letters, the word that the verb needs
// follows it, and the first thing that a SELECT asks for is one expression: `select an item from the list` is none.
//
// A frame of a stack, at the start of a line or behind blanks:
//   Java, Kotlin, Scala   at a.b.C.method(File.java:12), (Native Method), (Unknown Source)
//   JavaScript            at f (file.js:1:2), at file.js:1:2, at async f (...)
//   C#                    at A.B.Method() in /src/File.cs:line 12
//   Python                Traceback (most recent call last), File "x.py", line 12
//   Go                    goroutine 1 [running]:, /src/main.go:12 +0x1d
//   C, C++, Rust          #0 0x00007f in f (), #1 f () at file.c:12
//   Ruby, PHP             file.rb:12:in `method', #0 /src/file.php(12): f()
#ifndef SERIESGUARD_ANALYZER_PATTERNS_CODE_FORM_H_
#define SERIESGUARD_ANALYZER_PATTERNS_CODE_FORM_H_

#include <string_view>

namespace seriesguard {

bool IsSql(std::string_view value);
bool HasStackFrame(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_CODE_FORM_H_
