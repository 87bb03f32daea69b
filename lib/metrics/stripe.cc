// SPDX-License-Identifier: Apache-2.0
//
// stripe.cc: the hooks, how a stripe is chosen, and what a fork and a thread's end do to it.
//
// Hooks stand in a list that only grows, so that a thread walks it without a lock. A hook that is taken back leaves an empty
// place for the next. Who takes one back waits until every thread has left the list: a thread that came before may still
// hold the hook.
#include "lib/metrics/stripe.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <thread>

namespace seriesguard {
namespace {

using stripe_internal::kNoStripe;
using stripe_internal::this_thread;

struct Hook {
  enum class State : uint8_t { kEmpty, kBusy, kSet };
  std::atomic<State> state{State::kBusy};
  std::atomic<void (*)(void*)> call{nullptr};  // these two change only while kBusy
  std::atomic<void*> context{nullptr};
  Hook* next = nullptr;  // fixed once the hook is listed

  bool Is(void (*wanted)(void*), void* wanted_context) const {
    return state.load() == State::kSet && call.load() == wanted && context.load() == wanted_context;
  }
};

std::atomic<Hook*> hooks{nullptr};
std::atomic<uint32_t> walkers{0};  // threads in the list
std::atomic<bool> has_begun{false};
thread_local bool is_walking = false;

std::atomic<uint32_t> threads_on[kMostStripes];
std::atomic<uint32_t> next_stripe{0};  // where to look first, so that equals are taken in turn

pthread_once_t setup_once = PTHREAD_ONCE_INIT;  // glibc starts it anew in a child forked in its middle
pthread_key_t exit_key;
bool has_exit_key = false;
bool sees_forks = false;

void LeaveStripe(int stripe) {
  std::atomic<uint32_t>& threads = threads_on[stripe];
  uint32_t before = threads.load(std::memory_order_relaxed);
  while (before > 0 && !threads.compare_exchange_weak(before, before - 1, std::memory_order_relaxed)) {
  }
}

// (A thread that was forked away from its stripe has none to leave.)
void OnThreadExit(void*) {
  if (this_thread == kNoStripe) return;
  LeaveStripe(this_thread);
  this_thread = kNoStripe;  // a later destructor that counts chooses anew
}

// In the only thread of the child: stores, nothing else.
void InChild() {
  this_thread = kNoStripe;
  is_walking = false;
  has_begun.store(false, std::memory_order_relaxed);
  walkers.store(0, std::memory_order_relaxed);
  for (std::atomic<uint32_t>& threads : threads_on) threads.store(0, std::memory_order_relaxed);
}

void SetUp() {
  has_exit_key = pthread_key_create(&exit_key, OnThreadExit) == 0;
  sees_forks = pthread_atfork(nullptr, nullptr, InChild) == 0;
}

void RunHooks() {
  is_walking = true;
  has_begun.store(true);
  walkers.fetch_add(1);
  for (Hook* hook = hooks.load(); hook != nullptr; hook = hook->next) {
    if (hook->state.load() == Hook::State::kSet) hook->call.load()(hook->context.load());
  }
  walkers.fetch_sub(1);
  is_walking = false;
}

int ChooseStripe() {
  const auto stripes = static_cast<uint32_t>(SuggestedStripes());
  const uint32_t first = next_stripe.fetch_add(1, std::memory_order_relaxed);
  uint32_t best = first % stripes;
  for (uint32_t i = 1; i < stripes; ++i) {
    const uint32_t other = (first + i) % stripes;
    if (threads_on[other].load(std::memory_order_relaxed) < threads_on[best].load(std::memory_order_relaxed)) {
      best = other;
    }
  }
  threads_on[best].fetch_add(1, std::memory_order_relaxed);
  return static_cast<int>(best);
}

}  // namespace

int SuggestedStripes() {
  static std::atomic<int> known{0};
  int stripes = known.load(std::memory_order_relaxed);
  if (stripes != 0) return stripes;
  const unsigned wanted = std::min<unsigned>(std::thread::hardware_concurrency(), kMostStripes);  // 0: not known
  for (stripes = 1; static_cast<unsigned>(stripes) < wanted;) stripes *= 2;
  int none = 0;
  // (Another thread may have asked when there was another number of processors.)
  return known.compare_exchange_strong(none, stripes) ? stripes : none;
}

int stripe_internal::FirstUse() {
  if (is_walking) return 0;
  pthread_once(&setup_once, SetUp);
  RunHooks();
  const int stripe = ChooseStripe();
  // Without a place in the key nobody would say when this thread ends.
  if (!has_exit_key || pthread_setspecific(exit_key, &this_thread) != 0) LeaveStripe(stripe);
  if (sees_forks) this_thread = stripe;  // else every call is a first one, and the hooks look for themselves
  return stripe;
}

bool AddFirstUseHook(void (*call)(void*), void* context) {
  Hook* hook = hooks.load();
  for (; hook != nullptr; hook = hook->next) {
    Hook::State empty = Hook::State::kEmpty;
    if (hook->state.compare_exchange_strong(empty, Hook::State::kBusy)) break;
  }
  const bool is_new = hook == nullptr;
  if (is_new) {
    hook = new (std::nothrow) Hook;
    if (hook == nullptr) return false;
  }
  hook->call.store(call);
  hook->context.store(context);
  hook->state.store(Hook::State::kSet);
  if (!is_new) return true;
  hook->next = hooks.load();
  while (!hooks.compare_exchange_weak(hook->next, hook)) {
  }
  return true;
}

bool HasFirstUseBegun() { return has_begun.load(); }

void RemoveFirstUseHook(void (*call)(void*), void* context) {
  for (Hook* hook = hooks.load(); hook != nullptr; hook = hook->next) {
    if (!hook->Is(call, context)) continue;
    hook->state.store(Hook::State::kBusy);
    while (walkers.load() != 0) sched_yield();
    hook->state.store(Hook::State::kEmpty);
    return;
  }
}

}  // namespace seriesguard
