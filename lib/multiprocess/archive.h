// SPDX-License-Identifier: Apache-2.0
//
// archive.h: what workers that ended had counted, and what series that are gone had; two copies of it in guard.shm.
//
// Use:      the lead calls Run() now and then, and at once when a worker is known to be dead. Scrapes read the copy in force.
// Threads:  Run with the lead and the guard's mutex; the rest by any thread of any process.
// Memory:   in guard.shm, allocated with the family: no full disk can stop it.
// Errors:   none; what this process cannot open now waits for the next run. A file that is damaged is given up, and told by
//           TakeProblems.
// Source:   docs/multiprocess.md, "The archive".
//
// Invariants
//   1. The copy in force is never written. Run() makes the other one of it, whole, and puts it in force by one store of
//      archive_version. So a crash leaves the old one or the new one.
//   2. What a slot of generation g has counted is its archived total, plus its cells of generation g in the files of all
//      workers which the copy does not include, unless the copy includes g itself (included[slot] >= g): then nothing more.
//   3. A worker's file is removed, and its entry freed, only after a copy that includes it is in force; a slot is given up
//      only after a copy that includes its generation is, and that waits until every live worker has acknowledged the
//      change which told to let it go.
//   4. What a copy in force has given up (slots that it includes, totals that it forgot) is published as such before anybody
//      decides again: else a slot that is included already might be given back to calls, which then nobody would add.
//   5. A counter's sum over invariant 2 does not change by putting a copy in force.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_ARCHIVE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_ARCHIVE_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lib/guard/busiest_values.h"
#include "lib/guard/series_backend.h"
#include "lib/multiprocess/change_log.h"
#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/shared_layout.h"
#include "lib/multiprocess/worker_files.h"

namespace seriesguard {

// One copy of the archive of one family; pointers into guard.shm.
struct ArchiveView {
  ArchiveView(const ServiceMemory& memory, const FamilyRecord& family, uint64_t version);
  std::atomic<uint32_t>* included;  // by slot
  SharedWord* ints;                 // [slot * int_words + i]
  std::atomic<double>* doubles;
  SharedWord* gone_ints;  // of series that are gone, one cell
  std::atomic<double>* gone_doubles;
  SharedWord* folds;
};

class Archive {
 public:
  Archive(ServiceMemory* memory, ChangeLog* log) : memory_(*memory), log_(*log) {}

  // Folds ended workers' files in, gives up slots that no process can feed any more, and of the retired series those that
  // have waited longest where they are too many. `own`: this process' worker, alive whatever its locks say.
  // Returns whether anything was done.
  bool Run();
  // What Run() could not read of ended workers since the last call, and gave up: those counts are lost.
  std::vector<FileProblem> TakeProblems() { return std::exchange(problems_, {}); }

  // Publishes what a lead that died had put in force and not published. With the lead, before anything is decided.
  void FinishInterrupted();

  // What every slot has counted, as calls; all workers. With the lead.
  std::vector<double> Calls(const FamilyRecord& family) const;
  // Which slots are held by handles in other processes than `own`.
  void ReadHeld(const FamilyRecord& family, const WorkerTicket* own, std::vector<uint8_t>* held) const;
  // The values of a label that were turned away most often, over all workers that can be read; busiest first.
  // Requires: the label has a place for them in the workers' files.
  std::vector<BusiestValue> Rejected(const FamilyRecord& family, size_t label) const;
  // About how many distinct values of each label were asked for lately, by all of `workers` that live.
  static std::vector<double> Demand(const std::vector<OpenWorker>& workers, const FamilyRecord& family);
  // What series that are gone had counted, those that wait for their return included.
  SeriesTotal RetiredTotal(const FamilyRecord& family);

  // Adds to `ints` and `doubles` (sized by slot) what all `workers` that count have in the slots whose generation is
  // expected, and their folds to `folds`. Gauges are left out.
  static void AddWorkers(const std::vector<OpenWorker>& workers, const FamilyRecord& family, uint32_t slots,
                         const std::vector<uint32_t>& expected, std::vector<uint64_t>* ints,
                         std::vector<double>* doubles, std::vector<uint64_t>* folds,
                         std::vector<FileProblem>* problems);

 private:
  struct Due;
  Due FindDue();
  void MakeCopy(const Due& due, uint64_t next);
  void AddFamily(const Due& due, FamilyRecord* family, uint64_t next);
  void AddGauges(const Due& due, const FamilyRecord& family, const std::vector<uint32_t>& expected, ArchiveView* to);
  void Finish(const Due& due);
  EntryChange EndOf(const FamilyRecord& family, uint32_t slot, EntryState state) const;
  bool FinishWorkers(uint64_t version);
  bool HasGaugesOfAll() const;

  ServiceMemory& memory_;
  ChangeLog& log_;
  // What the last look at all entries was of, and whether it left something to do.
  uint64_t looked_at_news_ = UINT64_MAX;
  bool has_waiting_ = true;
  struct KnownTotal {
    bool is_known = false;
    uint64_t news = 0, archive = 0;
    SeriesTotal total;
  };
  std::array<KnownTotal, kMaxFamilies> retired_;  // of the last question about each family
  std::vector<FileProblem> problems_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_ARCHIVE_H_
