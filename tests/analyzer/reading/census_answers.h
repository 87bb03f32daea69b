// SPDX-License-Identifier: Apache-2.0
//
// census_answers.h: everything that a census answers, as text, so that two of them can be compared whole.
//
// Use:      by tests in which the way of reading must not show in the answers.
#ifndef SERIESGUARD_TESTS_ANALYZER_READING_CENSUS_ANSWERS_H_
#define SERIESGUARD_TESTS_ANALYZER_READING_CENSUS_ANSWERS_H_

#include <string>

#include "analyzer/census/census.h"

namespace seriesguard {

// `what_if`: also the counts without each label, which cost the most.
std::string AllAnswers(const Census& census, bool what_if);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_READING_CENSUS_ANSWERS_H_
