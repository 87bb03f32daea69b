// SPDX-License-Identifier: Apache-2.0
//
// epoch.cc: the list of thread records, their way from thread to thread, the fork handler, and the kernel's barrier.
//
// A record returns through a pthread key, not through the destructor of a thread_local: a key is served again when a later
// destructor opens a region (up to PTHREAD_DESTRUCTOR_ITERATIONS rounds; a record taken in the last one stays taken).
#include "lib/guard/epoch.h"

#include <pthread.h>

#include <algorithm>
#include <new>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace seriesguard::epoch_internal {
namespace {

// Grows at its head, never shrinks: a scan needs no lock and no record vanishes under it.
std::atomic<Record*> records{nullptr};

// Threads without a record that are inside, and the calling thread's share of it.
std::atomic<uint64_t> crowd{0};
thread_local uint64_t crowd_depth = 0;

std::atomic<bool> refuse_records{false};

pthread_once_t setup_once = PTHREAD_ONCE_INIT;  // glibc starts it anew in a child forked in its middle
pthread_key_t exit_key;
bool is_set_up = false;

bool Membarrier(int command) {
#if defined(__linux__) && defined(__NR_membarrier)
  return syscall(__NR_membarrier, command, 0, 0) == 0;
#else
  (void)command;
  return false;
#endif
}

Ordering BestOrdering() {
#if defined(__linux__) && !defined(SERIESGUARD_EPOCH_TSAN)
  if (Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)) return Ordering::kMembarrier;
#endif
  return Ordering::kExchange;
}

// Makes the record free for another thread.
void Vacate(Record& record) {
  record.depth.store(0, std::memory_order_relaxed);
  record.epoch.store(0, std::memory_order_release);
  record.taken.store(false, std::memory_order_release);
}

void OnThreadExit(void* record) {
  this_thread = nullptr;
  Vacate(*static_cast<Record*>(record));
}

// Runs in the only thread of the child, before fork() returns there: stores and system calls, nothing else.
void InChild() {
  for (Record* r = records.load(std::memory_order_acquire); r != nullptr; r = r->next) {
    if (r != this_thread) Vacate(*r);
  }
  crowd.store(crowd_depth, std::memory_order_relaxed);
  // Kernels copy the registration; to ask again costs nothing, and with one thread the answer may still change.
  if (domain.ordering.load(std::memory_order_relaxed) == Ordering::kMembarrier) {
    domain.ordering.store(BestOrdering(), std::memory_order_relaxed);
  }
}

void SetUp() {
  is_set_up = pthread_key_create(&exit_key, OnThreadExit) == 0 && pthread_atfork(nullptr, nullptr, InChild) == 0;
}

Record* TakeFreeRecord() {
  for (Record* r = records.load(std::memory_order_acquire); r != nullptr; r = r->next) {
    bool free = false;
    if (!r->taken.load(std::memory_order_relaxed) &&
        r->taken.compare_exchange_strong(free, true, std::memory_order_acquire, std::memory_order_relaxed)) {
      return r;
    }
  }
  return nullptr;
}

Record* NewRecord() {
  Record* const record = new (std::nothrow) Record;
  if (record == nullptr) return nullptr;
  record->next = records.load(std::memory_order_relaxed);
  while (!records.compare_exchange_weak(record->next, record, std::memory_order_acq_rel, std::memory_order_relaxed)) {
  }
  return record;
}

Record* Register() {
  if (pthread_once(&setup_once, SetUp) != 0 || !is_set_up) return nullptr;
  if (refuse_records.load(std::memory_order_relaxed)) return nullptr;
  Record* record = TakeFreeRecord();
  if (record == nullptr) record = NewRecord();
  if (record == nullptr) return nullptr;
  if (pthread_setspecific(exit_key, record) != 0) {  // it would never come back
    Vacate(*record);
    return nullptr;
  }
  this_thread = record;
  return record;
}

}  // namespace

Record* RegisterOrJoinCrowd() {
  Record* const record = Register();
  if (record != nullptr) return record;
  ++crowd_depth;
  crowd.fetch_add(1, std::memory_order_acq_rel);  // as kExchange: OldestReader() reads it by a read-modify-write too
  return nullptr;
}

void LeaveCrowd() {
  --crowd_depth;
  crowd.fetch_sub(1, std::memory_order_release);
}

void DecideOrdering() {
  Ordering expected = domain.ordering.load(std::memory_order_relaxed);
  if (expected != Ordering::kUndecided) return;
  pthread_once(&setup_once, SetUp);  // a child must decide anew, whether or not there were readers
  domain.ordering.compare_exchange_strong(expected, BestOrdering(), std::memory_order_relaxed);
}

uint64_t AdvanceEpoch() { return domain.epoch.fetch_add(1, std::memory_order_acq_rel); }

bool OrderReaders() {
  if (domain.ordering.load(std::memory_order_relaxed) != Ordering::kMembarrier) return true;
#if defined(__linux__)
  return Membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
#else
  return false;
#endif
}

uint64_t OldestReader() {
  if (crowd.fetch_add(0, std::memory_order_acq_rel) != 0) return 0;
  // Plain loads where the kernel has ordered the readers: a scan must not take their lines away from them.
  const bool is_ordered = domain.ordering.load(std::memory_order_relaxed) == Ordering::kMembarrier;
  uint64_t oldest = UINT64_MAX;
  Record* r = is_ordered ? records.load(std::memory_order_acquire) : records.fetch_add(0, std::memory_order_acq_rel);
  for (; r != nullptr; r = r->next) {
    const uint64_t shown =
        is_ordered ? r->epoch.load(std::memory_order_acquire) : r->epoch.fetch_add(0, std::memory_order_acq_rel);
    if (shown != 0) oldest = std::min(oldest, shown);
  }
  return oldest;
}

size_t RecordCountForTest() {
  size_t count = 0;
  for (Record* r = records.load(std::memory_order_acquire); r != nullptr; r = r->next) ++count;
  return count;
}

void SetOrderingForTest(Ordering ordering) {
#ifdef SERIESGUARD_EPOCH_TSAN
  ordering = Ordering::kExchange;
#endif
  domain.ordering.store(ordering, std::memory_order_seq_cst);
}

void RefuseRecordsForTest(bool refuse) { refuse_records.store(refuse, std::memory_order_relaxed); }

}  // namespace seriesguard::epoch_internal
