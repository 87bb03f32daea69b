// SPDX-License-Identifier: Apache-2.0
//
// sample_families.h: which family each sample name belongs to.
//
// Use:      by MetricsSnapshot.
// Threads:  pure functions.
// Source:   docs/exposition_dialect.md, section 6. The analyzer decides the same over its census (a test compares).
#ifndef SERIESGUARD_LIB_TESTING_SAMPLE_FAMILIES_H_
#define SERIESGUARD_LIB_TESTING_SAMPLE_FAMILIES_H_

#include <map>
#include <string>

namespace seriesguard {

// `has_le` by sample name: whether a series of that name has the label `le`. `types`: by the name of the TYPE line.
// Returns the family by sample name: x_seconds for x_seconds_bucket, x_total for a counter's x_created.
std::map<std::string, std::string> FamiliesOfSamples(const std::map<std::string, bool>& has_le,
                                                     const std::map<std::string, std::string>& types);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_SAMPLE_FAMILIES_H_
