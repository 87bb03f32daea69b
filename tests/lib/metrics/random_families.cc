// SPDX-License-Identifier: Apache-2.0
#include "tests/lib/metrics/random_families.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "lib/metrics/rendered_labels.h"

namespace seriesguard {
namespace {

constexpr std::string_view kNul("\0", 1);

// A part of a name: raw, with underscores, with dots, with values; a whole name of classic atoms stays as it is.
struct NameAtom {
  std::string_view raw;
  std::string_view underscores;
  std::string_view dots;
  std::string_view values;
  bool classic;
  bool classic_in_front;
};

constexpr NameAtom kNameAtoms[] = {
    {"a", "a", "a", "a", true, true},
    {"Bc", "Bc", "Bc", "Bc", true, true},
    {"x", "x", "x", "x", true, true},
    {"_", "_", "__", "__", true, true},
    {"seven7", "seven7", "seven7", "seven7", true, true},
    {".", "_", "_dot_", "_2e_", false, false},
    {"\xC3\xA9", "_", "__", "_e9_", false, false},  // e with acute
    {"\xF0\x9F\x98\x80", "_", "__", "_1f600_", false, false},
    {" ", "_", "__", "_20_", false, false},
    {"\"", "_", "__", "_22_", false, false},
    {"\\", "_", "__", "_5c_", false, false},
    {"\n", "_", "__", "_a_", false, false},
    {"{}", "__", "____", "_7b__7d_", false, false},
    {"=", "_", "__", "_3d_", false, false},
    {",", "_", "__", "_2c_", false, false},
    {"#", "_", "__", "_23_", false, false},
};
constexpr NameAtom kColonOfMetric = {":", ":", ":", ":", true, true};
constexpr NameAtom kColonOfLabel = {":", "_", "__", "_3a_", false, false};

// A part of a label value or HELP: as given, as read back. No invalid atom goes on with the one behind it.
struct TextAtom {
  std::string_view raw;
  std::string_view read;
};

constexpr TextAtom kTextAtoms[] = {
    {"a", "a"},
    {"GET", "GET"},
    {" ", " "},
    {"/x/{id}", "/x/{id}"},
    {"\"", "\""},
    {"\\", "\\"},
    {"\\n", "\\n"},
    {"\\\"", "\\\""},
    {"\n", "\n"},
    {"\r", "\r"},
    {"\t", "\t"},
    {"\n# TYPE forged counter\nforged_total 1\n", "\n# TYPE forged counter\nforged_total 1\n"},
    {"\n# EOF\n", "\n# EOF\n"},
    {"\"} 1\nforged{a=\"", "\"} 1\nforged{a=\""},
    {",b=\"c\"", ",b=\"c\""},
    {"\"=\"", "\"=\""},
    {"=", "="},
    {"\xC3\xA9", "\xC3\xA9"},
    {"\xE2\x80\xAE", "\xE2\x80\xAE"},
    {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
    {"\xFF", "\xEF\xBF\xBD"},
    {"\xC0", "\xEF\xBF\xBD"},
    {"\xED\xA0", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    {kNul, kNul},
};

std::string_view DeclaredSuffix(CollectedType type) {
  if (type == CollectedType::kCounter) return "_total";
  return type == CollectedType::kInfo ? "_info" : "";
}

std::string_view EscapedSuffix(std::string_view suffix, NameEscaping escaping, bool is_classic) {
  if (is_classic || escaping == NameEscaping::kAllowUtf8 || escaping == NameEscaping::kUnderscores) return suffix;
  if (suffix == "_total") return "__total";
  if (suffix == "_info") return "__info";
  if (suffix == "_seconds") return "__seconds";
  return suffix;
}

void AppendToName(std::string_view suffix, RandomName* name) {
  // A name that was escaped differs from the raw one under kValues, which puts U__ in front.
  const bool is_classic = name->As(NameEscaping::kValues) == name->raw();
  for (size_t i = 0; i < 4; ++i) {
    name->written[i].append(EscapedSuffix(suffix, static_cast<NameEscaping>(i), is_classic));
  }
}

size_t CountCharacters(const std::string& text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

uint64_t RandomFamilies::Random() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

RandomName RandomFamilies::Name(bool metric) {
  const size_t kinds = OneIn(3) ? std::size(kNameAtoms) : 5;  // two of three names are classic
  RandomName name;
  bool is_classic = true;
  std::string dots, values = "U__", underscores, raw;
  for (size_t atoms = 1 + Below(6), i = 0; i < atoms; ++i) {
    const NameAtom* atom = &kNameAtoms[Below(kinds)];
    if (OneIn(20)) atom = metric ? &kColonOfMetric : &kColonOfLabel;
    is_classic = is_classic && (i == 0 ? atom->classic_in_front : atom->classic);
    raw.append(atom->raw);
    underscores.append(atom->underscores);
    dots.append(atom->dots);
    values.append(atom->values);
  }
  for (std::string& written : name.written) written = raw;
  if (!is_classic) {
    name.written[static_cast<size_t>(NameEscaping::kUnderscores)] = underscores;
    name.written[static_cast<size_t>(NameEscaping::kDots)] = dots;
    name.written[static_cast<size_t>(NameEscaping::kValues)] = values;
  }
  return name;
}

RandomText RandomFamilies::Text(size_t atoms) {
  RandomText text;
  const size_t kinds = OneIn(2) ? std::size(kTextAtoms) : 4;
  for (size_t i = 0; i < atoms; ++i) {
    const TextAtom& atom = kTextAtoms[Below(kinds)];
    text.raw.append(atom.raw);
    text.read.append(atom.read);
  }
  return text;
}

double RandomFamilies::Value() {
  constexpr double kSpecial[] = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.1,
                                 1e-4,
                                 1e-5,
                                 1e15,
                                 1e16,
                                 1e21,
                                 1e300,
                                 5e-324,
                                 1.7976931348623157e308,
                                 9007199254740991.0,
                                 9007199254740993.0,
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN()};
  switch (Below(4)) {
    case 0: return kSpecial[Below(std::size(kSpecial))];
    case 1: return static_cast<double>(Below(100000));
    case 2: return static_cast<double>(Below(100000)) / 1000.0;
    default: break;
  }
  const uint64_t bits = Random();
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

uint64_t RandomFamilies::Integer() {
  switch (Below(4)) {
    case 0: return 0;
    case 1: return Below(1000);
    case 2: return Random();
    default: return Random() >> Below(64);
  }
}

std::vector<RandomLabel> RandomFamilies::Labels() {
  for (;;) {
    std::vector<RandomLabel> labels;
    std::vector<std::string> names;
    for (size_t count = Below(5), i = 0; i < count; ++i) {
      labels.push_back({Name(/*metric=*/false), Text(Below(6))});
      names.push_back(labels.back().name.raw());
    }
    if (CheckLabelNames(names).ok()) return labels;
  }
}

void RandomFamilies::AddExemplars(RandomFamily* family, size_t count) {
  CollectedSeries& one = family->collected.series.back();
  if (!OneIn(3)) return;
  one.exemplars_begin = static_cast<int32_t>(family->collected.exemplars.size());
  for (size_t i = 0; i < count; ++i) {
    CollectedExemplar exemplar;
    bool is_written = false;
    if (!OneIn(3)) {
      const RandomText id = Text(Below(OneIn(4) ? 60 : 6));
      exemplar.labels = RenderLabels({{"trace_id", id.raw}});
      exemplar.value = Value();
      exemplar.timestamp_s = OneIn(2) ? static_cast<double>(Below(2000000000000)) / 1000.0 : OneIn(2) ? 0 : Value();
      is_written = CountCharacters("trace_id" + id.read) <= 128 && id.raw.find('\0') == std::string::npos;
    }
    family->collected.exemplars.push_back(exemplar);
    family->exemplar_is_written.push_back(is_written);
  }
}

void RandomFamilies::AddSeries(RandomFamily* family) {
  CollectedFamily& collected = family->collected;
  const std::vector<RandomLabel> labels = Labels();
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const RandomLabel& label : labels) pairs.emplace_back(label.name.raw(), label.value.raw);
  const std::string rendered = RenderLabels(pairs);
  CollectedSeries one;
  one.labels_begin = static_cast<uint32_t>(collected.label_text.size());
  one.labels_size = static_cast<uint32_t>(rendered.size());
  collected.label_text.append(rendered);
  one.integer = OneIn(2) ? Integer() : 0;
  one.value = OneIn(2) ? Value() : 0;
  if (OneIn(2)) one.created_s = OneIn(4) ? Value() : static_cast<double>(Below(2000000000000)) / 1000.0;
  one.buckets_begin = static_cast<uint32_t>(collected.bucket_counts.size());
  const bool is_histogram = collected.type == CollectedType::kHistogram;
  if (is_histogram) {
    for (size_t i = 0; i <= collected.boundaries.size(); ++i) collected.bucket_counts.push_back(Below(1000000));
  }
  collected.series.push_back(one);
  family->labels.push_back(labels);
  if (is_histogram) AddExemplars(family, collected.boundaries.size() + 1);
  if (collected.type == CollectedType::kCounter) AddExemplars(family, 1);
}

RandomFamily RandomFamilies::Next() {
  constexpr CollectedType kTypes[] = {CollectedType::kUnknown,   CollectedType::kCounter, CollectedType::kGauge,
                                      CollectedType::kHistogram, CollectedType::kInfo,    CollectedType::kStateSet};
  RandomFamily family;
  CollectedFamily& collected = family.collected;
  collected.type = kTypes[Below(std::size(kTypes))];
  family.name = Name(/*metric=*/true);
  if (OneIn(2)) {
    collected.unit = "seconds";
    if (!OneIn(4)) AppendToName("_seconds", &family.name);  // else the unit does not belong to the name
  }
  if (!OneIn(5)) AppendToName(DeclaredSuffix(collected.type), &family.name);
  collected.name = family.name.raw();
  family.help = Text(Below(6));
  collected.help = family.help.raw;
  if (collected.type == CollectedType::kHistogram) {
    std::set<double> boundaries;
    for (size_t count = Below(6), i = 0; i < count; ++i) {
      const double boundary = Value();
      if (std::isfinite(boundary) && boundary != 0) boundaries.insert(boundary);
    }
    collected.boundaries.assign(boundaries.begin(), boundaries.end());
  }
  for (size_t count = Below(4), i = 0; i < count; ++i) AddSeries(&family);
  return family;
}

std::vector<RandomFamily> RandomFamilies::NextScrape(size_t families) {
  std::vector<RandomFamily> scrape;
  std::set<std::string> taken;
  while (scrape.size() < families) {
    RandomFamily family = Next();
    bool is_new = true;
    for (const std::string& written : family.name.written) is_new = is_new && taken.count(written) == 0;
    if (!is_new) continue;
    for (const std::string& written : family.name.written) taken.insert(written);
    scrape.push_back(std::move(family));
  }
  return scrape;
}

std::vector<CollectedFamily> CollectedOf(const std::vector<RandomFamily>& families) {
  std::vector<CollectedFamily> collected;
  for (const RandomFamily& family : families) collected.push_back(family.collected);
  return collected;
}

}  // namespace seriesguard
