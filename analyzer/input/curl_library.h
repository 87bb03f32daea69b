// SPDX-License-Identifier: Apache-2.0
//
// curl_library.h: the functions of libcurl that are used here, found when the first address is read.
//
// Use:      LoadCurl() once a fetch; the table stays valid for the life of the process.
// Threads:  any.
// Errors:   Unavailable where the library is missing, with the package to install.
// Why:      linking libcurl costs every start 5.5 ms (it brings some 30 libraries with it; a program that does nothing,
//           100 starts: 0.10 s without it, 0.65 s with it), although most runs read files, and a program that links it does not start where it is missing. The
//           types come from <curl/curl.h>, so that the compiler checks every call; the ABI of libcurl.so.4 is stable.
#ifndef SERIESGUARD_ANALYZER_INPUT_CURL_LIBRARY_H_
#define SERIESGUARD_ANALYZER_INPUT_CURL_LIBRARY_H_

#include <curl/curl.h>

#include "absl/status/statusor.h"

namespace seriesguard {

struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_cleanup) multi_cleanup;
};

// Lifetime:  the table and the library are never given back.
absl::StatusOr<const CurlLibrary*> LoadCurl();

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_CURL_LIBRARY_H_
