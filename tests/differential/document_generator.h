// SPDX-License-Identifier: Apache-2.0
//
// document_generator.h: seeded expositions that look real and hold every trap, and mutations of them.
//
// Use:      one generator a test; the same seed gives the same documents on every machine.
// Threads:  one generator, one thread.
// Source:   the traps are those of docs/exposition_dialect.md and docs/counting.md.
#ifndef SERIESGUARD_TESTS_DIFFERENTIAL_DOCUMENT_GENERATOR_H_
#define SERIESGUARD_TESTS_DIFFERENTIAL_DOCUMENT_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seriesguard {

class DocumentGenerator {
 public:
  DocumentGenerator(uint64_t seed, bool openmetrics) : state_(seed), openmetrics_(openmetrics) {}

  // Writes a document of a few families that a server accepts: ragged histograms, summaries, counters with
  // `_created`, interleaved families, repeated series, labels in any order, escapes, empty values, quoted names.
  std::string Valid();

  // Writes a valid document, then changes one to four places of it: a byte, a run, a token of the grammar, two lines
  // swapped. Some stay acceptable.
  std::string Mutated();

 private:
  // splitmix64: the whole state is one number, so a seed names a document.
  uint64_t Random();
  size_t Below(size_t bound) { return static_cast<size_t>(Random() % bound); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  std::string_view Pick(const std::vector<std::string_view>& of) { return of[Below(of.size())]; }

  struct Family {
    std::string name;
    std::string type;  // empty: no TYPE line
    bool quoted = false;
  };
  Family NewFamily();
  void Metadata(const Family& family, std::string* out);
  void LabelSet(const Family& family, std::vector<std::string>* lines);
  void Line(const Family& family, std::string_view suffix, std::vector<std::string> labels, bool may_have_exemplar,
            std::vector<std::string>* lines);
  std::string Blank();  // between tokens of text: often nothing, sometimes blanks and tabs
  std::string Value();
  std::string Quoted(std::string_view value);

  uint64_t state_;
  const bool openmetrics_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_DIFFERENTIAL_DOCUMENT_GENERATOR_H_
