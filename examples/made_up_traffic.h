// SPDX-License-Identifier: Apache-2.0
//
// made_up_traffic.h: requests as a shop on the open internet gets them; the same ones at every run.
//
// Use:      by guarded_service, which has no real clients; nothing of it belongs into a service.
// Threads:  one.
//
// Four hundred tenants share the traffic by Zipf's law. At half of the run popularity shifts: who had rank r has rank
// r + 200 from then on, round about. 15 % of the requests are junk: each from a tenant name that nobody used before, many for
// paths that do not exist. The first requests of all are a scanner's burst of nothing but junk.
#ifndef SERIESGUARD_EXAMPLES_MADE_UP_TRAFFIC_H_
#define SERIESGUARD_EXAMPLES_MADE_UP_TRAFFIC_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace seriesguard::examples {

struct Request {
  std::string method, path, tenant, code, user;
  bool is_checkout = false;
  std::string provider, region;  // of a checkout
  double seconds = 0;
  bool is_busy_tenant = false;  // one of the 50 that are busiest after the shift, after the shift
};

class MadeUpTraffic {
 public:
  static constexpr int kTenants = 400;
  static constexpr int kShift = 200;
  static constexpr int kBusyTenants = 50;
  static constexpr double kJunkShare = 0.15;

  // `requests` in the whole run, the first `burst` of them a scanner's.
  MadeUpTraffic(uint64_t requests, uint64_t burst);

  // Returns the next request.
  Request Next();

  uint64_t made() const { return made_; }
  uint64_t left() const { return requests_ - made_; }

 private:
  void MakeJunk(Request* request);
  void MakeHonest(Request* request);
  template <size_t N>
  const char* OneOf(const char* const (&texts)[N]) {
    return texts[random_() % N];
  }

  const uint64_t requests_;
  const uint64_t burst_;
  uint64_t made_ = 0;
  std::mt19937_64 random_{20240917};
  std::discrete_distribution<int> rank_;
};

}  // namespace seriesguard::examples

#endif  // SERIESGUARD_EXAMPLES_MADE_UP_TRAFFIC_H_
