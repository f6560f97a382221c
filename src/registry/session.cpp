// SPDX-License-Identifier: Apache-2.0
#include "registry/session.h"

#include <optional>
#include <ranges>
#include <utility>

#include "countersign/base/limits.h"

#include "registry/redirects.h"

namespace countersign::registry {
namespace {

class Exchange {  // one GET on its way through hops and attempts
 public:
  explicit Exchange(const Get& get) : get_(get), url_(get.url) {}

  bool settled() const { return result_.has_value(); }
  // Another origin never learns a credential, and its 401 is never answered.
  bool at_home() const { return !left_home_; }
  const net::Url& url() const { return url_; }

  net::Request request(const Secret& authorization) const {
    net::Request request;
    request.url = url_.text();
    request.max_response = get_.most;
    request.headers.push_back({"Accept", std::string(get_.accept)});
    if (at_home() && !authorization.empty()) {
      request.headers.push_back({"Authorization", authorization.reveal()});
    }
    return request;
  }

  void settle(Error error) { result_ = std::unexpected(std::move(error)); }

  void settle(net::Response response) {
    if (is_redirect(response.status)) {
      follow(std::move(response));
    } else {
      result_ = Reply{std::move(response), url_};
    }
  }

  Result<Reply> take() { return std::move(*result_); }

 private:
  void follow(net::Response response) {
    auto target = redirect_target(response, url_);
    if (!target) {
      return settle(std::move(target).error());
    }
    const bool leaves = !target->same_origin(get_.url);
    if (leaves && get_.redirects == Redirects::SameOrigin) {
      result_ = Reply{std::move(response), url_};
      return;
    }
    if (hops_ == limits::kRedirects) {
      return settle(Error{Reason::RegistryResponse, get_.url.host() + " redirects on and on"});
    }
    ++hops_;
    left_home_ = left_home_ || leaves;
    url_ = std::move(*target);
  }

  const Get& get_;
  net::Url url_;
  std::size_t hops_ = 0;
  bool left_home_ = false;
  std::optional<Result<Reply>> result_;
};

std::vector<Exchange*> unsettled(std::vector<Exchange>& exchanges) {
  std::vector<Exchange*> open;
  for (auto& exchange : exchanges) {
    if (!exchange.settled()) {
      open.push_back(&exchange);
    }
  }
  return open;
}

void settle_all(std::span<Exchange* const> exchanges, const Error& error) {
  for (auto* exchange : exchanges) {
    exchange->settle(error);
  }
}

struct Unauthorized {
  std::vector<Exchange*> exchanges;
  std::optional<net::Response> response;  // of the first
};

// One round: sends what is unsettled, and settles, redirects or returns it.
Unauthorized round(std::span<Exchange* const> open, const Secret& authorization,
                   net::HttpTransport& transport, Deadline deadline) {
  std::vector<net::Request> requests;
  for (const auto* exchange : open) {
    requests.push_back(exchange->request(authorization));
  }
  auto responses = transport.send_all(requests, deadline);
  for (auto& header : requests | std::views::transform(&net::Request::headers) | std::views::join) {
    wipe(header.value);
  }
  Unauthorized unauthorized;
  for (std::size_t index = 0; index < open.size(); ++index) {
    auto& response = responses[index];
    if (!response) {
      open[index]->settle(std::move(response).error());
    } else if (response->status == 401 && open[index]->at_home()) {
      unauthorized.exchanges.push_back(open[index]);
      if (!unauthorized.response) {
        unauthorized.response = std::move(*response);
      }
    } else {
      open[index]->settle(std::move(*response));
    }
  }
  return unauthorized;
}

std::optional<Credential> first_of(const Result<Credentials>& owned) {
  return owned && !owned->candidates.empty() ? std::optional(owned->candidates.front())
                                             : std::nullopt;
}

}  // namespace

std::vector<Result<Reply>> Session::send_all(std::span<const Get> gets, Deadline deadline) {
  std::vector<Exchange> exchanges(gets.begin(), gets.end());
  const auto owned = credentials_->credentials_for(image_, deadline);
  const auto credential = first_of(owned);
  auto authorization = owned
                           ? authenticator_.prepare(credential, image_.path(), transport_, deadline)
                           : std::unexpected(owned.error());
  bool answered = false;
  for (auto open = unsettled(exchanges); !open.empty(); open = unsettled(exchanges)) {
    if (!authorization) {
      settle_all(open, authorization.error());
      continue;
    }
    const auto refused = round(open, *authorization, transport_, deadline);
    if (refused.exchanges.empty()) {
      continue;
    }
    // "A 401 forever although token is granted": one second attempt, then it is final.
    if (std::exchange(answered, true)) {
      settle_all(
          refused.exchanges,
          Error{Reason::RegistryAuth,
                gets.front().url.host() + " refuses a fresh authorization for " + image_.path()});
      continue;
    }
    const Refusal refusal{*refused.response, refused.exchanges.front()->url(), *authorization};
    auto renewed = authenticator_.answer(refusal, credential, image_.path(), transport_, deadline);
    if (!renewed) {
      settle_all(refused.exchanges, renewed.error());
      continue;
    }
    authorization = std::move(renewed);
  }
  std::vector<Result<Reply>> replies;
  for (auto& exchange : exchanges) {
    replies.push_back(exchange.take());
  }
  return replies;
}

}  // namespace countersign::registry
