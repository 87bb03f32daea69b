// SPDX-License-Identifier: Apache-2.0
//
// random_families.h: seeded metric families that hold every trap of the formats, and what a server must read of them.
//
// Use:      one generator a test; the same seed gives the same families on every machine.
// Threads:  one generator, one thread.
//
// Names and values are put together from atoms. An atom carries its forms (raw, under each escaping, after reading)
// written out by hand, so that what is expected comes from no code of the writers'.
#ifndef SERIESGUARD_TESTS_LIB_METRICS_RANDOM_FAMILIES_H_
#define SERIESGUARD_TESTS_LIB_METRICS_RANDOM_FAMILIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exposition_escape.h"
#include "tests/reference/reference_result.h"

namespace seriesguard {

// A name in all its forms; `written` in the order of NameEscaping.
struct RandomName {
  std::string written[4];
  const std::string& raw() const { return written[static_cast<size_t>(NameEscaping::kAllowUtf8)]; }
  std::string As(NameEscaping escaping) const { return written[static_cast<size_t>(escaping)]; }
};

// A text as given and as it is after a server read it back.
struct RandomText {
  std::string raw;
  std::string read;
};

struct RandomLabel {
  RandomName name;
  RandomText value;
};

struct RandomFamily {
  RandomName name;  // as declared
  RandomText help;
  CollectedFamily collected;
  std::vector<std::vector<RandomLabel>> labels;  // by series
  std::vector<bool> exemplar_is_written;         // by index of collected.exemplars
};

// What a server must tell of one family, besides its samples.
struct ExpectedMetadata {
  std::string name;  // the TYPE line's
  MetricType type = MetricType::kNone;
  bool has_help = false;
  std::string help;
  std::string unit;  // empty: no line
};

class RandomFamilies {
 public:
  explicit RandomFamilies(uint64_t seed) : state_(seed) {}

  RandomFamily Next();
  // Several families in one vector, as a registry has them; their names differ under every escaping.
  std::vector<RandomFamily> NextScrape(size_t families);

  size_t Below(size_t bound) { return static_cast<size_t>(Random() % bound); }

 private:
  uint64_t Random();
  bool OneIn(size_t n) { return Below(n) == 0; }
  RandomName Name(bool metric);
  RandomText Text(size_t atoms);
  double Value();
  uint64_t Integer();
  std::vector<RandomLabel> Labels();
  void AddSeries(RandomFamily* family);
  void AddExemplars(RandomFamily* family, size_t count);

  uint64_t state_;
};

// What a Prometheus 3 server must store of `family`, in the order of the lines.
std::vector<reference::Sample> ExpectedSamples(const RandomFamily& family, ExpositionKind kind, NameEscaping escaping);
ExpectedMetadata ExpectedMetadataOf(const RandomFamily& family, ExpositionKind kind, NameEscaping escaping);

// The families as the writers want them.
std::vector<CollectedFamily> CollectedOf(const std::vector<RandomFamily>& families);

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_METRICS_RANDOM_FAMILIES_H_
