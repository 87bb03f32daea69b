// SPDX-License-Identifier: Apache-2.0
//
// kubernetes_manifest.h: the allow-list manifest of Kubernetes components as a policy.
//
// Threads:  one thread a call.
// Errors:   findings.
// Source:   Kubernetes component-base, metrics/opts.go: `"metric,label": "v1,v2"`; a value that is not in the list
//           becomes `unexpected`, the empty one as well; the list "" therefore admits only the empty value. The help
//           text of the flag shows the map below `allowListMapping:`, the code reads it flat; both are taken here.
#ifndef SERIESGUARD_RULES_READING_KUBERNETES_MANIFEST_H_
#define SERIESGUARD_RULES_READING_KUBERNETES_MANIFEST_H_

#include "rules/policy.h"
#include "rules/reading/findings.h"
#include "rules/reading/yaml_tree.h"

namespace seriesguard {

// Says whether `root` is meant as such a manifest: it has the key `allowListMapping`, or nothing but keys with a comma.
bool IsKubernetesManifest(const YamlNode& root);

// Fills `policy->metrics`: one rule a metric, in the order of the file; its labels have `allow`, `otherwise: unexpected`
// and applies_to_absent.
void ReadKubernetesManifest(const YamlNode& root, Policy* policy, Findings* findings);

}  // namespace seriesguard

#endif  // SERIESGUARD_RULES_READING_KUBERNETES_MANIFEST_H_
