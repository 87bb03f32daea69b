// SPDX-License-Identifier: Apache-2.0
//
// http_request.cc: see the header.
#include "lib/push/http_request.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <new>

namespace seriesguard {
namespace {

// Once, and never undone: another library of the process may use curl as well.
bool IsCurlReady() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  return code == CURLE_OK;
}

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// Holds SIGPIPE off in this thread and takes one that came meanwhile: TLS libraries write without MSG_NOSIGNAL.
class NoSigPipe {
 public:
  NoSigPipe() {
    sigset_t pending;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    was_pending_ = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    is_held_ = !was_pending_ && pthread_sigmask(SIG_BLOCK, &pipe_, &before_) == 0;
  }
  ~NoSigPipe() {
    if (!is_held_) return;
    const timespec none = {0, 0};
    while (sigtimedwait(&pipe_, nullptr, &none) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigPipe(const NoSigPipe&) = delete;
  NoSigPipe& operator=(const NoSigPipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false, is_held_ = false;
};

size_t KeepBeginning(char* data, size_t size, size_t count, void* to) {
  auto* const body = static_cast<std::string*>(to);
  const size_t bytes = size * count;
  const size_t kept = std::min(bytes, kMostAnswerBytes - body->size());
  try {
    body->append(data, kept);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return kept;  // fewer than came: curl hangs up
}

// The first option that curl does not take is the result.
class Options {
 public:
  explicit Options(CURL* curl) : curl_(curl) {}
  template <typename Value>
  void Set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(curl_, option, value);
  }
  CURLcode code() const { return code_; }

 private:
  CURL* const curl_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace

HttpOutcome SendHttp(const HttpTarget& target, const char* method, std::string_view content_type,
                     std::string_view body) {
  HttpOutcome outcome;
  const std::unique_ptr<CURL, CurlDeleter> curl(IsCurlReady() ? curl_easy_init() : nullptr);
  if (curl == nullptr) {
    outcome.code = CURLE_FAILED_INIT;
    return outcome;
  }
  const std::string type = "Content-Type: " + std::string(content_type);
  std::unique_ptr<curl_slist, CurlDeleter> headers(curl_slist_append(nullptr, type.c_str()));
  // Without this curl asks first whether it may send a large body, and waits a second for gateways that do not answer that.
  if (headers == nullptr || curl_slist_append(headers.get(), "Expect:") == nullptr) {
    outcome.code = CURLE_OUT_OF_MEMORY;
    return outcome;
  }
  char words[CURL_ERROR_SIZE] = "";
  Options options(curl.get());
  options.Set(CURLOPT_ERRORBUFFER, words);
  options.Set(CURLOPT_NOSIGNAL, 1L);
  options.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  options.Set(CURLOPT_URL, target.url.c_str());
  options.Set(CURLOPT_PATH_AS_IS, 1L);
  options.Set(CURLOPT_PROXY, target.proxy.c_str());
  options.Set(CURLOPT_CUSTOMREQUEST, method);
  options.Set(CURLOPT_USERAGENT, "seriesguard");
  options.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(target.connect_timeout.count()));
  options.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(target.timeout.count()));
  options.Set(CURLOPT_WRITEFUNCTION, &KeepBeginning);
  options.Set(CURLOPT_WRITEDATA, static_cast<void*>(&outcome.body));
  if (std::string_view(method) != "DELETE") {
    options.Set(CURLOPT_HTTPHEADER, headers.get());
    options.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    options.Set(CURLOPT_POSTFIELDS, body.data());
  }
  if (!target.user.empty()) {
    options.Set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    options.Set(CURLOPT_USERNAME, target.user.c_str());
    options.Set(CURLOPT_PASSWORD, target.password.c_str());
  }
  if (!target.ca_file.empty()) options.Set(CURLOPT_CAINFO, target.ca_file.c_str());
  outcome.code = options.code();
  if (outcome.code != CURLE_OK) return outcome;
  {
    const NoSigPipe no_sig_pipe;
    outcome.code = curl_easy_perform(curl.get());
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &outcome.http_status);
  // Hung up because the answer was long: what it says is known.
  if (outcome.code == CURLE_WRITE_ERROR && outcome.body.size() == kMostAnswerBytes) outcome.code = CURLE_OK;
  outcome.detail = words;
  return outcome;
}

bool ParseHttpUrl(const std::string& url, bool* is_plain) {
  const std::unique_ptr<CURLU, CurlDeleter> parsed(curl_url());
  if (parsed == nullptr || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  const auto has = [&parsed](CURLUPart part) {
    char* text = nullptr;
    const bool is_there = curl_url_get(parsed.get(), part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return is_there;
  };
  char* scheme = nullptr;
  const bool has_scheme = curl_url_get(parsed.get(), CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK;
  const bool is_http = has_scheme && (std::string_view(scheme) == "http" || std::string_view(scheme) == "https");
  curl_free(scheme);
  *is_plain = is_http && has(CURLUPART_HOST) && !has(CURLUPART_USER) && !has(CURLUPART_PASSWORD) &&
              !has(CURLUPART_QUERY) && !has(CURLUPART_FRAGMENT);
  return true;
}

}  // namespace seriesguard
