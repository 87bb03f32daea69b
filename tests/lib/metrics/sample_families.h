// SPDX-License-Identifier: Apache-2.0
//
// sample_families.h: small families put together by hand, for the golden texts.
//
// Use:      FamilyBuilder("a_total", CollectedType::kCounter).Add({{"b", "c"}}, 3).Take().
// Threads:  one builder, one thread.
#ifndef SERIESGUARD_TESTS_LIB_METRICS_SAMPLE_FAMILIES_H_
#define SERIESGUARD_TESTS_LIB_METRICS_SAMPLE_FAMILIES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/metrics/rendered_labels.h"

namespace seriesguard {

class FamilyBuilder {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  FamilyBuilder(std::string name, CollectedType type, std::string help = "", std::string unit = "") {
    family_.name = std::move(name);
    family_.type = type;
    family_.help = std::move(help);
    family_.unit = std::move(unit);
  }

  FamilyBuilder& Add(const Labels& labels, uint64_t integer, double value = 0, double created_s = 0) {
    const std::string rendered = RenderLabels(labels);
    CollectedSeries one;
    one.labels_begin = static_cast<uint32_t>(family_.label_text.size());
    one.labels_size = static_cast<uint32_t>(rendered.size());
    one.integer = integer;
    one.value = value;
    one.created_s = created_s;
    family_.label_text += rendered;
    family_.series.push_back(one);
    return *this;
  }

  FamilyBuilder& AddHistogram(const Labels& labels, const std::vector<uint64_t>& counts, double sum,
                              double created_s = 0) {
    Add(labels, 0, sum, created_s);
    family_.series.back().buckets_begin = static_cast<uint32_t>(family_.bucket_counts.size());
    family_.bucket_counts.insert(family_.bucket_counts.end(), counts.begin(), counts.end());
    return *this;
  }

  FamilyBuilder& Boundaries(std::vector<double> boundaries) {
    family_.boundaries = std::move(boundaries);
    return *this;
  }

  // The exemplars of the series that was added last.
  FamilyBuilder& Exemplars(const std::vector<CollectedExemplar>& exemplars) {
    family_.series.back().exemplars_begin = static_cast<int32_t>(family_.exemplars.size());
    family_.exemplars.insert(family_.exemplars.end(), exemplars.begin(), exemplars.end());
    return *this;
  }

  CollectedFamily Take() const { return family_; }

 private:
  CollectedFamily family_;
};

// An exemplar with one label `trace_id`.
inline CollectedExemplar Trace(const std::string& id, double value, double timestamp_s = 0) {
  return {RenderLabels({{"trace_id", id}}), value, timestamp_s};
}

}  // namespace seriesguard

#endif  // SERIESGUARD_TESTS_LIB_METRICS_SAMPLE_FAMILIES_H_
