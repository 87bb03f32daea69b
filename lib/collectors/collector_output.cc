// SPDX-License-Identifier: Apache-2.0
//
// collector_output.cc: see the header.
#include "lib/collectors/collector_output.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

constexpr size_t kMostTextBytes = size_t{1} << 30;

std::string ShownValues(const std::string_view* values, size_t count) {
  std::string shown;
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&shown, i == 0 ? "" : ", ", "\"", SafeText(values[i]), "\"");
  return absl::StrCat("{", shown, "}");
}

}  // namespace

void CollectorOutput::Refuse(const ToldFamily& family, const std::string& what) {
  if (status_.ok()) status_ = absl::InvalidArgumentError(absl::StrCat("metric ", SafeText(family.name()), ": ", what));
}

ToldFamily& CollectorOutput::AddFamily(MetricKind kind, std::string name, std::string help, std::string unit,
                                       std::vector<std::string> labels, std::vector<double> boundaries) {
  const bool is_known = std::any_of(families_.begin(), families_.end(),
                                    [&name](const ToldFamily& family) { return family.name() == name; });
  families_.emplace_back();
  ToldFamily& family = families_.back();
  family.output_ = this;
  family.kind_ = kind;
  family.name_ = std::move(name);
  family.help_ = std::move(help);
  family.unit_ = std::move(unit);
  family.labels_ = std::move(labels);
  family.boundaries_ = std::move(boundaries);
  if (kind == MetricKind::kHistogram) family.parts_ = family.boundaries_.size() + 1;
  if (kind == MetricKind::kSummary) family.parts_ = 1;
  if (is_known) Refuse(family, "the collector tells it twice in one run");
  return family;
}

void ToldFamily::AddPoint(const std::string_view* values, size_t count, CollectedPoint point) {
  if (!output_->status_.ok()) return;
  if (count != labels_.size()) {
    return output_->Refuse(*this, absl::StrCat(count, " label values ", ShownValues(values, count), " for ",
                                               labels_.size(), " label names"));
  }
  if (output_->left_ == 0) {
    return output_->Refuse(*this, absl::StrCat("the run tells more than ", output_->most_, " label sets"));
  }
  if (point.buckets.size() != parts_) {
    return output_->Refuse(*this, absl::StrCat(point.buckets.size(), " bucket counts for ", ShownValues(values, count),
                                               "; the family has ", parts_));
  }
  if (kind_ == MetricKind::kCounter && !(point.value >= 0 && point.value <= std::numeric_limits<double>::max())) {
    return output_->Refuse(*this, absl::StrCat("the counter ", ShownValues(values, count), " is ", point.value));
  }
  std::string identity;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t size = static_cast<uint32_t>(std::min<size_t>(values[i].size(), UINT32_MAX));
    identity.append(reinterpret_cast<const char*>(&size), sizeof size);
    identity.append(values[i].data(), values[i].size());
  }
  if (identity.size() > kMostTextBytes - text_.size()) return output_->Refuse(*this, "its label values exceed 1 GiB");
  if (!seen_.insert(std::move(identity)).second) {
    return output_->Refuse(*this, absl::StrCat("the label set ", ShownValues(values, count), " is told twice"));
  }
  --output_->left_;
  for (size_t i = 0; i < count; ++i) {
    text_.append(values[i].data(), values[i].size());
    sizes_.push_back(static_cast<uint32_t>(values[i].size()));
  }
  points_.push_back(std::move(point));
}

}  // namespace seriesguard
