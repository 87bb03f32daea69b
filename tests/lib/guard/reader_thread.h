// SPDX-License-Identifier: Apache-2.0
//
// reader_thread.h: a thread that stands inside of an EpochRegion until it is told to leave.
#ifndef SERIESGUARD_TESTS_LIB_GUARD_READER_THREAD_H_
#define SERIESGUARD_TESTS_LIB_GUARD_READER_THREAD_H_

#include <future>
#include <thread>

#include "lib/guard/epoch.h"

namespace seriesguard {

class ReaderThread {
 public:
  // Returns when the thread is inside.
  ReaderThread()
      : thread_([this] {
          {
            EpochRegion region;
            inside_.set_value();
            leave_.get_future().wait();
          }
          outside_.set_value();
          end_.get_future().wait();
        }) {
    inside_.get_future().wait();
  }

  ~ReaderThread() {
    if (is_inside_) Leave();
    end_.set_value();
    thread_.join();
  }

  // Returns when the region has ended; the thread lives on.
  void Leave() {
    is_inside_ = false;
    leave_.set_value();
    outside_.get_future().wait();
  }

 private:
  std::promise<void> inside_, leave_, outside_, end_;
  bool is_inside_ = true;
  std::thread thread_;  // last: it uses the others
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_GUARD_READER_THREAD_H_
