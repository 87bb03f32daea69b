// SPDX-License-Identifier: Apache-2.0
//
// exposition.h: a whole scrape in the format that was negotiated, compressed where that was asked for.
//
// Use:      NegotiateExposition, Registry::Collect, AppendExposition; and AppendGzip where AcceptsGzip.
// Threads:  pure functions.
#ifndef SERIESGUARD_LIB_METRICS_EXPOSITION_H_
#define SERIESGUARD_LIB_METRICS_EXPOSITION_H_

#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/content_negotiation.h"

namespace seriesguard {

// Appends all families as `format` has them, with the end mark where the format has one.
void AppendExposition(const std::vector<CollectedFamily>& families, const NegotiatedFormat& format, std::string* out);

// Appends `text` to `*out` as one gzip member (RFC 1952), to be sent with Content-Encoding: gzip.
//
// Returns:   false where zlib has no memory; `*out` is then as it was, and the text goes out as it is.
// Cost:      level 1: an exposition shrinks about tenfold, for several times the CPU that writing it took
//            (bench/metrics_writer_bench.cc).
bool AppendGzip(std::string_view text, std::string* out);

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_METRICS_EXPOSITION_H_
