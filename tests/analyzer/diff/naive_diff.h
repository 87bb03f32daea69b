// SPDX-License-Identifier: Apache-2.0
//
// naive_diff.h: docs/diff.md by sets of strings: what is on one side only, and the first cause that holds.
//
// Use:      tests only; FamilyDiff is held against it.
// Cost:     every series is a string, and every cause is searched for in whole sets; never tuned.
#ifndef SERIESGUARD_TESTS_ANALYZER_DIFF_NAIVE_DIFF_H_
#define SERIESGUARD_TESTS_ANALYZER_DIFF_NAIVE_DIFF_H_

#include <set>
#include <string>
#include <vector>

#include "analyzer/diff/change.h"
#include "tests/reference/reference_result.h"

namespace seriesguard {

// A dump of one side; dumps of one name are the two sides of one target.
struct NaiveTarget {
  std::string name;
  reference::ReferenceResult result;
};

// Every number of a diff as text, one line a number, in an order that depends on nothing but names.
std::string DescribeNaively(const std::vector<NaiveTarget>& before, const std::vector<NaiveTarget>& after,
                            const std::set<std::string>& ignored_labels);

// The same of the result of the program.
std::string DescribeDiff(const Diff& diff);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_DIFF_NAIVE_DIFF_H_
