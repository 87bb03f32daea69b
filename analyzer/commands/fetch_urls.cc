// SPDX-License-Identifier: Apache-2.0
//
// fetch_urls.cc: what the flags mean to the fetch, and what the headers of the answers mean to the reader.
#include "analyzer/commands/fetch_urls.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "analyzer/census/server_view.h"
#include "analyzer/commands/credentials.h"
#include "analyzer/commands/version.h"
#include "analyzer/exposition/content_type.h"
#include "analyzer/exposition/exposition_format.h"
#include "analyzer/input/http_transfer.h"
#include "analyzer/input/http_url.h"
#include "analyzer/input/progress.h"
#include "rules/safe_text.h"

namespace seriesguard {
namespace {

// What the servers send, byte for byte. Source: acceptHeader in prometheus/scrape/scrape.go with the default
// scrape_protocols of version 3 (config/config.go); that of 2.42 was read off the wire.
constexpr char kAcceptOfPrometheus3[] =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
constexpr char kAcceptOfPrometheus2[] =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

constexpr size_t kShownBytes = 60;
constexpr int kStderr = 2;

absl::Status Error(const std::string& message) { return absl::InvalidArgumentError(absl::StrCat("error: ", message)); }

// Unpacking is ours, with our caps; nothing but gzip was asked for.
absl::Status UnderstandEncoding(const HttpAnswer& answer) {
  const std::string& encoding = answer.content_encoding;
  if (encoding.empty() || absl::EqualsIgnoreCase(encoding, "identity")) return absl::OkStatus();
  if (absl::EqualsIgnoreCase(encoding, "gzip") || absl::EqualsIgnoreCase(encoding, "x-gzip")) {
    answer.body->SetGzip();
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the answer is packed as ", encoding.substr(0, kShownBytes), ", although gzip was asked for"));
}

}  // namespace

absl::StatusOr<UrlFetcher> UrlFetcher::Make(const ExpandedInputs& inputs, const InputOptions& options,
                                            const Streams& streams) {
  UrlFetcher fetcher;
  fetcher.format_is_given_ = options.format != InputFormat::kAuto;
  fetcher.unknown_is_text_ = options.server == ServerView::kPrometheus2;
  HttpFetchOptions& fetch = fetcher.options_;
  fetch.parallel = options.url.parallel;
  fetch.wait_for = options.url.wait_for;
  fetch.wait_timeout_ns = options.url.wait_timeout_ns;
  fetch.is_cancelled = streams.is_interrupted;
  fetch.request.accept = options.server == ServerView::kPrometheus2 ? kAcceptOfPrometheus2 : kAcceptOfPrometheus3;
  fetch.request.user_agent = std::string(kToolAndVersion);
  std::replace(fetch.request.user_agent.begin(), fetch.request.user_agent.end(), ' ', '/');
  fetch.request.ca_file = options.url.ca_file;
  fetch.request.timeout_ns = options.url.timeout_ns;
  if (options.url.max_body_bytes) fetch.request.max_body_bytes = *options.url.max_body_bytes;
  fetch.request.temporary_folder = streams.fetch_environment.temporary_folder;
  absl::StatusOr<std::string> authorization = ReadAuthorization(options.url, streams.fetch_environment);
  if (!authorization.ok()) return Error(std::string(authorization.status().message()));
  if (authorization->empty()) return fetcher;
  std::set<std::string> origins;
  for (const UrlInput& input : inputs.urls) origins.insert(input.url.Origin());
  if (origins.size() > 1) {
    return Error(absl::StrCat("credentials are given, and the addresses are of ", origins.size(), " servers, ",
                              SafeText(*origins.begin()), " and ", SafeText(*origins.rbegin()),
                              origins.size() > 2 ? " among them" : "",
                              "; each must be read by a run of its own, so that no server sees what is for another"));
  }
  const HttpUrl& url = inputs.urls.front().url;
  if (!url.is_https && !url.IsLoopback()) {
    PrintError(
        absl::StrCat("note: the credentials go to ", SafeText(url.Origin()), " unencrypted, since it is not https\n"),
        streams);
  }
  fetch.request.authorization = *std::move(authorization);
  return fetcher;
}

absl::StatusOr<FetchedInputs> UrlFetcher::Fetch(const ExpandedInputs& inputs, const Streams& streams) const {
  std::vector<HttpUrl> urls;
  for (const UrlInput& input : inputs.urls) urls.push_back(input.url);
  ProgressOptions progress_options = TerminalProgress(kStderr);
  progress_options.is_terminal = progress_options.is_terminal && streams.err_is_terminal;
  Progress progress(std::move(progress_options));
  HttpFetchOptions fetch = options_;
  size_t shown = SIZE_MAX;
  uint64_t bytes_before = 0;  // when the number that is shown began
  fetch.on_tick = [&](size_t finished, uint64_t bytes) {
    if (finished != shown) {
      progress.Begin(std::min(finished + 1, urls.size()), urls.size(), std::nullopt);
      shown = finished;
      bytes_before = bytes;
    }
    progress.Tick(bytes - std::min(bytes, bytes_before));
  };
  std::vector<absl::StatusOr<HttpAnswer>> answers = FetchAll(urls, fetch);
  progress.Clear();
  FetchedInputs fetched;
  std::vector<std::string> errors;
  for (size_t i = 0; i < answers.size(); ++i) {
    const std::string& name = inputs.paths[inputs.urls[i].input];
    if (!answers[i].ok()) {
      const std::string_view message(answers[i].status().message().data(), answers[i].status().message().size());
      const std::string line = absl::StrCat("error: ", SafeText(message));
      if (errors.empty() || errors.back() != line) errors.push_back(line);  // a missing library is missing once
      continue;
    }
    FetchedInput input;
    absl::Status understood = UnderstandEncoding(*answers[i]);
    if (understood.ok() && !format_is_given_) {
      const absl::StatusOr<ExpositionFormat> format = FormatOfContentType(answers[i]->content_type, unknown_is_text_);
      understood = format.status();
      if (format.ok()) input.format = *format;
    }
    if (!understood.ok()) {
      const std::string_view message(understood.message().data(), understood.message().size());
      errors.push_back(absl::StrCat("error: ", SafeText(name), ": ", SafeText(message)));
      continue;
    }
    input.body = std::move(answers[i]->body);
    fetched.emplace(inputs.urls[i].input, std::move(input));
  }
  if (errors.empty()) return fetched;
  std::string text;
  for (const std::string& error : errors) absl::StrAppend(&text, text.empty() ? "" : "\n", error);
  return absl::UnavailableError(text);
}

absl::StatusOr<FetchedInputs> FetchUrls(const ExpandedInputs& inputs, const InputOptions& options,
                                        const Streams& streams) {
  if (inputs.urls.empty()) return FetchedInputs();
  const absl::StatusOr<UrlFetcher> fetcher = UrlFetcher::Make(inputs, options, streams);
  if (!fetcher.ok()) return fetcher.status();
  return fetcher->Fetch(inputs, streams);
}

}  // namespace seriesguard
