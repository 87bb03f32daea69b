// SPDX-License-Identifier: Apache-2.0
//
// test_series.h: one series as a person writes it, name{label="value",...}, read and shown.
//
// Use:      for the inputs and expectations of `policy test` and the argument of `policy explain`.
// Threads:  plain data and pure functions.
// Errors:   ParseSeries says what is wrong and at which byte.
// Source:   the text exposition format; the exposition parser reads it, so that a line of /metrics can be pasted without
//           its value.
#ifndef SERIESGUARD_ANALYZER_POLICY_TEST_TEST_SERIES_H_
#define SERIESGUARD_ANALYZER_POLICY_TEST_TEST_SERIES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

struct TestSeries {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  // by name; no name twice, no empty value

  // Returns the value of a label, empty where the series does not carry it.
  std::string_view Value(std::string_view label) const;

  // Gives a label its value; an empty one takes the label away.
  void Set(std::string_view label, std::string_view value);
};

bool operator==(const TestSeries& a, const TestSeries& b);
bool operator<(const TestSeries& a, const TestSeries& b);

struct SeriesError {
  size_t offset = 0;    // in the text
  std::string message;  // lower case, no full stop; bytes of the text only through SafeText
};

// Reads one series. Blanks around it do not count; a pair with an empty value is no label.
//
// Returns:   true, or false and what is wrong in `*error`: what a server would refuse, and a value behind the series.
bool ParseSeries(std::string_view text, TestSeries* series, SeriesError* error);

// Returns the series in the same syntax, labels by name, safe to print.
//
// What SafeText must escape (controls, marks that hide text) is shown escaped; such a text cannot be read back.
std::string SeriesText(const TestSeries& series);

// Returns the family that a sample of this name belongs to by its shape alone, after `_bucket` (beside a label `le`),
// `_sum`, `_count` or `_created`; empty where the name has no such end.
// Lifetime:  views the series.
std::string_view FamilyByShape(const TestSeries& series);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_POLICY_TEST_TEST_SERIES_H_
