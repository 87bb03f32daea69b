// SPDX-License-Identifier: Apache-2.0
//
// scrape.h: joins what all workers of a service have counted.
//
// Use:      one object a process, kept: it remembers how labels are written.
// Threads:  one Read at a time.
// Memory:   the label text of all series, and one family's numbers at a time.
// Errors:   a file that cannot be read costs itself, and is told in `problems`.
// Cost:     reads every worker's cells once: bench/multiprocess_bench.cc.
// Source:   docs/multiprocess.md, "A scrape". The lead is not needed, and nobody waits.
//
// Invariants
//   1. A scrape is of one archive: it begins anew when another one came into force before it was done (archive.h,
//      invariant 2). So nothing is counted twice or left out, and no counter goes back from one scrape to the next.
#ifndef SERIESGUARD_LIB_MULTIPROCESS_SCRAPE_H_
#define SERIESGUARD_LIB_MULTIPROCESS_SCRAPE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/exemplar_shelf.h"
#include "lib/multiprocess/change_log.h"
#include "lib/multiprocess/family_definition.h"
#include "lib/multiprocess/service_memory.h"
#include "lib/multiprocess/worker_files.h"

namespace seriesguard {

struct ScrapeResult {
  std::vector<CollectedFamily> families;     // in the order in which they were declared
  std::vector<std::vector<uint64_t>> folds;  // by family: label * kFoldReasons + reason
  std::vector<FileProblem> problems;
  WorkerCounts workers;
  bool is_whole = true;  // false: archives came faster than it could read, which no service does
};

class Scrape {
 public:
  explicit Scrape(ServiceMemory* memory) : memory_(*memory), log_(memory) {}

  // Makes the exemplars that this process has kept part of a family's series; a shelf of null has none.
  //
  // Lifetime:  `shelf` outlives the last Read.
  void ShowExemplars(std::string family, const ExemplarShelf* shelf) { exemplars_[std::move(family)] = shelf; }

  // `with_created`: the times at which counters and histograms began are told.
  ScrapeResult Read(bool with_created);

 private:
  struct Rendered {
    uint32_t generation = 0;
    std::string labels;
  };
  struct Shown {  // a series of this scrape
    uint32_t slot = 0;
    uint32_t generation = 0;
    double created_s = 0;
  };
  struct Known {  // of a family
    FamilyDefinition definition;
    std::vector<Rendered> rendered;  // by slot
    uint64_t shown_at_news = UINT64_MAX;
    uint64_t shown_of_archive = 0;
    std::vector<Shown> shown;  // as it was then
  };
  bool Attempt(bool with_created, ScrapeResult* result);
  bool Know(const FamilyRecord& record);
  void ReadFamily(const FamilyRecord& record, uint64_t archive, const std::vector<OpenWorker>& workers,
                  bool with_created, ScrapeResult* result);
  void FindShown(const FamilyRecord& record, uint64_t archive, Known* known);
  void AddGauges(const FamilyRecord& record, uint64_t archive, const std::vector<OpenWorker>& workers,
                 const std::vector<Shown>& shown, const Known& known, CollectedFamily* family,
                 std::vector<FileProblem>* problems);

  ServiceMemory& memory_;
  ChangeLog log_;
  std::vector<Known> known_;                               // by family
  std::map<std::string, const ExemplarShelf*> exemplars_;  // by family
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_MULTIPROCESS_SCRAPE_H_
