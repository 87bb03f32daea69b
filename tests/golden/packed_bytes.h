// SPDX-License-Identifier: Apache-2.0
//
// packed_bytes.h: gzip and zstd of a small text, for the files of golden cases.
#ifndef SERIESGUARD_TESTS_GOLDEN_PACKED_BYTES_H_
#define SERIESGUARD_TESTS_GOLDEN_PACKED_BYTES_H_

#include <string>
#include <string_view>

namespace seriesguard {

std::string GzipOf(std::string_view bytes);
std::string ZstdOf(std::string_view bytes);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_GOLDEN_PACKED_BYTES_H_
