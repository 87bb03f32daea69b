// SPDX-License-Identifier: Apache-2.0
//
// id_form.h: names and numbers that machines make up.
//
// Threads:  pure functions.
// Cost:     linear in the value.
// Source:   docs/patterns.md; RFC 9562 (UUID); Kubernetes 1.30: apimachinery/pkg/util/rand (SafeEncodeString and its
//           alphabet), pkg/controller (ComputeHash, names of pods).
#ifndef SERIESGUARD_ANALYZER_PATTERNS_ID_FORM_H_
#define SERIESGUARD_ANALYZER_PATTERNS_ID_FORM_H_

#include <cstddef>
#include <string_view>

#include "analyzer/patterns/byte_profile.h"
#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

bool IsUuid(std::string_view value);
bool IsHexId(std::string_view value, const ByteProfile& profile);
bool IsNumber(std::string_view value);  // decimal, not an integer; infinities and NaN
bool IsVersion(std::string_view value);

// What Kubernetes has added to a name.
struct KubernetesName {
  ValuePattern pattern = ValuePattern::kOther;  // kPod, kReplicaSet, or kOther
  size_t base_bytes = 0;                        // of the name before all that was added, without the hyphen
  bool has_owner = false;                       // kPod: a ReplicaSet or a Job stands between the two
  bool is_job = false;                          // ... a run of a CronJob
};
KubernetesName ReadKubernetesName(std::string_view value);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_PATTERNS_ID_FORM_H_
