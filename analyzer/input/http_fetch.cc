// SPDX-License-Identifier: Apache-2.0
//
// http_fetch.cc: one loop over a multi handle; an address is waiting for its turn, under way, or done.
#include "analyzer/input/http_fetch.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#undef curl_easy_getinfo  // a macro of <curl/curl.h> that only fits the function of that name

namespace seriesguard {
namespace {

constexpr int kMostRedirects = 5;
constexpr long kStatusOk = 200;
constexpr int64_t kNsOfMs = 1'000'000;
constexpr int64_t kTickNs = 100 * kNsOfMs;
constexpr int64_t kFirstPauseNs = 250 * kNsOfMs;  // between two tries of a service that is still starting
constexpr int64_t kLongestPauseNs = 2'000 * kNsOfMs;
constexpr size_t kShownBytes = 300;  // of an address that a server names

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string StatusLine(const HttpAnswer& answer) {
  return absl::StrCat("HTTP status ", answer.status, answer.reason.empty() ? "" : " ", answer.reason);
}

// One address on its way.
struct Errand {
  HttpUrl asked;                           // as given, or where it was redirected to
  std::unique_ptr<HttpTransfer> transfer;  // while it is under way
  int64_t due_ns = 0;                      // of the next try
  int64_t try_ends_ns = 0;                 // of this try, redirects included
  int64_t pause_ns = kFirstPauseNs;
  int redirects = 0;
  bool is_last_try = false;  // the status that was waited for is there
  std::optional<absl::StatusOr<HttpAnswer>> result;
};

class Fetcher {
 public:
  Fetcher(const CurlLibrary* curl, const std::vector<HttpUrl>& urls, const HttpFetchOptions& options)
      : curl_(curl), urls_(urls), options_(options), errands_(urls.size()), start_ns_(NowNs()) {
    for (size_t i = 0; i < urls.size(); ++i) errands_[i].asked = urls[i];
  }

  std::vector<absl::StatusOr<HttpAnswer>> Run();

 private:
  bool IsWaiting(const Errand& errand) const { return options_.wait_for != 0 && !errand.is_last_try; }
  int64_t WaitEndsNs() const { return start_ns_ + options_.wait_timeout_ns; }
  void StartDue(CURLM* multi);
  void Begin(CURLM* multi, size_t index);
  void CollectDone(CURLM* multi);
  void Judge(size_t index, absl::StatusOr<HttpAnswer> answer);
  void Redirect(size_t index, const HttpAnswer& answer);
  void TryAgain(size_t index, const std::string& reason);
  void End(size_t index, const absl::Status& status);
  void Tick();

  const CurlLibrary* const curl_;
  const std::vector<HttpUrl>& urls_;
  const HttpFetchOptions& options_;
  std::vector<Errand> errands_;
  const int64_t start_ns_;
  size_t running_ = 0;
  size_t finished_ = 0;
  uint64_t finished_bytes_ = 0;
};

void Fetcher::End(size_t index, const absl::Status& status) {
  errands_[index].result = absl::Status(status.code(), absl::StrCat(urls_[index].Name(), ": ", status.message()));
  ++finished_;
}

void Fetcher::Begin(CURLM* multi, size_t index) {
  Errand& errand = errands_[index];
  const int64_t now_ns = NowNs();
  if (errand.redirects == 0) errand.try_ends_ns = now_ns + options_.request.timeout_ns;
  int64_t left_ns = errand.try_ends_ns - now_ns;
  if (IsWaiting(errand)) left_ns = std::min(left_ns, WaitEndsNs() - now_ns);
  auto transfer = HttpTransfer::Start(curl_, errand.asked, options_.request, std::max(left_ns, kNsOfMs));
  if (!transfer.ok()) return End(index, transfer.status());
  errand.transfer = *std::move(transfer);
  ++running_;
  if (curl_->multi_add_handle(multi, errand.transfer->handle()) == CURLM_OK) return;
  --running_;
  errand.transfer.reset();
  End(index, absl::ResourceExhaustedError("libcurl has no memory for a request"));
}

void Fetcher::StartDue(CURLM* multi) {
  const int64_t now_ns = NowNs();
  for (size_t i = 0; i < errands_.size() && running_ < std::max<size_t>(options_.parallel, 1); ++i) {
    const Errand& errand = errands_[i];
    if (!errand.result && errand.transfer == nullptr && errand.due_ns <= now_ns) Begin(multi, i);
  }
}

void Fetcher::TryAgain(size_t index, const std::string& reason) {
  Errand& errand = errands_[index];
  const int64_t next_ns = NowNs() + errand.pause_ns;
  if (next_ns >= WaitEndsNs()) {
    return End(index, absl::DeadlineExceededError(absl::StrCat("not ", options_.wait_for, " within ",
                                                               static_cast<double>(options_.wait_timeout_ns) / 1e9,
                                                               "s (--wait-timeout); at last: ", reason)));
  }
  errand.due_ns = next_ns;
  errand.pause_ns = std::min(errand.pause_ns * 3 / 2, kLongestPauseNs);
  errand.asked = urls_[index];
  errand.redirects = 0;
}

void Fetcher::Redirect(size_t index, const HttpAnswer& answer) {
  Errand& errand = errands_[index];
  const std::string where = WithoutSecrets(answer.redirect_url).substr(0, kShownBytes);
  const absl::StatusOr<HttpUrl> target = ParseHttpUrl(answer.redirect_url);
  if (!target.ok() || target->Origin() != urls_[index].Origin()) {
    return End(index, absl::FailedPreconditionError(absl::StrCat(
                          StatusLine(answer), ": redirects to ", where,
                          ", which is another scheme, host or port; if that is the service, name it instead")));
  }
  if (++errand.redirects > kMostRedirects) {
    return End(index, absl::FailedPreconditionError(absl::StrCat("more than ", kMostRedirects, " redirects")));
  }
  errand.asked = *target;
  errand.due_ns = 0;
}

void Fetcher::Judge(size_t index, absl::StatusOr<HttpAnswer> answer) {
  Errand& errand = errands_[index];
  if (!answer.ok()) {
    const bool may_change = absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status());
    if (IsWaiting(errand) && may_change) return TryAgain(index, std::string(answer.status().message()));
    return End(index, answer.status());
  }
  if (IsWaiting(errand) && answer->status == options_.wait_for && answer->status != kStatusOk) {
    errand.is_last_try = true;
    errand.redirects = 0;
    errand.due_ns = 0;
    return;
  }
  if (answer->status == kStatusOk) {
    finished_bytes_ += answer->body->bytes();
    errand.result = std::move(answer);
    ++finished_;
    return;
  }
  if (!answer->redirect_url.empty()) return Redirect(index, *answer);
  if (answer->status == 401 || answer->status == 403) {  // waiting changes no password
    const bool has_some = !options_.request.authorization.empty();
    return End(index,
               absl::PermissionDeniedError(absl::StrCat(
                   StatusLine(*answer), has_some ? ": the credentials that were given are not enough"
                                                 : ": it wants credentials (--bearer-token-file, --basic-auth-file)")));
  }
  if (IsWaiting(errand)) return TryAgain(index, StatusLine(*answer));
  End(index, absl::UnavailableError(absl::StrCat(StatusLine(*answer), ": only 200 brings metrics",
                                                 answer->status == 503 ? " (--wait-for 200 waits for it)" : "")));
}

void Fetcher::CollectDone(CURLM* multi) {
  int left = 0;
  while (CURLMsg* const message = curl_->multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // the message dies with the next call
    const auto errand = std::find_if(errands_.begin(), errands_.end(), [handle](const Errand& at) {
      return at.transfer != nullptr && at.transfer->handle() == handle;
    });
    curl_->multi_remove_handle(multi, handle);
    absl::StatusOr<HttpAnswer> answer = errand->transfer->Finish(code);
    errand->transfer.reset();
    --running_;
    Judge(static_cast<size_t>(errand - errands_.begin()), std::move(answer));
  }
}

void Fetcher::Tick() {
  if (!options_.on_tick) return;
  uint64_t bytes = finished_bytes_;
  for (const Errand& errand : errands_) bytes += errand.transfer == nullptr ? 0 : errand.transfer->body_bytes();
  options_.on_tick(finished_, bytes);
}

std::vector<absl::StatusOr<HttpAnswer>> Fetcher::Run() {
  CURLM* const multi = curl_->multi_init();
  absl::Status broken = multi == nullptr ? absl::ResourceExhaustedError("libcurl has no memory") : absl::OkStatus();
  while (broken.ok() && finished_ < errands_.size()) {
    if (options_.is_cancelled && options_.is_cancelled()) {
      broken = absl::CancelledError("interrupted");
      break;
    }
    StartDue(multi);
    int still_running = 0;
    if (curl_->multi_perform(multi, &still_running) != CURLM_OK) broken = absl::InternalError("libcurl failed");
    CollectDone(multi);
    Tick();
    int64_t sleep_ns = kTickNs;
    const int64_t now_ns = NowNs();
    const bool has_room = running_ < std::max<size_t>(options_.parallel, 1);
    for (const Errand& errand : errands_) {
      if (has_room && !errand.result && errand.transfer == nullptr) {
        sleep_ns = std::min(sleep_ns, std::max<int64_t>(errand.due_ns - now_ns, 0));
      }
    }
    if (finished_ < errands_.size() && sleep_ns > 0) {
      curl_->multi_poll(multi, nullptr, 0, static_cast<int>((sleep_ns + kNsOfMs - 1) / kNsOfMs), nullptr);
    }
  }
  std::vector<absl::StatusOr<HttpAnswer>> results;
  for (size_t i = 0; i < errands_.size(); ++i) {
    if (!errands_[i].result) {
      if (errands_[i].transfer != nullptr) curl_->multi_remove_handle(multi, errands_[i].transfer->handle());
      End(i, broken);
    }
    results.push_back(*std::move(errands_[i].result));
  }
  if (multi != nullptr) curl_->multi_cleanup(multi);
  return results;
}

}  // namespace

std::vector<absl::StatusOr<HttpAnswer>> FetchAll(const std::vector<HttpUrl>& urls, const HttpFetchOptions& options) {
  const absl::StatusOr<const CurlLibrary*> curl = LoadCurl();
  if (curl.ok()) return Fetcher(*curl, urls, options).Run();
  std::vector<absl::StatusOr<HttpAnswer>> results;
  for (size_t i = 0; i < urls.size(); ++i) results.emplace_back(curl.status());
  return results;
}

}  // namespace seriesguard
