// SPDX-License-Identifier: Apache-2.0
//
// number_text.h: numbers as people read them. Machine formats never use this.
//
// Threads:  pure functions; the same bytes in any locale.
#ifndef SERIESGUARD_ANALYZER_REPORT_NUMBER_TEXT_H_
#define SERIESGUARD_ANALYZER_REPORT_NUMBER_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace seriesguard {

// 1234567 -> "1,234,567".
std::string WithThousands(uint64_t value);

// "1 metric", "2 metrics", "1,204 values"; `singular` takes an s, "series" stays.
std::string Quantity(uint64_t value, std::string_view singular);

// 0..1 -> "60.0 %"; what is above 0 but would print as 0.0 is "<0.1 %", what is below 1 never "100.0 %".
std::string Percent(double share);

// The fewest digits that read back as the same number: "0.25", "1e+06".
std::string ShortNumber(double value);

// About three digits: "0.0417", "1.25e+03".
std::string RoughNumber(double value);

// Bytes with a binary unit and three digits: "812 B", "34.1 KiB", "6.10 MiB".
std::string ByteSize(uint64_t bytes);

// 10^log10 for numbers that no integer holds: "about 3.2e+21".
std::string PowerOfTen(double log10);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_REPORT_NUMBER_TEXT_H_
