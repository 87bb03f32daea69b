// SPDX-License-Identifier: Apache-2.0
//
// value_template.cc: see the header.
#include "analyzer/patterns/value_template.h"

#include <algorithm>
#include <cstddef>

#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/id_form.h"
#include "rules/path_normalizer.h"

namespace seriesguard {
namespace {

std::string InBraces(std::string_view name) { return std::string("{").append(name).append("}"); }

bool IsVariable(ValuePattern pattern) {
  switch (pattern) {
    case ValuePattern::kUuid:
    case ValuePattern::kTimestamp:
    case ValuePattern::kIp:
    case ValuePattern::kEmail:
    case ValuePattern::kToken:
    case ValuePattern::kHexId:
    case ValuePattern::kInteger:
    case ValuePattern::kBase64:
    case ValuePattern::kPod:
    case ValuePattern::kReplicaSet: return true;
    default: return false;
  }
}

// The template of one segment of a path.
std::string SegmentTemplate(std::string_view segment) {
  if (segment.empty() || (segment.front() == '{' && segment.back() == '}')) return std::string(segment);
  const ValuePattern pattern = ClassifyWhole(segment).pattern;
  if (pattern == ValuePattern::kPod || pattern == ValuePattern::kReplicaSet) return TemplateOfValue(segment, pattern);
  if (IsVariable(pattern)) {
    return pattern == ValuePattern::kInteger || pattern == ValuePattern::kHexId ? "{id}"
                                                                                : InBraces(ValuePatternName(pattern));
  }
  std::string scratch;
  return std::string(NormalizePath(segment, &scratch));
}

std::string TemplateOfUrl(std::string_view url) {
  const size_t host = url.find("://") + 3;
  size_t path = url.find('/', host);
  path = std::min({path, url.find('?', host), url.find('#', host), url.size()});
  std::string text(url.substr(0, host));
  std::string_view authority = url.substr(host, path - host);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    text += "{user}@";
    authority.remove_prefix(at + 1);
  }
  const ValuePattern pattern = ClassifyWhole(authority).pattern;
  const bool is_address =
      pattern == ValuePattern::kIp || (pattern == ValuePattern::kHostPort && ClassifyWhole(authority).personal != 0);
  text += is_address ? TemplateOfValue(authority, pattern) : std::string(authority);
  return path < url.size() && url[path] == '/' ? text + TemplateOfPath(url.substr(path)) : text;
}

}  // namespace

std::string TemplateOfPath(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  std::string route;
  for (size_t at = 0; at < path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    route += SegmentTemplate(path.substr(at, slash - at));
    if (slash < path.size()) route.push_back('/');
    at = slash + 1;
  }
  return route;
}

std::string TemplateOfValue(std::string_view value, ValuePattern pattern) {
  switch (pattern) {
    case ValuePattern::kEmpty:
    case ValuePattern::kWord: return std::string(value);
    case ValuePattern::kPath: {
      const size_t start = value.front() == '/' ? 0 : value.find('/');
      return std::string(value.substr(0, start)).append(TemplateOfPath(value.substr(start)));
    }
    case ValuePattern::kUrl: return TemplateOfUrl(value);
    case ValuePattern::kPod:
    case ValuePattern::kReplicaSet: {
      const KubernetesName name = ReadKubernetesName(value);
      std::string text(value.substr(0, name.base_bytes));
      if (pattern == ValuePattern::kReplicaSet) return text + "-{replicaset}";
      if (name.has_owner) text += name.is_job ? "-{job}" : "-{replicaset}";
      return text + "-{pod}";
    }
    case ValuePattern::kHostPort:
      return ClassifyWhole(value.substr(0, value.rfind(':'))).pattern == ValuePattern::kIp ? "{ip}:{port}"
                                                                                           : "{host}:{port}";
    case ValuePattern::kInteger: return "{id}";
    case ValuePattern::kOther: {
      if (value.find('{') != std::string_view::npos) return std::string(value);
      std::string scratch;
      return std::string(NormalizePath(value, &scratch));
    }
    default: return InBraces(ValuePatternName(pattern));
  }
}

}  // namespace seriesguard
