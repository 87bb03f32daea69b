// SPDX-License-Identifier: Apache-2.0
//
// curl_library.cc: dlopen by the name that Debian's libcurl4, and every other build of the OpenSSL flavour, has.
#include "analyzer/input/curl_library.h"

#include <dlfcn.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

// <curl/curl.h> makes macros of the variadic functions, which would hide their addresses.
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace seriesguard {
namespace {

constexpr char kLibrary[] = "libcurl.so.4";

template <typename Function>
bool Find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(::dlsym(library, name));
  return *function != nullptr;
}

absl::StatusOr<const CurlLibrary*> Load() {
  void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return absl::UnavailableError(absl::StrCat("http and https are read by ", kLibrary,
                                               ", which is not installed (Debian: apt install libcurl4)"));
  }
  auto* const table = new CurlLibrary();
  decltype(&::curl_global_init) global_init = nullptr;
  const bool has_all = Find(library, "curl_global_init", &global_init) &&
                       Find(library, "curl_easy_init", &table->easy_init) &&
                       Find(library, "curl_easy_setopt", &table->easy_setopt) &&
                       Find(library, "curl_easy_getinfo", &table->easy_getinfo) &&
                       Find(library, "curl_easy_cleanup", &table->easy_cleanup) &&
                       Find(library, "curl_easy_strerror", &table->easy_strerror) &&
                       Find(library, "curl_slist_append", &table->slist_append) &&
                       Find(library, "curl_slist_free_all", &table->slist_free_all) &&
                       Find(library, "curl_multi_init", &table->multi_init) &&
                       Find(library, "curl_multi_add_handle", &table->multi_add_handle) &&
                       Find(library, "curl_multi_remove_handle", &table->multi_remove_handle) &&
                       Find(library, "curl_multi_perform", &table->multi_perform) &&
                       Find(library, "curl_multi_poll", &table->multi_poll) &&
                       Find(library, "curl_multi_info_read", &table->multi_info_read) &&
                       Find(library, "curl_multi_cleanup", &table->multi_cleanup);
  if (!has_all || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(kLibrary, " is older than 7.85, or cannot be started"));
  }
  return table;
}

}  // namespace

absl::StatusOr<const CurlLibrary*> LoadCurl() {
  static const auto* const loaded = new absl::StatusOr<const CurlLibrary*>(Load());
  return *loaded;
}

}  // namespace seriesguard
