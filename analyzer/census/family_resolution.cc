// SPDX-License-Identifier: Apache-2.0
//
// family_resolution.cc: suffixes are tried against the names that TYPE lines declare.
#include "analyzer/census/family_resolution.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/census/number_column.h"
#include "analyzer/census/series_table.h"
#include "analyzer/census/symbol_table.h"

namespace seriesguard {
namespace {

// Which suffixes a type gives its samples; OpenMetrics 1.0 section 5, text 0.0.4's histogram and summary.
bool TypeAllows(MetricType type, std::string_view suffix) {
  switch (type) {
    case MetricType::kCounter: return suffix == "_total" || suffix == "_created";
    case MetricType::kHistogram:
      return suffix == "_bucket" || suffix == "_sum" || suffix == "_count" || suffix == "_created";
    case MetricType::kSummary: return suffix == "_sum" || suffix == "_count" || suffix == "_created";
    case MetricType::kGaugeHistogram: return suffix == "_bucket" || suffix == "_gsum" || suffix == "_gcount";
    case MetricType::kInfo: return suffix == "_info";
    default: return false;
  }
}

constexpr std::string_view kSuffixes[] = {"_bucket", "_sum",  "_count",  "_created",
                                          "_total",  "_gsum", "_gcount", "_info"};

bool StripSuffix(std::string_view name, std::string_view suffix, std::string_view* base) {
  if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) return false;
  *base = name.substr(0, name.size() - suffix.size());
  return true;
}

class Resolver {
 public:
  explicit Resolver(CensusData* data) : data_(data) {}

  void Run() {
    std::vector<FamilyTables>& families = data_->families;
    families.clear();
    families.reserve(data_->tables.size());
    absl::flat_hash_map<std::string, uint32_t> family_of_name;
    for (uint32_t t = 0; t < data_->tables.size(); ++t) {
      if (data_->tables[t].rows == 0) continue;
      data_->tables[t].IndexColumns();
      const std::string_view name = data_->symbols.Text(data_->tables[t].name);
      bool inferred = false;
      const Declaration* declaration = nullptr;
      std::string family = FamilyOf(name, &declaration, &inferred);
      const auto [found, is_new] =
          family_of_name.try_emplace(std::move(family), static_cast<uint32_t>(families.size()));
      if (is_new) {
        families.emplace_back();
        families.back().info.name = found->first;
      }
      FamilyTables& tables = families[found->second];
      if (declaration != nullptr && (tables.info.type == MetricType::kNone || tables.info.type_inferred)) {
        tables.info.type = declaration->type;
        tables.info.type_inferred = false;
      }
      if (inferred && tables.info.type == MetricType::kNone) {
        tables.info.type = MetricType::kHistogram;
        tables.info.type_inferred = true;
      }
      tables.tables.push_back(t);
    }
    family_of_name = {};
    std::sort(families.begin(), families.end(),
              [](const FamilyTables& a, const FamilyTables& b) { return a.info.name < b.info.name; });
    for (FamilyTables& tables : families) Complete(&tables);
  }

 private:
  const Declaration* Declared(std::string_view name) const {
    const Symbol symbol = data_->symbols.Find(name);
    if (symbol == kNoSymbol) return nullptr;
    const auto found = data_->declaration_of_name.find(symbol);
    return found == data_->declaration_of_name.end() ? nullptr : &data_->declarations[found->second];
  }

  const SeriesTable* Table(std::string_view name) const {
    const Symbol symbol = data_->symbols.Find(name);
    if (symbol == kNoSymbol) return nullptr;
    const auto found = data_->table_of_name.find(symbol);
    if (found == data_->table_of_name.end() || data_->tables[found->second].rows == 0) return nullptr;
    return &data_->tables[found->second];
  }
  const SeriesTable* Table(std::string_view base, std::string_view suffix) const {
    return Table(std::string(base).append(suffix));
  }

  // The same, but null where the sample name has a TYPE line: it is then a family of its own.
  const SeriesTable* UndeclaredTable(std::string_view base, std::string_view suffix) const {
    const std::string name = std::string(base).append(suffix);
    return Declared(name) == nullptr ? Table(name) : nullptr;
  }

  bool HasLabel(const SeriesTable& table, Boundary boundary) const {
    // A column whose values are all empty is no label. Of a sketch the columns alone are known.
    const bool is_sketch = table.sketch != nullptr;
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const LabelColumn& column) {
      const std::vector<NumberColumn::Segment>& segments = column.values.segments();
      return column.boundary == boundary &&
             (is_sketch || std::any_of(segments.begin(), segments.end(), [](const NumberColumn::Segment& segment) {
                return segment.width != 0 || segment.base != kNoSymbol;
              }));
    });
  }

  // `X_bucket` with `le` and one of `X_sum`, `X_count`, none of them declared, and no TYPE line for X.
  bool IsInferredHistogram(std::string_view base) const {
    const SeriesTable* bucket = UndeclaredTable(base, "_bucket");
    if (bucket == nullptr || !HasLabel(*bucket, Boundary::kLe) || Declared(base) != nullptr) return false;
    return UndeclaredTable(base, "_sum") != nullptr || UndeclaredTable(base, "_count") != nullptr;
  }

  std::string CounterName(std::string_view declared) const {
    std::string_view base;
    if (StripSuffix(declared, "_total", &base)) return std::string(declared);
    const bool has_total = UndeclaredTable(declared, "_total") != nullptr;
    return has_total ? std::string(declared).append("_total") : std::string(declared);
  }

  std::string NameOf(const Declaration& declaration) const {
    const std::string_view name = data_->symbols.Text(declaration.name);
    return declaration.type == MetricType::kCounter ? CounterName(name) : std::string(name);
  }

  std::string FamilyOf(std::string_view name, const Declaration** declaration, bool* inferred) const {
    std::string_view base;
    if (StripSuffix(name, "_created", &base)) {
      for (const std::string& owner : {std::string(base), std::string(base).append("_total")}) {
        const Declaration* declared = Declared(owner);
        if (declared != nullptr && TypeAllows(declared->type, "_created")) {
          *declaration = declared;
          return NameOf(*declared);
        }
      }
      if (IsInferredHistogram(base)) {
        *inferred = true;
        return std::string(base);
      }
      if (Declared(name) == nullptr && Table(base, "_total") != nullptr) return std::string(base).append("_total");
    }
    if ((*declaration = Declared(name)) != nullptr) return NameOf(**declaration);
    for (const std::string_view suffix : kSuffixes) {
      if (!StripSuffix(name, suffix, &base)) continue;
      const Declaration* declared = Declared(base);
      if (declared != nullptr && TypeAllows(declared->type, suffix)) {
        *declaration = declared;
        return NameOf(*declared);
      }
      if ((suffix == "_bucket" || suffix == "_sum" || suffix == "_count") && IsInferredHistogram(base)) {
        *inferred = true;
        return std::string(base);
      }
    }
    return std::string(name);
  }

  void Complete(FamilyTables* family) const {
    std::sort(family->tables.begin(), family->tables.end(), [this](uint32_t a, uint32_t b) {
      return data_->symbols.Text(data_->tables[a].name) < data_->symbols.Text(data_->tables[b].name);
    });
    family->info.parts.reserve(family->tables.size());
    for (const uint32_t t : family->tables) {
      const SeriesTable& table = data_->tables[t];
      family->info.parts.emplace_back(data_->symbols.Text(table.name));
      family->labels.reserve(family->labels.size() + table.columns.size());
      for (const LabelColumn& column : table.columns) family->labels.push_back(column.label);
    }
    const auto by_text = [this](Symbol a, Symbol b) { return data_->symbols.Text(a) < data_->symbols.Text(b); };
    std::sort(family->labels.begin(), family->labels.end(), by_text);
    family->labels.erase(std::unique(family->labels.begin(), family->labels.end()), family->labels.end());
    family->info.labels.reserve(family->labels.size());
    for (const Symbol label : family->labels) family->info.labels.emplace_back(data_->symbols.Text(label));
  }

  CensusData* const data_;
};

}  // namespace

void ResolveFamilies(CensusData* data) { Resolver(data).Run(); }

}  // namespace seriesguard
