// SPDX-License-Identifier: Apache-2.0
//
// keyed_hash.cc: where the secret comes from.
#include "lib/series/keyed_hash.h"

#include <sys/random.h>

#include <chrono>
#include <cstdint>

namespace seriesguard {

HashKey HashKey::Random() {
  HashKey key;
  unsigned char random[64];
  if (getrandom(random, sizeof random, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof random)) {
    if (XXH3_generateSecret(key.secret_.data(), key.secret_.size(), random, sizeof random) == XXH_OK) return key;
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return HashKey(static_cast<uint64_t>(now) ^ reinterpret_cast<uintptr_t>(&key));
}

}  // namespace seriesguard
