// SPDX-License-Identifier: Apache-2.0
//
// read_options.h: how the inputs of a run are to be read.
#ifndef SERIESGUARD_ANALYZER_READING_READ_OPTIONS_H_
#define SERIESGUARD_ANALYZER_READING_READ_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "analyzer/census/census_builder.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/input/block_reader.h"
#include "analyzer/input/body_file.h"
#include "analyzer/input/byte_source_base.h"
#include "analyzer/reading/sample_watcher.h"
#include "analyzer/reading/work_list.h"

namespace seriesguard {

// The body of an answer, and what its Content-Type said.
struct FetchedInput {
  std::shared_ptr<const BodyFile> body;
  std::optional<ExpositionFormat> format;
};

struct ReadOptions {
  CensusOptions census;
  SourceOptions source;
  std::optional<ExpositionFormat> format;  // empty: recognised, input by input
  // Inputs whose text was made already, by their number among the paths: those are not opened, and are text 0.0.4 or
  // 1.0.0 whatever `format` says.
  std::map<size_t, std::string> texts;
  // Inputs that were fetched, by their number among the paths: read from there. Their format beats what the bytes look
  // like, and `format` beats it.
  std::map<size_t, FetchedInput> fetched;
  size_t threads = 1;
  // Is told every sample that counts; reading is then done by one thread. Outlives the reading. Empty: nobody.
  SampleWatcher* watcher = nullptr;
  // What the census may hold. Exact counts turn to sketches at three fifths of it, because turning takes memory too.
  std::optional<uint64_t> memory_limit_bytes;

  // How much is read and dealt out at a time; tests make it little, so that small inputs are cut everywhere.
  WorkSizes work;
  size_t block_bytes = kBlockBytes;
  uint64_t weigh_every_bytes = 4 << 20;  // of a share, between two looks at the memory limit
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_READING_READ_OPTIONS_H_
