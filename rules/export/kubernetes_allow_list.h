// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_allow_list.h: the allow-lists of a policy as the manifest of Kubernetes components, and back.
//
// Threads:  pure functions.
// Source:   Kubernetes, component-base/metrics: --allow-metric-labels-manifest names a YAML map from "metric,label" to
//           "value,value"; a value that is not in the list becomes `unexpected`, the empty one as well. The list is split
//           at commas and nothing is trimmed, so that "" and ",a" admit the empty value.
#ifndef SERIESGUARD_RULES_EXPORT_KUBERNETES_ALLOW_LIST_H_
#define SERIESGUARD_RULES_EXPORT_KUBERNETES_ALLOW_LIST_H_

#include <cstddef>
#include <string>

#include "rules/policy.h"

namespace seriesguard {

struct AllowListExport {
  std::string text;     // the manifest
  size_t lists = 0;     // entries of it
  size_t refusals = 0;  // allow-lists that the manifest cannot hold; comments of the text say why
};

// Returns the allow-lists of exactly named metrics. An absent label stays as it is under a policy, so that each list
// admits the empty value too; one that came from a manifest is written as it was. Other rules are named in comments.
AllowListExport MakeAllowList(const Policy& policy);

struct AllowListImport {
  std::string text;              // a policy
  size_t empty_value_lists = 0;  // lists under which Kubernetes makes an absent label `unexpected`, and a policy cannot
};

// Returns the policy that says what the manifest `manifest` says. Whether it is a sound one is for ReadPolicy to tell.
//
// Requires:  manifest.from_kubernetes_manifest.
AllowListImport PolicyFromAllowList(const Policy& manifest);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_EXPORT_KUBERNETES_ALLOW_LIST_H_
