// SPDX-License-Identifier: Apache-2.0
//
// corpus_files.cc: JSON lines for the conformance suites, tab-separated tables for the rest.
#include "tests/corpus/corpus_files.h"

#include <climits>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "nlohmann/json.hpp"

namespace seriesguard {
namespace {

constexpr char kKnownDifferences[] = "tests/corpus/known_differences.tsv";

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '\t');) fields.push_back(field);
  return fields;
}

// Whether a file is there at all: a folder of tests has no use for the reason.
bool Exists(const std::string& path) { return std::ifstream(path).is_open(); }

void LoadConformance(const std::string& corpus, std::vector<CorpusCase>* cases) {
  std::ifstream manifest(corpus + "/conformance/MANIFEST.jsonl");
  for (std::string line; std::getline(manifest, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!entry.is_object()) continue;
    const std::string format = entry.value("format", "");
    if (format != "text" && format != "om") continue;
    const auto& oracle = entry["oracles"]["prom_textparse"];
    CorpusCase one;
    one.file = entry.value("file", "");
    one.format = format == "om" ? reference::Format::kOpenMetrics : reference::Format::kText;
    one.ok = oracle.value("ok", false);
    one.samples = oracle.value("samples", 0);
    one.series = oracle.value("series", 0);
    cases->push_back(one);
  }
}

void LoadReal(const std::string& corpus, std::vector<CorpusCase>* cases) {
  std::ifstream index(corpus + "/INDEX.tsv");
  for (std::string line; std::getline(index, line);) {
    const std::vector<std::string> fields = Fields(line);
    if (fields.size() < 8 || fields[0].compare(0, 4, "real") != 0) continue;
    if (fields[2] != "text-0.0.4" && fields[2] != "text-1.0.0" && fields[2] != "openmetrics") continue;
    CorpusCase one;
    one.file = fields[0];
    one.format = fields[2] == "openmetrics" ? reference::Format::kOpenMetrics : reference::Format::kText;
    one.ok = fields[7] == "ok";
    const std::string base = one.file.substr(one.file.rfind('/') + 1);
    std::ifstream names(corpus + "/expected/names/" + base + ".names.tsv");
    std::getline(names, line);  // the header
    while (std::getline(names, line)) {
      const std::vector<std::string> columns = Fields(line);
      if (columns.size() != 3) continue;
      one.series_by_name[columns[0]] = std::strtoull(columns[1].c_str(), nullptr, 10);
      one.series += one.series_by_name[columns[0]];
      one.samples += std::strtoull(columns[2].c_str(), nullptr, 10);
    }
    cases->push_back(one);
  }
}

}  // namespace

std::string FindCorpus() {
  if (const char* given = std::getenv("SERIESGUARD_CORPUS")) return given;
  // The test runs in a folder of links; the table's real place tells where the project lies.
  char real[PATH_MAX];
  if (realpath(kKnownDifferences, real) == nullptr) return "";
  std::string root(real);
  root.resize(root.size() - (sizeof(kKnownDifferences) - 1));
  const std::string corpus = root + "../shared/corpus";
  return Exists(corpus + "/conformance/MANIFEST.jsonl") ? corpus : "";
}

std::vector<CorpusCase> LoadCases(const std::string& corpus) {
  std::vector<CorpusCase> cases;
  LoadConformance(corpus, &cases);
  LoadReal(corpus, &cases);
  return cases;
}

std::map<std::string, KnownDifference> LoadKnownDifferences() {
  std::map<std::string, KnownDifference> known;
  std::ifstream table(kKnownDifferences);
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> fields = Fields(line);
    if (fields.size() == 3 && line[0] != '#') known[fields[0]] = {fields[1], fields[2]};
  }
  return known;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace seriesguard
