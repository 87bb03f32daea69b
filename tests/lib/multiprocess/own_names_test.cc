// SPDX-License-Identifier: Apache-2.0
//
// own_names_test.cc: there and back, and everything that is nearly a name of ours.
#include "lib/multiprocess/own_names.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace seriesguard {
namespace {

using Kind = OwnName::Kind;

TEST(OwnNames, GoThereAndBack) {
  for (const uint32_t index : {0u, 1u, 9u, 10u, 63u, 4095u, 4294967294u, UINT32_MAX}) {
    for (const uint32_t incarnation : {0u, 1u, 10u, 4294967295u}) {
      const OwnName worker = ParseOwnName(WorkerFileName(index, incarnation).c_str());
      EXPECT_EQ(worker.kind, Kind::kWorkerCells);
      EXPECT_EQ(worker.index, index);
      EXPECT_EQ(worker.incarnation, incarnation);
      const OwnName probe = ParseOwnName(ProbeFileName(index, incarnation).c_str());
      EXPECT_EQ(probe.kind, Kind::kProbe);
      EXPECT_EQ(probe.index, index);
      EXPECT_EQ(probe.incarnation, incarnation);
    }
  }
  EXPECT_EQ(ParseOwnName(kGuardFileName).kind, Kind::kGuard);
  EXPECT_STREQ(WorkerFileName(3, 17).c_str(), "worker-3-17.cells");
  EXPECT_STREQ(WorkerFileName(UINT32_MAX, UINT32_MAX).c_str(), "worker-4294967295-4294967295.cells");
}

TEST(OwnNames, WhatIsNearlyOursIsForeign) {
  for (const std::string name : {"",
                                 "guard",
                                 "guard.shm ",
                                 "guard.shm.",
                                 "Guard.shm",
                                 "guard.shm\n",
                                 "worker-1-2.cell",
                                 "worker-1-2.cells~",
                                 "worker-1-2.cellsx",
                                 "worker-01-2.cells",
                                 "worker-1-02.cells",
                                 "worker-00-2.cells",
                                 "worker--2.cells",
                                 "worker-1-.cells",
                                 "worker-1.cells",
                                 "worker-+1-2.cells",
                                 "worker- 1-2.cells",
                                 "worker-1-2-3.cells",
                                 "worker-4294967296-2.cells",
                                 "worker-1-4294967296.cells",
                                 "worker-99999999999999999999-1.cells",
                                 "worker-1-18446744073709551617.cells",
                                 "../worker-1-2.cells",
                                 "worker-1-2.cells/",
                                 "worker-1-2.tmp",
                                 "probe-1-2.cells",
                                 "probe-1.tmp",
                                 "counter_1.db",
                                 "WORKER-1-2.cells",
                                 "worker-\xd9\xa1-2.cells",
                                 "worker-0x1-2.cells"}) {
    EXPECT_EQ(ParseOwnName(name).kind, Kind::kForeign) << name;
  }
  EXPECT_EQ(ParseOwnName(std::string_view("guard.shm\0", 10)).kind, Kind::kForeign);
  EXPECT_EQ(ParseOwnName(std::string_view("worker-1-2.cells\0", 17)).kind, Kind::kForeign);
}

// Every single change of one byte is another name or none.
TEST(OwnNames, OneChangedByteIsNeverTheSameName) {
  const std::string name = WorkerFileName(12, 345).c_str();
  for (size_t at = 0; at < name.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = name;
      changed[at] = static_cast<char>(byte);
      const OwnName own = ParseOwnName(changed);
      if (own.kind == Kind::kForeign) continue;
      EXPECT_EQ(changed, WorkerFileName(own.index, own.incarnation).c_str());
    }
  }
}

}  // namespace
}  // namespace seriesguard
