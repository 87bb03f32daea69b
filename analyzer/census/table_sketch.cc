// SPDX-License-Identifier: Apache-2.0
//
// table_sketch.cc: how much memory it takes.
#include "analyzer/census/table_sketch.h"

namespace seriesguard {

size_t TableSketch::bytes() const {
  size_t sum = inputs.capacity() * sizeof(InputSketch);
  for (const InputSketch& input : inputs) {
    sum += input.series.bytes() + input.label_sets.bytes() + input.labels.capacity() * sizeof(LabelSketch);
    for (const LabelSketch& label : input.labels) sum += label.values.bytes();
  }
  return sum;
}

}  // namespace seriesguard
