// SPDX-License-Identifier: Apache-2.0
//
// metrics_source.h: a snapshot of whatever a program's tests can scrape.
//
// Use:      MetricsOf(registry)               // seriesguard::Registry, ServiceRegistry: what a server that asks for
//                                             // OpenMetrics is sent, `_created` and all
//           MetricsOf(registry.Expose(accept))                        // the same in the format of a scraper's choice
//           MetricsOf(prometheus_registry)    // any prometheus::Collectable; include prometheus_source.h besides
//           MetricsOf(shared_pointer_to_one_of_them)
//           MetricsOf(text)                   // a scraped text: OpenMetrics where it ends in `# EOF`, else text 0.0.4
//           MetricsOf([&] { return HttpGet("/metrics"); })            // what the function returns now
// Threads:  as the source.
// Errors:   in the snapshot's status.
#ifndef SERIESGUARD_LIB_TESTING_METRICS_SOURCE_H_
#define SERIESGUARD_LIB_TESTING_METRICS_SOURCE_H_

#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/metrics/collected_family.h"
#include "lib/testing/metrics_snapshot.h"

namespace seriesguard {

// How collected families become a snapshot. Other libraries' families: a specialisation in a header of their own.
template <typename Family>
struct SnapshotMaker {
  static_assert(!std::is_same_v<Family, Family>,
                "no source of metrics; of prometheus-cpp: include prometheus_source.h");
};
template <>
struct SnapshotMaker<CollectedFamily> {
  static MetricsSnapshot Make(const std::vector<CollectedFamily>& families);
};

namespace source_internal {

template <typename T, typename = void>
struct HasCollect : std::false_type {};
template <typename T>
struct HasCollect<T, std::void_t<decltype(std::declval<T&>().Collect())>> : std::true_type {};

template <typename T, typename = void>
struct HasBody : std::false_type {};
template <typename T>
struct HasBody<T, std::void_t<decltype(std::declval<T&>().body), decltype(std::declval<T&>().content_type)>>
    : std::true_type {};

template <typename Family>
MetricsSnapshot Make(const std::vector<Family>& families) {
  return SnapshotMaker<Family>::Make(families);
}

}  // namespace source_internal

// The format that an exposition says it has.
SampleFormat FormatOfContentType(std::string_view content_type);

template <typename Source>
MetricsSnapshot MetricsOf(Source&& source) {
  using Plain = std::remove_reference_t<Source>;
  if constexpr (std::is_convertible_v<const Plain&, MetricsSnapshot>) {
    return source;
  } else if constexpr (std::is_convertible_v<const Plain&, std::string_view>) {
    return MetricsSnapshot::FromText(std::string_view(source));
  } else if constexpr (source_internal::HasBody<Plain>::value) {
    return MetricsSnapshot::FromText(source.body, FormatOfContentType(source.content_type));
  } else if constexpr (source_internal::HasCollect<Plain>::value) {
    return source_internal::Make(source.Collect());
  } else if constexpr (std::is_invocable_v<Plain&>) {
    return MetricsOf(source());
  } else {
    return MetricsOf(*source);
  }
}

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_TESTING_METRICS_SOURCE_H_
