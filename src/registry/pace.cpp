// SPDX-License-Identifier: Apache-2.0
#include "registry/pace.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/secret.h"

namespace countersign::registry {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view kPaced = "referrers";

bool is_paced(const net::Request& request) { return request.kind == kPaced; }

// While there is somebody to hear the answer, and time to ask for it.
Tick latest(Deadline deadline) {
  return std::min(deadline.last_try(), deadline.when() - limits::kAnswerReserve);
}

std::vector<net::Request> without_paced(std::span<const net::Request> requests) {
  std::vector<net::Request> rest;
  std::ranges::copy_if(requests, std::back_inserter(rest),
                       [](const net::Request& one) { return !is_paced(one); });
  return rest;
}

void wipe_secrets(std::vector<net::Request>& requests) {
  for (auto& request : requests) {
    wipe(request.body);
    for (auto& header : request.headers) {
      wipe(header.value);
    }
  }
}

}  // namespace

Bucket::Bucket(std::size_t per_minute, std::size_t burst)
    : each_(nanoseconds(std::chrono::minutes(1)) / static_cast<nanoseconds::rep>(per_minute)),
      burst_(each_ * static_cast<nanoseconds::rep>(burst)) {}

std::optional<Tick> Bucket::take(std::size_t count, Tick now, Tick latest) {
  const auto full = std::max(full_, now) + each_ * static_cast<nanoseconds::rep>(count);
  const auto when = std::max(now, full - burst_);  // then it holds at least nothing
  if (when > latest) {
    return std::nullopt;
  }
  full_ = full;
  return when;
}

Pace::Pace(std::size_t per_minute, std::unique_ptr<courier::Patience> patience, const Clock& clock)
    : per_minute_(per_minute), patience_(std::move(patience)), clock_(clock) {
  if (per_minute_ > 0) {
    bucket_.emplace(per_minute_, limits::kReferrersBurst);
  }
}

Result<void> Pace::await(std::size_t count, Deadline deadline) {
  const auto now = clock_.tick();
  std::optional<Tick> turn = now;
  if (bucket_ && count > 0) {
    const std::scoped_lock lock(mutex_);
    turn = bucket_->take(count, now, latest(deadline));
  }
  if (!turn) {
    return fail(Reason::RegistryThrottled, "our own limit of " + std::to_string(per_minute_) +
                                               " lists of referrers a minute is reached");
  }
  const auto pause = std::chrono::ceil<std::chrono::milliseconds>(*turn - now);
  if (pause.count() > 0 && !patience_->wait(pause)) {
    return fail(Reason::Overloaded, "no request is sent any more");
  }
  return {};
}

std::vector<Result<net::Response>> PacedTransport::send_all(std::span<const net::Request> requests,
                                                            Deadline deadline) {
  const auto paced = static_cast<std::size_t>(std::ranges::count_if(requests, is_paced));
  const auto turn = pace_.await(paced, deadline);
  if (turn) {
    return transport_.send_all(requests, deadline);
  }
  auto rest = without_paced(requests);
  auto answers =
      rest.empty() ? std::vector<Result<net::Response>>() : transport_.send_all(rest, deadline);
  wipe_secrets(rest);
  auto answer = answers.begin();
  std::vector<Result<net::Response>> results;
  for (const auto& request : requests) {
    results.push_back(is_paced(request) ? std::unexpected(turn.error()) : std::move(*answer++));
  }
  return results;
}

void PacedTransport::close() {
  pace_.close();
  transport_.close();
}

}  // namespace countersign::registry
