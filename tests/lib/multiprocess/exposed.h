// SPDX-License-Identifier: Apache-2.0
//
// exposed.h: what a scrape of a service shows, as a test asks for it.
#ifndef SERIESGUARD_TESTS_LIB_MULTIPROCESS_EXPOSED_H_
#define SERIESGUARD_TESTS_LIB_MULTIPROCESS_EXPOSED_H_

#include <cstddef>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lib/multiprocess/service_registry.h"

namespace seriesguard {

// Series, as the text format writes them, to their values; without those of the guard. A series that stands there twice is a
// failure.
inline std::map<std::string, double> Exposed(ServiceRegistry& registry) {
  std::map<std::string, double> series;
  std::istringstream lines(registry.Expose("").body);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#' || line.rfind("seriesguard_", 0) == 0) continue;
    const size_t space = line.rfind(' ');
    const std::string name = line.substr(0, space);
    EXPECT_EQ(series.count(name), 0u) << name << " twice";
    series[name] = std::strtod(line.c_str() + space + 1, nullptr);
  }
  return series;
}

// Of these, those of one metric.
inline std::map<std::string, double> ExposedOf(ServiceRegistry& registry, const std::string& metric) {
  std::map<std::string, double> some;
  for (const auto& [name, value] : Exposed(registry)) {
    if (name == metric || name.rfind(metric + "{", 0) == 0) some.emplace(name, value);
  }
  return some;
}

inline double SumOf(const std::map<std::string, double>& series) {
  double sum = 0;
  for (const auto& [name, value] : series) sum += value;
  return sum;
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_MULTIPROCESS_EXPOSED_H_
