// SPDX-License-Identifier: Apache-2.0
//
// read_answers.h: what a run over some inputs finds out, errors included, as text.
//
// Use:      by tests in which the way of reading must not show in the answers.
#ifndef SERIESGUARD_TESTS_ANALYZER_READING_READ_ANSWERS_H_
#define SERIESGUARD_TESTS_ANALYZER_READING_READ_ANSWERS_H_

#include <string>
#include <vector>

#include "analyzer/reading/read_options.h"

namespace seriesguard {

// `what_if`: also the counts without each label, which cost the most.
std::string AnswersOf(const std::vector<std::string>& paths, const ReadOptions& options, bool what_if);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_ANALYZER_READING_READ_ANSWERS_H_
