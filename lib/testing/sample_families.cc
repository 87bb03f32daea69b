// SPDX-License-Identifier: Apache-2.0
//
// sample_families.cc: the rules in the order in which the page has them.
#include "lib/testing/sample_families.h"

#include <string_view>
#include <utility>

namespace seriesguard {
namespace {

struct SuffixOfType {
  const char* type;
  const char* suffix;
};
constexpr SuffixOfType kSuffixes[] = {
    {"histogram", "_bucket"},      {"histogram", "_sum"},       {"histogram", "_count"}, {"histogram", "_created"},
    {"summary", "_sum"},           {"summary", "_count"},       {"summary", "_created"}, {"counter", "_total"},
    {"counter", "_created"},       {"gaugehistogram", "_gsum"}, {"info", "_info"},       {"gaugehistogram", "_gcount"},
    {"gaugehistogram", "_bucket"},
};

bool Allows(std::string_view type, std::string_view suffix) {
  for (const SuffixOfType& one : kSuffixes) {
    if (type == one.type && suffix == one.suffix) return true;
  }
  return false;
}

class Resolver {
 public:
  Resolver(const std::map<std::string, bool>& has_le, const std::map<std::string, std::string>& types)
      : has_le_(has_le), types_(types) {}

  std::string FamilyOf(const std::string& name) const {
    std::string base;
    if (Strip(name, "_created", &base)) {
      for (const std::string& owner : {base, base + "_total"}) {
        const auto declared = types_.find(owner);
        if (declared != types_.end() && Allows(declared->second, "_created")) return Named(owner);
      }
      if (IsInferredHistogram(base)) return base;
      if (!IsDeclared(name) && has_le_.count(base + "_total") > 0) return base + "_total";
    }
    if (IsDeclared(name)) return Named(name);
    for (const char* const suffix : {"_bucket", "_sum", "_count", "_created", "_total", "_gsum", "_gcount", "_info"}) {
      if (!Strip(name, suffix, &base)) continue;
      const auto declared = types_.find(base);
      if (declared != types_.end() && Allows(declared->second, suffix)) return Named(base);
      if (Allows("histogram", suffix) && IsInferredHistogram(base)) return base;
    }
    return name;
  }

 private:
  static bool Strip(const std::string& name, std::string_view suffix, std::string* base) {
    if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
      return false;
    *base = name.substr(0, name.size() - suffix.size());
    return true;
  }
  bool IsDeclared(const std::string& name) const { return types_.count(name) > 0; }
  bool IsUndeclaredSample(const std::string& name) const { return has_le_.count(name) > 0 && !IsDeclared(name); }

  // No TYPE line speaks of it, but its samples look like one.
  bool IsInferredHistogram(const std::string& base) const {
    const auto bucket = has_le_.find(base + "_bucket");
    if (bucket == has_le_.end() || !bucket->second || IsDeclared(bucket->first) || IsDeclared(base)) return false;
    return IsUndeclaredSample(base + "_sum") || IsUndeclaredSample(base + "_count");
  }

  // A declared family as it is called: a counter with _total, also where OpenMetrics declares it without.
  std::string Named(const std::string& declared) const {
    std::string base;
    if (types_.at(declared) != "counter" || Strip(declared, "_total", &base)) return declared;
    return IsUndeclaredSample(declared + "_total") ? declared + "_total" : declared;
  }

  const std::map<std::string, bool>& has_le_;
  const std::map<std::string, std::string>& types_;
};

}  // namespace

std::map<std::string, std::string> FamiliesOfSamples(const std::map<std::string, bool>& has_le,
                                                     const std::map<std::string, std::string>& types) {
  const Resolver resolver(has_le, types);
  std::map<std::string, std::string> families;
  for (const auto& [name, ignored] : has_le) families.emplace(name, resolver.FamilyOf(name));
  return families;
}

}  // namespace seriesguard
