// SPDX-License-Identifier: Apache-2.0
//
// content_negotiation.h: which format a scraper wants, from the headers of its request.
//
// Use:      by whoever answers GET /metrics: NegotiateExposition, write in that format (exposition.h), send
//           content_type.
// Threads:  pure functions.
// Errors:   none; whatever the header holds, some format is the answer.
// Cost:     one pass over at most kMaxHeaderBytes.
// Source:   RFC 9110 sections 12.4 and 12.5; Prometheus' docs/instrumenting/content_negotiation.md; the headers that
//           Prometheus 2.x and 3.x send, word for word, are cases of the test.
#ifndef SERIESGUARD_LIB_METRICS_CONTENT_NEGOTIATION_H_
#define SERIESGUARD_LIB_METRICS_CONTENT_NEGOTIATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/metrics/exposition_escape.h"

namespace seriesguard {

// What of a header is read; the rest is as if it were not there, and so are media ranges beyond the number.
inline constexpr size_t kMaxHeaderBytes = 8192;
inline constexpr size_t kMaxHeaderElements = 64;

enum class ExpositionKind : uint8_t { kText, kOpenMetrics };

struct NegotiatedFormat {
  ExpositionKind kind = ExpositionKind::kText;
  NameEscaping escaping = NameEscaping::kUnderscores;
  std::string content_type = "text/plain; version=0.0.4; charset=utf-8";
};

// Reads an Accept header.
//
// Offered are OpenMetrics 1.0.0 and 0.0.1 and text 1.0.0 and 0.0.4; never protobuf. Each gets the weight (q) of the
// media range that names it most closely: with its version, without a version (OpenMetrics 1.0.0, text 0.0.4),
// `type/*`, `*/*`; the heaviest wins, and of equal weights the one whose range stands first. A wildcard means text
// 0.0.4 where the type allows it: who does not say what he reads gets what everything reads.
//
// Returns:   text 0.0.4 for an empty header (none was sent), for one that accepts nothing of ours and for one that
//            cannot be read. Names are escaped with underscores unless the winning range says otherwise; only then does
//            the content type name the escaping.
// Requires:  several header lines of that name are joined with commas. A range whose weight is no number is left out.
NegotiatedFormat NegotiateExposition(std::string_view accept);

// Reads an Accept-Encoding header: may the answer be compressed with gzip? Not without a word for it, so not for an
// empty header; `gzip;q=0` forbids it whatever `*` says.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_CONTENT_NEGOTIATION_H_
