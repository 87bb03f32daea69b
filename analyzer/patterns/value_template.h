// SPDX-License-Identifier: Apache-2.0
//
// value_template.h: a value with what varies taken out: /api/orders/17 -> /api/orders/{id}.
//
// Threads:  pure functions.
// Source:   docs/patterns.md, "Templates".
//
//   path          the segments with identifiers become {id}, {uuid}, {email} ... (NormalizePath, and each segment's pattern)
//   url           the same behind the host; what stands behind ? or # goes
//   pod           name-{replicaset}-{pod}, name-{job}-{pod}, name-{pod}
//   replicaset    name-{replicaset}
//   host_port     {host}:{port}, {ip}:{port}
//   word, empty   as it is
//   other         its identifiers become {id}: customer-000123 -> customer-{id}
//   the rest      the name of the pattern in braces
#ifndef SERIESGUARD_ANALYZER_PATTERNS_VALUE_TEMPLATE_H_
#define SERIESGUARD_ANALYZER_PATTERNS_VALUE_TEMPLATE_H_

#include <string>
#include <string_view>

#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

// Returns the template of `value`, whose pattern is `pattern`. A template is its own template.
std::string TemplateOfValue(std::string_view value, ValuePattern pattern);

// Returns the template of a path: also that of a route, where no segment but {id} and its like has braces.
std::string TemplateOfPath(std::string_view path);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_VALUE_TEMPLATE_H_
