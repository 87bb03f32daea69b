// SPDX-License-Identifier: Apache-2.0
//
// push_group.cc: see the header.
#include "lib/push/push_group.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/metrics/exposition_escape.h"
#include "rules/safe_text.h"
#include "rules/utf8.h"

namespace seriesguard {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '~';
}

bool StandsAsItIs(std::string_view value) {
  return !value.empty() && value != "." && value != ".." && std::all_of(value.begin(), value.end(), IsUnreserved);
}

absl::Status AppendLabel(const std::string& name, const std::string& value, std::string* path) {
  if (!IsValidUtf8(value)) {
    return absl::InvalidArgumentError(absl::StrCat("the value of the grouping label ", SafeText(name),
                                                   " is not UTF-8: ", SafeTextTruncated(value, 80)));
  }
  if (StandsAsItIs(value)) {
    absl::StrAppend(path, "/", name, "/", value);
  } else {
    // A lone = is how the gateway's README writes the empty value: a path segment cannot be empty.
    absl::StrAppend(path, "/", name, "@base64/", value.empty() ? "=" : absl::WebSafeBase64Escape(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PathOfGroup(const PushGroup& group) {
  if (group.job.empty()) return absl::InvalidArgumentError("a push needs the name of its job, which is empty");
  std::string path = "/metrics";
  if (const absl::Status status = AppendLabel("job", group.job, &path); !status.ok()) return status;
  std::set<std::string_view> seen = {"job"};
  for (const auto& [name, value] : group.labels) {
    if (!IsClassicLabelName(name) || name.compare(0, 2, "__") == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("a grouping label is of letters, digits and _, without a digit or __ in front, which ",
                       SafeTextTruncated(name, 80), " is not"));
    }
    if (!seen.insert(name).second) {
      return absl::InvalidArgumentError(absl::StrCat("the grouping label ", SafeText(name), " is given twice"));
    }
    if (const absl::Status status = AppendLabel(name, value, &path); !status.ok()) return status;
  }
  return path;
}

}  // namespace seriesguard
