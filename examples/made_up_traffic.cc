// SPDX-License-Identifier: Apache-2.0
//
// made_up_traffic.cc: see the header.
#include "examples/made_up_traffic.h"

#include <cstdio>

namespace seriesguard::examples {
namespace {

std::discrete_distribution<int> Zipf(int values) {
  std::vector<double> weights;
  for (int rank = 1; rank <= values; ++rank) weights.push_back(1.0 / rank);
  return std::discrete_distribution<int>(weights.begin(), weights.end());
}

}  // namespace

MadeUpTraffic::MadeUpTraffic(uint64_t requests, uint64_t burst)
    : requests_(requests), burst_(burst), rank_(Zipf(kTenants)) {}

Request MadeUpTraffic::Next() {
  Request request;
  const bool is_junk = made_ < burst_ || static_cast<double>(random_() >> 11) * 0x1p-53 < kJunkShare;
  if (is_junk) {
    MakeJunk(&request);
  } else {
    MakeHonest(&request);
  }
  request.user = std::to_string(random_() % 1'000'000);
  request.seconds = 0.001 * static_cast<double>(1 + random_() % 2000);
  ++made_;
  return request;
}

void MadeUpTraffic::MakeJunk(Request* request) {
  static const char* const kMethods[] = {"GET", "POST", "HEAD", "PROPFIND", "get", "BREW"};
  static const char* const kPaths[] = {"/wp-login.php", "/.env", "/cgi-bin/test", "/api/orders/../../etc/passwd",
                                       "/?q=1"};
  request->method = OneOf(kMethods);
  request->path = std::string(OneOf(kPaths)) + "/" + std::to_string(random_());
  char name[32];
  std::snprintf(name, sizeof name, "t-%016llx", static_cast<unsigned long long>(random_()));
  request->tenant = name;
  request->code = random_() % 4 == 0 ? "400" : "404";
}

void MadeUpTraffic::MakeHonest(Request* request) {
  static const char* const kMethods[] = {"GET", "GET", "GET", "GET", "POST"};
  static const char* const kCodes[] = {"200", "200", "200", "200", "200", "200", "201", "302", "404", "500"};
  static const char* const kProviders[] = {"card", "card", "invoice", "voucher", "cash"};
  static const char* const kRegions[] = {"eu-west-1", "eu-north-1", "us-east-2", "us-west-1"};
  const bool is_shifted = made_ >= requests_ / 2;
  const int rank = rank_(random_);
  request->tenant = "tenant-" + std::to_string((rank + (is_shifted ? kShift : 0)) % kTenants);
  request->is_busy_tenant = is_shifted && rank < kBusyTenants;
  request->method = OneOf(kMethods);
  request->code = OneOf(kCodes);
  const std::string id = std::to_string(random_() % 100'000);
  switch (random_() % 8) {
    case 0: request->path = "/"; break;
    case 1: request->path = "/api/users/" + id + "/cart"; break;
    case 2: request->path = "/static/img/" + id + ".png"; break;
    default: request->path = "/api/orders/" + id; break;
  }
  request->is_checkout = random_() % 20 == 0;
  request->provider = OneOf(kProviders);
  request->region = OneOf(kRegions);
}

}  // namespace seriesguard::examples
