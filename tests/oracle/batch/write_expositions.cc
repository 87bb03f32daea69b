// SPDX-License-Identifier: Apache-2.0
//
// write_expositions.cc: random families as our writers write them, for programs that are not ours to read.
//
//   write_expositions records SEED N     scrapes of N families together as records of write_batch, both formats, every
//                                        escaping in turn
//   write_expositions expected SEED N    for each record the line that `oracle -batch` must print of it
//   write_expositions text SEED N        one text 0.0.4 with N families
//   write_expositions openmetrics SEED N one OpenMetrics with N families
//   write_expositions exemplars TIME N   one OpenMetrics with N counters traced_<i>_total and N histograms spans_<i>,
//                                        whose exemplars are of TIME (seconds): trace_id="t<i>" with the value <i>. Every
//                                        third one is too long to be written.
//   write_expositions kept TIME N        the same of a registry that was given them by Increment and Observe
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/content_negotiation.h"
#include "lib/metrics/exemplar.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/openmetrics_writer.h"
#include "lib/metrics/registry.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/metrics/text_writer.h"
#include "tests/lib/metrics/random_families.h"
#include "tests/reference/canonical_line.h"
#include "tests/reference/reference_result.h"

namespace {

using seriesguard::ExpositionKind;
using seriesguard::NameEscaping;
using seriesguard::RandomFamily;

std::string Written(const std::vector<RandomFamily>& scrape, ExpositionKind kind, NameEscaping escaping) {
  std::string document;
  if (kind == ExpositionKind::kText) {
    seriesguard::AppendText(CollectedOf(scrape), escaping, &document);
  } else {
    seriesguard::AppendOpenMetrics(CollectedOf(scrape), escaping, &document);
  }
  return document;
}

std::string Expected(const std::vector<RandomFamily>& scrape, ExpositionKind kind, NameEscaping escaping) {
  seriesguard::reference::ReferenceResult result;
  result.ok = true;
  for (const RandomFamily& family : scrape) {
    for (auto& sample : ExpectedSamples(family, kind, escaping)) result.samples.push_back(std::move(sample));
  }
  return CanonicalLine(result) + "\n";
}

void WriteRecord(char format, std::string_view document) {
  std::cout.put(format);
  for (int shift = 0; shift < 32; shift += 8) {
    std::cout.put(static_cast<char>((static_cast<uint32_t>(document.size()) >> shift) & 0xFF));
  }
  std::cout.write(document.data(), static_cast<std::streamsize>(document.size()));
}

void WriteBatch(uint64_t seed, size_t families, bool expected) {
  seriesguard::RandomFamilies random(seed);
  for (size_t written = 0, turn = 0; written < families; ++turn) {
    const std::vector<RandomFamily> scrape = random.NextScrape(1 + random.Below(4));
    written += scrape.size();
    const auto escaping = static_cast<NameEscaping>(turn % 4);
    for (const ExpositionKind kind : {ExpositionKind::kText, ExpositionKind::kOpenMetrics}) {
      if (expected) {
        std::cout << Expected(scrape, kind, escaping);
      } else {
        WriteRecord(kind == ExpositionKind::kText ? 't' : 'o', Written(scrape, kind, escaping));
      }
    }
  }
}

// An exemplar of 128 characters, or of 129, which OpenMetrics does not have.
seriesguard::CollectedExemplar Traced(size_t i, double time_s) {
  const std::string padding(128 - std::string_view("trace_idpad").size() - std::to_string(i).size() - 1, 'p');
  seriesguard::CollectedExemplar exemplar;
  exemplar.labels =
      seriesguard::RenderLabels({{"trace_id", "t" + std::to_string(i)}, {"pad", i % 3 == 2 ? padding + "p" : padding}});
  exemplar.value = static_cast<double>(i);
  exemplar.timestamp_s = time_s;
  return exemplar;
}

// The same families, counted in a registry. Ends the program where it does not refuse what is too long.
std::vector<seriesguard::CollectedFamily> KeptExemplars(double time_s, size_t families) {
  using seriesguard::ExemplarResult;
  seriesguard::Registry registry = seriesguard::Registry::FromText("version: 1\n").value();
  for (size_t i = 0; i < families; ++i) {
    const std::string number = std::to_string(i);
    auto counter = registry.AddCounter({"traced_" + number + "_total"}).value();
    auto histogram = registry.AddHistogram({"spans_" + number}, {0.5, 1000}).value();
    const std::string padding(128 - std::string_view("trace_idpad").size() - number.size() - (i % 3 == 2 ? 0 : 1), 'p');
    const std::string trace = "t" + number;
    const auto wanted = i % 3 == 2 ? ExemplarResult::kTooLong : ExemplarResult::kKept;
    if (counter.With().Increment(i, {{{"trace_id", trace}, {"pad", padding}}, time_s}) != wanted ||
        histogram.With().Observe(static_cast<double>(i), {{{"trace_id", trace}, {"pad", padding}}, time_s}) != wanted) {
      std::cerr << "write_expositions: exemplar " << i << " was not treated as it should be\n";
      std::exit(1);
    }
  }
  std::vector<seriesguard::CollectedFamily> scrape = registry.Collect();
  scrape.resize(2 * families);  // without the guard's own
  return scrape;
}

std::vector<seriesguard::CollectedFamily> MadeExemplars(double time_s, size_t families) {
  std::vector<seriesguard::CollectedFamily> scrape;
  for (size_t i = 0; i < families; ++i) {
    seriesguard::CollectedFamily counter;
    counter.name = "traced_" + std::to_string(i) + "_total";
    counter.type = seriesguard::CollectedType::kCounter;
    counter.series.resize(1);
    counter.series[0].integer = i + 1;
    counter.series[0].created_s = time_s;
    counter.series[0].exemplars_begin = 0;
    counter.exemplars = {Traced(i, time_s)};
    scrape.push_back(counter);
    seriesguard::CollectedFamily histogram = counter;
    histogram.name = "spans_" + std::to_string(i);
    histogram.type = seriesguard::CollectedType::kHistogram;
    histogram.boundaries = {0.5, 1000};
    histogram.bucket_counts = {0, 1, 0};
    histogram.exemplars = {{}, Traced(i, time_s), {}};
    scrape.push_back(histogram);
  }
  return scrape;
}

void WriteExemplars(const std::vector<seriesguard::CollectedFamily>& scrape) {
  std::string document;
  seriesguard::AppendOpenMetrics(scrape, NameEscaping::kUnderscores, &document);
  std::cout << document;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::string_view what = argc == 4 ? argv[1] : "";
  const uint64_t seed = argc == 4 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const size_t families = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : 0;
  if (what == "records" || what == "expected") {
    WriteBatch(seed, families, what == "expected");
  } else if (what == "text" || what == "openmetrics") {
    const ExpositionKind kind = what == "text" ? ExpositionKind::kText : ExpositionKind::kOpenMetrics;
    std::cout << Written(seriesguard::RandomFamilies(seed).NextScrape(families), kind, NameEscaping::kUnderscores);
  } else if (what == "exemplars") {
    WriteExemplars(MadeExemplars(static_cast<double>(seed), families));
  } else if (what == "kept") {
    WriteExemplars(KeptExemplars(static_cast<double>(seed), families));
  } else {
    std::cerr << "usage: write_expositions records | expected | text | openmetrics SEED N\n"
                 "       write_expositions exemplars | kept TIME N\n";
    return 2;
  }
  std::cout.flush();
  return std::cout.good() ? 0 : 2;
}
