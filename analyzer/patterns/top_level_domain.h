// SPDX-License-Identifier: Apache-2.0
//
// top_level_domain.h: how the name of a host ends.
//
// Threads:  pure functions.
// Source:   ISO 3166-1 alpha-2 for the domains of countries; the common generic ones; RFC 2606, 6761, 6762 and 8375 and
//           the usage of Kubernetes for private networks. A closed list: `main.go` and `java.lang` are no hosts.
#ifndef SERIESGUARD_ANALYZER_PATTERNS_TOP_LEVEL_DOMAIN_H_
#define SERIESGUARD_ANALYZER_PATTERNS_TOP_LEVEL_DOMAIN_H_

#include <cstddef>
#include <string_view>

namespace seriesguard {

// Says whether a name of `words` words may end in `word`, in either case.
//
// Where a country's domain is the ending of files as well (sh, py, rs, md, pl, so, ps, cc), three words are needed.
bool IsTopLevelDomain(std::string_view word, size_t words);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_TOP_LEVEL_DOMAIN_H_
