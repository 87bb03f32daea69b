// SPDX-License-Identifier: Apache-2.0
//
// http_transfer.cc: the options of libcurl, the two callbacks, and what its codes mean to a person.
#include "analyzer/input/http_transfer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#undef curl_easy_setopt  // macros of <curl/curl.h> that only fit the functions of those names
#undef curl_easy_getinfo

namespace seriesguard {
namespace {

constexpr size_t kMaxHeaderBytes = size_t{256} << 10;
constexpr size_t kMaxReasonBytes = 80;
constexpr size_t kMaxValueBytes = 1024;
constexpr long kStatusOk = 200;
constexpr int64_t kNsOfMs = 1'000'000;
constexpr int64_t kConnectTimeoutNs = 10'000'000'000;

std::string_view Trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// "0.5", "10": the server writes its time-out so.
std::string Seconds(int64_t ns) { return absl::StrCat(static_cast<double>(ns) / 1e9); }

std::string Tenths(int64_t ns) { return absl::StrFormat("%.1fs", static_cast<double>(ns) / 1e9); }

bool IsTlsFailure(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_INVALIDCERTSTATUS: return true;
    default: return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpTransfer>> HttpTransfer::Start(const CurlLibrary* curl, const HttpUrl& url,
                                                                  const HttpRequestOptions& options,
                                                                  int64_t timeout_ns) {
  std::unique_ptr<HttpTransfer> transfer(new HttpTransfer(curl, options, timeout_ns));
  const absl::Status status = transfer->SetUp(url);
  if (!status.ok()) return status;
  return transfer;
}

HttpTransfer::~HttpTransfer() {
  if (handle_ != nullptr) curl_->easy_cleanup(handle_);
  curl_->slist_free_all(headers_);
}

bool HttpTransfer::AddHeader(const std::string& line) {
  curl_slist* const longer = curl_->slist_append(headers_, line.c_str());
  if (longer != nullptr) headers_ = longer;
  return longer != nullptr;
}

absl::Status HttpTransfer::SetUp(const HttpUrl& url) {
  handle_ = curl_->easy_init();
  if (handle_ == nullptr) return absl::ResourceExhaustedError("libcurl has no memory for a request");
  bool is_set = AddHeader(absl::StrCat("Accept: ", options_.accept)) && AddHeader("Accept-Encoding: gzip") &&
                AddHeader(absl::StrCat("X-Prometheus-Scrape-Timeout-Seconds: ", Seconds(options_.timeout_ns)));
  if (!options_.authorization.empty()) {
    is_set = is_set && AddHeader(absl::StrCat("Authorization: ", options_.authorization));
  }
  const auto set = [this, &is_set](CURLoption option, auto value) {
    is_set = is_set && curl_->easy_setopt(handle_, option, value) == CURLE_OK;
  };
  const int64_t timeout_ms = std::max<int64_t>(timeout_ns_ / kNsOfMs, 1);
  set(CURLOPT_URL, url.Text().c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // one request a connection; has reasons
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // not even that of the environment: credentials are for the host that was named
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout_ms, kConnectTimeoutNs / kNsOfMs)));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // instead of those of the system, not beside them
  }
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_text_));
  set(CURLOPT_HEADERFUNCTION, &HttpTransfer::HeaderCallback);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &HttpTransfer::BodyCallback);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  return is_set ? absl::OkStatus() : absl::FailedPreconditionError("libcurl refuses an option; it is older than 7.85");
}

size_t HttpTransfer::HeaderCallback(char* data, size_t size, size_t count, void* self) {
  const std::string_view line(data, size * count);
  return static_cast<HttpTransfer*>(self)->OnHeader(line) ? line.size() : 0;
}

size_t HttpTransfer::BodyCallback(char* data, size_t size, size_t count, void* self) {
  const std::string_view bytes(data, size * count);
  return static_cast<HttpTransfer*>(self)->OnBody(bytes) ? bytes.size() : 0;
}

// Of a header that is there twice the first counts, as in the server.
bool HttpTransfer::OnHeader(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    status_ = absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxHeaderBytes, " bytes of headers"));
    return false;
  }
  if (body_has_begun_) return true;  // trailers
  if (line.substr(0, 5) == "HTTP/") {
    answer_ = HttpAnswer();  // what came before was 100 Continue or the like
    content_length_.reset();
    std::string_view rest = line.substr(std::min(line.find(' '), line.size()));
    rest = Trim(rest);
    answer_.reason = std::string(Trim(rest.substr(std::min(rest.find(' '), rest.size()))).substr(0, kMaxReasonBytes));
    return true;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1)).substr(0, kMaxValueBytes);
  const auto is = [name](const char* wanted) {
    return absl::EqualsIgnoreCase(absl::string_view(name.data(), name.size()), wanted);
  };
  if (is("content-type") && answer_.content_type.empty()) answer_.content_type = std::string(value);
  if (is("content-encoding") && answer_.content_encoding.empty()) answer_.content_encoding = std::string(value);
  if (is("content-length")) {
    uint64_t length = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), length);
    if (read.ec == std::errc()) content_length_ = length;
  }
  return true;
}

absl::Status HttpTransfer::TooLarge() const {
  return absl::ResourceExhaustedError(
      absl::StrCat("the body has more than ", options_.max_body_bytes, " bytes; raise --max-body-bytes"));
}

bool HttpTransfer::OnBody(std::string_view bytes) {
  if (!body_has_begun_) {
    body_has_begun_ = true;
    long status = 0;
    curl_->easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    body_is_unwanted_ = status != kStatusOk;
  }
  if (body_is_unwanted_) return false;
  const uint64_t cap = options_.max_body_bytes == 0 ? UINT64_MAX : options_.max_body_bytes;
  if (answer_.body == nullptr) {
    absl::StatusOr<std::unique_ptr<BodyFile>> body = BodyFile::Make(options_.temporary_folder);
    status_ = body.status();
    if (!status_.ok()) return false;
    answer_.body = *std::move(body);
  }
  if (content_length_.value_or(0) > cap || bytes.size() > cap - answer_.body->bytes()) {
    status_ = TooLarge();
    return false;
  }
  status_ = answer_.body->Append(bytes);
  return status_.ok();
}

absl::Status HttpTransfer::Failure(CURLcode code) const {
  const uint64_t bytes = body_bytes();
  if (IsTlsFailure(code)) {
    const char* const reason = error_text_[0] != '\0' ? error_text_ : curl_->easy_strerror(code);
    const bool is_distrust = code == CURLE_PEER_FAILED_VERIFICATION;
    return absl::FailedPreconditionError(absl::StrCat(
        "no trust in the connection: ", reason, is_distrust ? "; --ca-file names who may sign the certificate" : ""));
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: {
      double connect_s = 0;
      curl_->easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME, &connect_s);
      const std::string within = absl::StrCat(" within ", Tenths(timeout_ns_));
      if (!(connect_s > 0)) {
        return absl::DeadlineExceededError(
            absl::StrCat("no connection within ", Tenths(std::min(timeout_ns_, kConnectTimeoutNs))));
      }
      if (!body_has_begun_) return absl::DeadlineExceededError(absl::StrCat("no answer", within, " (--timeout)"));
      return absl::DeadlineExceededError(
          absl::StrCat("no end of the answer", within, ", after ", bytes, " bytes (--timeout)"));
    }
    case CURLE_COULDNT_RESOLVE_HOST: return absl::UnavailableError("the host is not known");
    case CURLE_COULDNT_CONNECT: {
      long error = 0;
      curl_->easy_getinfo(handle_, CURLINFO_OS_ERRNO, &error);
      if (error == 0) return absl::UnavailableError("no connection");
      const absl::Status system = absl::ErrnoToStatus(static_cast<int>(error), "no connection");
      return absl::UnavailableError(system.message());
    }
    case CURLE_GOT_NOTHING: return absl::UnavailableError("the connection was closed without an answer");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return absl::UnavailableError("the connection broke off");
    case CURLE_PARTIAL_FILE:
      return absl::UnavailableError(absl::StrCat("the answer ends early, after ", bytes, " bytes of its body"));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return absl::InvalidArgumentError("what answers does not speak http");
    default: return absl::InvalidArgumentError(curl_->easy_strerror(code));
  }
}

absl::StatusOr<HttpAnswer> HttpTransfer::Finish(CURLcode code) {
  if (!status_.ok()) return status_;
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && body_is_unwanted_)) return Failure(code);
  curl_->easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer_.status);
  char* redirect = nullptr;
  curl_->easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) answer_.redirect_url = redirect;
  if (answer_.status == kStatusOk && answer_.body == nullptr) {
    absl::StatusOr<std::unique_ptr<BodyFile>> empty = BodyFile::Make(options_.temporary_folder);
    if (!empty.ok()) return empty.status();
    answer_.body = *std::move(empty);
  }
  return std::move(answer_);
}

}  // namespace seriesguard
