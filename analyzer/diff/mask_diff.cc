// SPDX-License-Identifier: Apache-2.0
//
// mask_diff.cc: only listed values hold bytes of a value.
#include "analyzer/diff/mask_diff.h"

#include <string>
#include <utility>

#include "analyzer/patterns/personal_parts.h"

namespace seriesguard {

void MaskDiff(Diff* diff) {
  for (MetricChange& metric : diff->metrics) {
    for (LabelChange& label : metric.labels) {
      for (ValueChange* change : {&label.added, &label.gone}) {
        for (ChangedValue& value : change->top) {
          std::string masked = MaskPersonal(value.value);
          if (masked == value.value) continue;
          value.value = std::move(masked);
          ++diff->masked_values;
        }
      }
    }
  }
}

}  // namespace seriesguard
