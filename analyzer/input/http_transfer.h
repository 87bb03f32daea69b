// SPDX-License-Identifier: Apache-2.0
//
// http_transfer.h: one request and its answer, as one handle of libcurl with every limit set.
//
// Use:      Start() it, give handle() to a multi handle, and Finish() it with the code that libcurl ends it with.
// Threads:  one.
// Memory:   the headers, at most 256 KiB; the body goes into a BodyFile.
// Errors:   a message without the address, which the caller knows; it may hold bytes of the answer, raw. Unavailable and
//           DeadlineExceeded: another try may do better; all others: it will not.
// Source:   Prometheus' scrape/scrape.go for what is asked; docs/input.md for the limits.
//
// Invariants
//   1. Redirects are never followed here, no proxy is used, no cookie and no netrc file is read: what was asked goes to
//      the host of the address and to no other.
//   2. A body of more than max_body_bytes, counted as it arrives, ends the transfer; so do headers of more than 256 KiB.
#ifndef SERIESGUARD_ANALYZER_INPUT_HTTP_TRANSFER_H_
#define SERIESGUARD_ANALYZER_INPUT_HTTP_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/input/body_file.h"
#include "analyzer/input/curl_library.h"
#include "analyzer/input/http_url.h"

namespace seriesguard {

// How every request of a run is made.
struct HttpRequestOptions {
  std::string accept;
  std::string user_agent;
  std::string authorization;  // the whole value, a secret; empty: none. No control characters.
  std::string ca_file;        // who may sign certificates; empty: whom the system trusts
  int64_t timeout_ns = 10'000'000'000;
  uint64_t max_body_bytes = uint64_t{1} << 30;  // as sent, before unpacking; 0 = no cap
  std::string temporary_folder;                 // of bodies; empty = /tmp
};

// What a server said. The texts are raw.
struct HttpAnswer {
  long status = 0;
  std::string reason;  // of the status line, at most 80 bytes
  std::string content_type;
  std::string content_encoding;
  std::string redirect_url;        // whole, of a 3xx with a Location
  std::unique_ptr<BodyFile> body;  // of a 200; else null
};

class HttpTransfer {
 public:
  // Prepares the request; nothing is sent yet. `timeout_ns` is for all of it, connecting included; `curl` and `options`
  // live longer.
  static absl::StatusOr<std::unique_ptr<HttpTransfer>> Start(const CurlLibrary* curl, const HttpUrl& url,
                                                             const HttpRequestOptions& options, int64_t timeout_ns);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* handle() const { return handle_; }
  uint64_t body_bytes() const { return answer_.body == nullptr ? 0 : answer_.body->bytes(); }

  // Requires:  the transfer has ended; once.
  absl::StatusOr<HttpAnswer> Finish(CURLcode code);

 private:
  HttpTransfer(const CurlLibrary* curl, const HttpRequestOptions& options, int64_t timeout_ns)
      : curl_(curl), options_(options), timeout_ns_(timeout_ns) {}

  absl::Status SetUp(const HttpUrl& url);
  bool AddHeader(const std::string& line);
  bool OnHeader(std::string_view line);
  bool OnBody(std::string_view bytes);
  absl::Status TooLarge() const;
  absl::Status Failure(CURLcode code) const;

  static size_t HeaderCallback(char* data, size_t size, size_t count, void* self);
  static size_t BodyCallback(char* data, size_t size, size_t count, void* self);

  const CurlLibrary* const curl_;
  const HttpRequestOptions& options_;
  const int64_t timeout_ns_;
  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};

  HttpAnswer answer_;
  std::optional<uint64_t> content_length_;
  size_t header_bytes_ = 0;
  bool body_has_begun_ = false;
  bool body_is_unwanted_ = false;  // of another status than 200: the transfer is ended by ourselves
  absl::Status status_;            // why a callback ended the transfer
};

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_INPUT_HTTP_TRANSFER_H_
