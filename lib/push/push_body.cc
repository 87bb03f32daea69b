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
#include "lib/metrics/text_writer.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

uint64_t SeriesOf(const CollectedFamily& family) {
  const uint64_t each = family.type == CollectedType::kHistogram ? family.boundaries.size() + 3 : 1;
  return each * family.series.size();
}

PushedFamily Describe(const CollectedFamily& family) {
  PushedFamily pushed;
  pushed.name = family.name;
  pushed.series = SeriesOf(family);
  LabelRenamer renamer(NameEscaping::kUnderscores);
  std::string renamed;
  for (const CollectedSeries& one : family.series) {
    renamed.clear();
    renamer.Append(family.Labels(one), &renamed);
    std::string_view rest = renamed;
    RenderedLabel label;
    while (TakeRenderedLabel(&rest, &label)) {
      pushed.label_values[std::string(label.name)].emplace(label.value.substr(1, label.value.size() - 2));
    }
  }
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
    body.families.push_back(Describe(family));
    AppendTextFamily(family, NameEscaping::kUnderscores, &body.text);
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
