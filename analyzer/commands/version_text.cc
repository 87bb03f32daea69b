// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/version_text.h"

#include <zlib.h>
#include <zstd.h>

#include <string_view>

#include "absl/strings/str_cat.h"
#include "analyzer/commands/build_commit.h"
#include "analyzer/commands/output_formats.h"
#include "analyzer/commands/version.h"

namespace seriesguard {
namespace {

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang " __clang_version__;
#elif defined(__GNUC__)
constexpr std::string_view kCompiler = "g++ " __VERSION__;
#else
constexpr std::string_view kCompiler = "another";
#endif

#if defined(__SSE2__)
constexpr std::string_view kScanner = "SSE2, 16 bytes at a time";  // analyzer/exposition/scan.h
#else
constexpr std::string_view kScanner = "portable, a byte at a time";
#endif

std::string FormatNames() {
  std::string names;
  for (const std::string_view name : kOutputFormatNames) names.append(names.empty() ? "" : ", ").append(name);
  return names;
}

}  // namespace

std::string VersionText() {
  return absl::StrCat(
      std::string(kToolAndVersion), "\ncommit     ", std::string(BuildCommit()), "\ncompiler   ",
      std::string(kCompiler),
      "\nreads      Prometheus text 0.0.4 and 1.0.0, OpenMetrics 1.0, folders of client_python's worker files"
      "\npacked     gzip (zlib ",
      zlibVersion(), "), zstd (", ZSTD_versionString(),
      ")\naddresses  http and https, by libcurl (loaded when the first address is read)\nformats    ", FormatNames(),
      "\nscanner    ", std::string(kScanner), "\n");
}

}  // namespace seriesguard
