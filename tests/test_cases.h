// SPDX-License-Identifier: Apache-2.0
//
// test_cases.h: how many cases a random test runs, and what an environment variable says of it.
//
// Under a sanitizer a case takes five to twenty times as long. What a sanitizer finds lies on a path rather than in a
// case, so a fifth of them runs there; a build without one runs all.
#ifndef SERIESGUARD_TESTS_TEST_CASES_H_
#define SERIESGUARD_TESTS_TEST_CASES_H_

#include <cstdint>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SERIESGUARD_TESTS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SERIESGUARD_TESTS_SANITIZED 1
#endif
#endif

namespace seriesguard {

#ifdef SERIESGUARD_TESTS_SANITIZED
inline constexpr uint64_t kCasesShare = 5;
#else
inline constexpr uint64_t kCasesShare = 1;
#endif

// The whole number in the environment variable `name`; `otherwise` where there is none.
inline uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr || *text == 0 ? otherwise : std::strtoull(text, nullptr, 10);
}

// `ordinary`, or a fifth of it, rounded up.
inline constexpr uint64_t CasesToRun(uint64_t ordinary) { return (ordinary + kCasesShare - 1) / kCasesShare; }

// The same, unless the environment variable `name` says how many.
inline uint64_t CasesToRun(const char* name, uint64_t ordinary) {
  return NumberFromEnvironment(name, CasesToRun(ordinary));
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_TEST_CASES_H_
