// SPDX-License-Identifier: Apache-2.0
//
// sample_values.cc: samples of one name stand together, so the vector of the one before is mostly the right one.
#include "analyzer/forecast/sample_values.h"

#include <limits>

#include "analyzer/exposition/go_float.h"
#include "analyzer/exposition/sample_value.h"

namespace seriesguard {

void SampleValues::OnSample(size_t input, const SampleEvent& sample) {
  if (latest_ == nullptr || !sample.same_names || input != latest_input_) {
    latest_ = &of_name_[std::string(sample.name())];
    latest_input_ = input;
  }
  double value = 0;
  if (!ParseGoFloat(SampleValueText(sample), &value)) value = std::numeric_limits<double>::quiet_NaN();
  latest_->push_back(value);
}

const std::vector<double>* SampleValues::Of(std::string_view name) const {
  const auto found = of_name_.find(std::string(name));
  return found == of_name_.end() ? nullptr : &found->second;
}

}  // namespace seriesguard
