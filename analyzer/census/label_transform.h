// SPDX-License-Identifier: Apache-2.0
//
// label_transform.h: a change to one label, for counting what would be left after it.
#ifndef SERIESGUARD_ANALYZER_CENSUS_LABEL_TRANSFORM_H_
#define SERIESGUARD_ANALYZER_CENSUS_LABEL_TRANSFORM_H_

#include <functional>
#include <string>
#include <string_view>

namespace seriesguard {

// What happens to one label before a recount. `map` takes a distinct value (never that of an absent label) and returns
// the value in its place; an empty string means that the label is then absent. It must be a pure function: it is
// called for each distinct value at least once, and again in every further pass over the label.
struct LabelTransform {
  std::string label;
  bool drop = false;
  std::function<std::string(std::string_view value)> map;  // empty function: keep
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_LABEL_TRANSFORM_H_
