// SPDX-License-Identifier: Apache-2.0
//
// push_body.cc: see the header; the limits are in push_limits.cc.
#include "lib/push/push_body.h"

#include <new>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "lib/metrics/rendered_labels.h"
#include "lib/push/family_message.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

uint64_t SeriesOf(const CollectedFamily& family) {
  const uint64_t each = family.type == CollectedType::kHistogram ? family.boundaries.size() + 3 : 1;
  return each * family.series.size();
}

FamilyMessage::Type TypeOf(CollectedType type) {
  switch (type) {
    case CollectedType::kCounter: return FamilyMessage::Type::kCounter;
    case CollectedType::kHistogram: return FamilyMessage::Type::kHistogram;
    case CollectedType::kGauge:
    case CollectedType::kInfo:
    case CollectedType::kStateSet: return FamilyMessage::Type::kGauge;
    case CollectedType::kUnknown: break;
  }
  return FamilyMessage::Type::kUntyped;
}

// Returns what stands between the quotes of a rendered value, without its escapes.
std::string ValueOf(std::string_view quoted) {
  std::string value;
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      value.push_back(text[i] == 'n' ? '\n' : text[i]);
    } else {
      value.push_back(text[i]);
    }
  }
  return value;
}

// What is not UTF-8 becomes U+FFFD, as in an exposition: a gateway refuses it.
std::string Readable(std::string_view text) {
  std::string quoted = "\"";
  AppendQuotedText(text, &quoted);
  return ValueOf(quoted.append("\""));
}

void SetHistogram(const CollectedFamily& family, const CollectedSeries& one, MetricMessage* metric) {
  std::vector<std::pair<double, uint64_t>> buckets;
  uint64_t cumulated = 0;
  for (size_t i = 0; i < family.boundaries.size(); ++i) {
    cumulated += family.bucket_counts[one.buckets_begin + i];
    buckets.emplace_back(family.boundaries[i], cumulated);
  }
  cumulated += family.bucket_counts[one.buckets_begin + family.boundaries.size()];
  metric->SetHistogram(cumulated, one.value, buckets);
}

PushedFamily Append(const CollectedFamily& family, std::string* bytes) {
  PushedFamily pushed;
  pushed.name = family.name;
  pushed.series = SeriesOf(family);
  const FamilyMessage::Type type = TypeOf(family.type);
  FamilyMessage message(EscapeMetricName(family.name, NameEscaping::kUnderscores), Readable(family.help), type);
  LabelRenamer renamer(NameEscaping::kUnderscores);
  std::string renamed;
  for (const CollectedSeries& one : family.series) {
    renamed.clear();
    renamer.Append(family.Labels(one), &renamed);
    std::string_view rest = renamed;
    RenderedLabel label;
    MetricMessage metric;
    while (TakeRenderedLabel(&rest, &label)) {
      std::string value = ValueOf(label.value);
      metric.AddLabel(label.name, value);
      pushed.label_values[std::string(label.name)].insert(std::move(value));
    }
    if (type == FamilyMessage::Type::kHistogram) {
      SetHistogram(family, one, &metric);
    } else {
      metric.SetValue(type, static_cast<double>(one.integer) + one.value);
    }
    message.Add(metric);
  }
  message.AppendDelimited(bytes);
  return pushed;
}

}  // namespace

uint64_t PushBody::series() const {
  uint64_t sum = 0;
  for (const PushedFamily& family : families) sum += family.series;
  return sum;
}

absl::StatusOr<PushBody> MakePushBody(const std::vector<CollectedFamily>& families) try {
  PushBody body;
  for (const CollectedFamily& family : families) {
    if (family.series.empty()) continue;
    body.families.push_back(Append(family, &body.bytes));
  }
  return body;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError("no memory to write down what is pushed");
}

absl::Status CheckGroup(const PushBody& body, const PushGroup& group) {
  const auto check = [&body](const std::string& label) {
    for (const PushedFamily& family : body.families) {
      if (family.label_values.count(label) == 0) continue;
      return absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(family.name), ": the label ", SafeText(label),
                                                     " is one of the group's, and the gateway would overwrite it"));
    }
    return absl::OkStatus();
  };
  if (const absl::Status status = check("job"); !status.ok()) return status;
  for (const auto& [name, value] : group.labels) {
    if (const absl::Status status = check(name); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace seriesguard
