// SPDX-License-Identifier: Apache-2.0
//
// family_message.h: a metric family as the protobuf message that a Pushgateway reads.
//
// Use:      FamilyMessage family("rows_total", "Rows.", FamilyMessage::Type::kCounter);
//           MetricMessage metric;
//           metric.AddLabel("table", "a");
//           metric.SetValue(FamilyMessage::Type::kCounter, 17);
//           family.Add(metric);
//           family.AppendDelimited(&body);
// Threads:  values.
// Errors:   none but std::bad_alloc.
// Source:   io.prometheus.client.MetricFamily, metrics.proto of prometheus/client_model 0.3; protobuf's wire format.
//
// Why not text: Pushgateway 1.5.1 takes a text that breaks off behind a line (a job that was killed, a connection that was cut)
// for a whole one, and stores half a push. Each message here tells its length, and the request that of all: what breaks off
// is refused.
#ifndef SERIESGUARD_LIB_PUSH_FAMILY_MESSAGE_H_
#define SERIESGUARD_LIB_PUSH_FAMILY_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seriesguard {

class MetricMessage;

class FamilyMessage {
 public:
  enum class Type : uint8_t { kCounter = 0, kGauge = 1, kSummary = 2, kUntyped = 3, kHistogram = 4 };  // of the wire

  FamilyMessage(std::string_view name, std::string_view help, Type type);
  void Add(const MetricMessage& metric);
  // Appends the message behind its length.
  void AppendDelimited(std::string* out) const;

 private:
  std::string bytes_;
};

class MetricMessage {
 public:
  void AddLabel(std::string_view name, std::string_view value);
  // Of a counter, a gauge or an untyped metric.
  void SetValue(FamilyMessage::Type type, double value);
  // `buckets[i]`: upper bound and observations up to it, ascending; +Inf may be left out.
  void SetHistogram(uint64_t count, double sum, const std::vector<std::pair<double, uint64_t>>& buckets);
  // `quantiles[i]`: quantile and its value.
  void SetSummary(uint64_t count, double sum, const std::vector<std::pair<double, double>>& quantiles);

 private:
  friend class FamilyMessage;
  std::string bytes_;
};

}  // namespace seriesguard

#endif  // SERIESGUARD_LIB_PUSH_FAMILY_MESSAGE_H_
