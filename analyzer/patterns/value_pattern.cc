// SPDX-License-Identifier: Apache-2.0
//
// value_pattern.cc: the names.
#include "analyzer/patterns/value_pattern.h"

namespace seriesguard {

std::string_view ValuePatternName(ValuePattern pattern) {
  switch (pattern) {
    case ValuePattern::kEmpty: return "empty";
    case ValuePattern::kUuid: return "uuid";
    case ValuePattern::kTimestamp: return "timestamp";
    case ValuePattern::kIp: return "ip";
    case ValuePattern::kEmail: return "email";
    case ValuePattern::kToken: return "token";
    case ValuePattern::kUrl: return "url";
    case ValuePattern::kSql: return "sql";
    case ValuePattern::kStackTrace: return "stack_trace";
    case ValuePattern::kPath: return "path";
    case ValuePattern::kHostPort: return "host_port";
    case ValuePattern::kHost: return "host";
    case ValuePattern::kVersion: return "version";
    case ValuePattern::kHexId: return "hex_id";
    case ValuePattern::kInteger: return "integer";
    case ValuePattern::kNumber: return "number";
    case ValuePattern::kPod: return "pod";
    case ValuePattern::kReplicaSet: return "replicaset";
    case ValuePattern::kBase64: return "base64";
    case ValuePattern::kText: return "text";
    case ValuePattern::kWord: return "word";
    case ValuePattern::kOther: break;
  }
  return "other";
}

}  // namespace seriesguard
