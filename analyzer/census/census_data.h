// SPDX-License-Identifier: Apache-2.0
//
// census_data.h: what was read, as the builder leaves it and the counters find it. Private to the census.
//
// Threads:  one builder writes; after Seal and Resolve any number of readers.
#ifndef SERIESGUARD_ANALYZER_CENSUS_CENSUS_DATA_H_
#define SERIESGUARD_ANALYZER_CENSUS_CENSUS_DATA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/count.h"
#include "analyzer/census/guard_sample.h"
#include "analyzer/census/metric_type.h"
#include "analyzer/census/number_column.h"
#include "analyzer/census/series_table.h"
#include "analyzer/census/symbol_table.h"

namespace seriesguard {

// A TYPE line: the first one of a name decides.
struct Declaration {
  Symbol name = kNoSymbol;
  MetricType type = MetricType::kNone;
  MetricType conflicting = MetricType::kNone;  // the first other type that a later line gave
  bool repeated = false;                       // a second TYPE line of the name in one input
  uint32_t last_input = 0;
  uint32_t first_input = 0;
  MetricType last_type = MetricType::kNone;  // of the latest TYPE line, which stands in last_input
};

// The tables of one family and the labels that occur in them.
struct FamilyTables {
  FamilyInfo info;
  std::vector<uint32_t> tables;  // in the order of FamilyInfo::parts
  std::vector<Symbol> labels;    // in the order of FamilyInfo::labels
};

class CensusData {
 public:
  explicit CensusData(const HashKey& hash_key) : key(hash_key), symbols(hash_key) {}

  const HashKey key;
  SymbolTable symbols;
  ByteArena arena;
  std::vector<SeriesTable> tables;
  std::vector<Declaration> declarations;  // in the order of first appearance
  absl::flat_hash_map<Symbol, uint32_t> declaration_of_name;
  absl::flat_hash_map<Symbol, uint32_t> table_of_name;
  std::vector<InputCount> inputs;
  std::vector<GuardSample> guard_samples;  // see guard_sample.h for their bounds ...
  uint64_t left_out_guard_samples = 0;     // ... and for what was left out
  // Symbols of builders that were joined to this one: remaps[d][symbol there] = symbol here; remaps[0] is empty and
  // stands for "as it is".
  std::vector<std::vector<Symbol>> remaps = std::vector<std::vector<Symbol>>(1);

  // Memory ran out: tables have sketches in place of rows (sketch_census.h).
  bool sketched = false;

  // Set by Resolve (family_resolution.h).
  std::vector<FamilyTables> families;

  // Set by Census: what duplicates there are.
  uint64_t duplicate_samples = 0;
  std::vector<DuplicateSample> duplicates;

  // Bytes held, roughly: what --memory-limit is compared with.
  size_t bytes() const;
};

struct JoinOptions {
  // The first input of `other` may be the rest of one that began earlier: its lines were counted from 1 on, and this
  // many stood before them.
  uint32_t continued_input = 0;
  uint64_t lines_before = 0;
  size_t threads = 1;
};

// Moves everything of `other` behind what `data` holds; inputs of `other` are numbered as in the whole run already.
// Both are sealed, and both or none of them sketched.
void JoinCensusData(CensusData* data, CensusData&& other, const JoinOptions& options = {});

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_CENSUS_DATA_H_
