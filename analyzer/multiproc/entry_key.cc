// SPDX-License-Identifier: Apache-2.0
//
// entry_key.cc: a handler of JSON events that knows one shape and stops at the first event that does not fit. Nothing is
// built for the events, so a hostile key costs its own length.
#include "analyzer/multiproc/entry_key.h"

#include <algorithm>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace seriesguard {
namespace {

using Json = nlohmann::json;

class KeyHandler final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Misfit(); }
  bool boolean(bool) override { return Misfit(); }
  bool number_integer(number_integer_t) override { return Misfit(); }
  bool number_unsigned(number_unsigned_t) override { return Misfit(); }
  bool number_float(number_float_t, const string_t&) override { return Misfit(); }
  bool binary(binary_t&) override { return Misfit(); }

  bool start_array(std::size_t) override {
    if (place_ != kBegin) return Misfit();
    place_ = kMetric;
    return true;
  }
  bool end_array() override {
    if (place_ != kArrayEnd) return Misfit();
    place_ = kDone;
    return true;
  }
  bool start_object(std::size_t) override {
    if (place_ != kLabels) return Misfit();
    place_ = kInLabels;
    return true;
  }
  bool end_object() override {
    place_ = kHelp;  // objects occur nowhere else
    return true;
  }
  bool key(string_t& name) override {
    if (!IsFit(name)) return false;
    key_.labels.emplace_back(std::move(name), std::string());
    return true;
  }
  bool string(string_t& text) override {
    if (!IsFit(text)) return false;
    switch (place_) {
      case kMetric:
        key_.metric = std::move(text);
        place_ = kSample;
        return true;
      case kSample:
        key_.sample = std::move(text);
        place_ = kLabels;
        return true;
      case kInLabels: key_.labels.back().second = std::move(text); return true;
      case kHelp:
        key_.help = std::move(text);
        place_ = kArrayEnd;
        return true;
      case kBegin:
      case kLabels:
      case kArrayEnd:
      case kDone: break;
    }
    return Misfit();
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    reason_ = "its key is not valid JSON";
    return false;
  }

  bool is_done() const { return place_ == kDone; }
  const char* reason() const { return reason_; }
  EntryKey TakeKey() { return std::move(key_); }

 private:
  enum Place { kBegin, kMetric, kSample, kLabels, kInLabels, kHelp, kArrayEnd, kDone };

  bool Misfit() {
    reason_ = "its key is not the JSON of [metric, sample, labels, help]";
    return false;
  }
  bool IsFit(const std::string& text) {
    if (text.find('\0') == std::string::npos) return true;
    reason_ = "its key holds a NUL character: a server drops the whole scrape";
    return false;
  }

  Place place_ = kBegin;
  EntryKey key_;
  const char* reason_ = "its key is not valid JSON";
};

absl::Status Check(const EntryKey& key) {
  if (key.metric.empty() || key.sample.empty()) return absl::InvalidArgumentError("its key has an empty name");
  for (size_t i = 0; i < key.labels.size(); ++i) {
    const std::string& name = key.labels[i].first;
    if (name.empty()) return absl::InvalidArgumentError("its key has a label without a name");
    if (name == "__name__") {
      return absl::InvalidArgumentError("its key has the label __name__: a server drops the whole scrape");
    }
    if (i > 0 && key.labels[i - 1].first == name) return absl::InvalidArgumentError("its key has a label twice");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EntryKey> ParseEntryKey(std::string_view json) {
  KeyHandler handler;
  // A byte order mark is no part of JSON, and the writer puts none.
  const bool begins_well = !json.empty() && json.front() == '[';
  if (!begins_well || !Json::sax_parse(json.begin(), json.end(), &handler) || !handler.is_done()) {
    return absl::InvalidArgumentError(handler.reason());
  }
  EntryKey key = handler.TakeKey();
  std::stable_sort(key.labels.begin(), key.labels.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (absl::Status status = Check(key); !status.ok()) return status;
  return key;
}

}  // namespace seriesguard
