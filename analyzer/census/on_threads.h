// SPDX-License-Identifier: Apache-2.0
//
// on_threads.h: work on several threads, as many as the system gives.
//
// Threads:  the calling one takes part; a thread that is refused costs time and nothing else.
#ifndef SERIESGUARD_ANALYZER_CENSUS_ON_THREADS_H_
#define SERIESGUARD_ANALYZER_CENSUS_ON_THREADS_H_

#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace seriesguard {

// Calls work(share) for every share below `shares`, each on a thread of its own where there is one. Returns when all
// are done. `work` throws nothing.
template <typename Work>
void OnThreads(size_t shares, const Work& work) {
  std::vector<std::thread> threads;
  size_t started = 1;
  try {
    threads.reserve(shares);
    for (; started < shares; ++started) threads.emplace_back([&work, started] { work(started); });
  } catch (const std::system_error&) {
    // The rest is done here.
  }
  work(0);
  for (size_t share = started; share < shares; ++share) work(share);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_ON_THREADS_H_
