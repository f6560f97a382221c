// SPDX-License-Identifier: Apache-2.0
#include "registry/session.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "registry/errand.h"

namespace countersign::registry {

namespace {

std::vector<Errand*> those(std::vector<Errand>& errands, bool (Errand::*which)() const) {
  std::vector<Errand*> chosen;
  for (auto& errand : errands) {
    if ((errand.*which)()) {
      chosen.push_back(&errand);
    }
  }
  return chosen;
}

std::vector<Errand*> open_ones(std::vector<Errand>& errands) {
  return those(errands, &Errand::open);
}

std::vector<Errand*> refused_ones(std::vector<Errand>& errands) {
  return those(errands, &Errand::refused);
}

void settle_all(std::span<Errand* const> errands, const Error& error) {
  for (auto* errand : errands) {
    errand->settle(error);
  }
}

// RegistryAuth is about the credential; every other error is about us and the registry.
void give_up(std::span<Errand* const> errands, const Error& error) {
  for (auto* errand : errands) {
    if (error.reason == Reason::RegistryAuth) {
      errand->refuse(std::unexpected(error));
    } else {
      errand->settle(error);
    }
  }
}

struct Unauthorized {
  std::vector<Errand*> errands;
  std::optional<net::Response> response;  // of the first
};

// One round: sends what is open, and settles, redirects or returns it.
Unauthorized round(std::span<Errand* const> open, const Secret& authorization,
                   net::HttpTransport& transport, Deadline deadline) {
  std::vector<net::Request> requests;
  requests.reserve(open.size());
  for (const auto* errand : open) {
    requests.push_back(errand->request(authorization));
  }
  auto responses = transport.send_all(requests, deadline);
  for (auto& header : requests | std::views::transform(&net::Request::headers) | std::views::join) {
    wipe(header.value);
  }
  Unauthorized unauthorized;
  for (std::size_t index = 0; index < open.size(); ++index) {
    auto& errand = *open[index];
    auto& response = responses[index];
    if (!response) {
      errand.settle(std::move(response).error());
    } else if (response->status == 401 && errand.at_home()) {
      unauthorized.errands.push_back(&errand);
      if (!unauthorized.response) {
        unauthorized.response = std::move(*response);
      }
    } else if (response->status == 403 && errand.at_home() && !authorization.empty()) {
      errand.refuse(Reply{std::move(*response), errand.url()});
    } else {
      errand.settle(std::move(*response));
    }
  }
  return unauthorized;
}

}  // namespace

std::vector<Result<Reply>> Session::send_all(std::span<const Get> gets, Deadline deadline) {
  if (gets.empty()) {
    return {};
  }
  std::vector<Errand> errands;
  errands.reserve(gets.size());
  for (const auto& get : gets) {
    errands.emplace_back(order_of(get), *this);
  }
  try_all(errands, deadline);
  std::vector<Result<Reply>> replies;
  replies.reserve(errands.size());
  for (auto& errand : errands) {
    replies.push_back(errand.take());
  }
  return replies;
}

Result<Reply> Session::write(const Write& write, Deadline deadline) {
  std::vector<Errand> errand{Errand(order_of(write), *this)};
  try_all(errand, deadline);
  return errand.front().take();
}

bool Session::may_leave_for(const std::string& host) const {
  return redirect_hosts_.empty() ||
         std::ranges::any_of(redirect_hosts_,
                             [&](const HostPattern& one) { return one.matches(host); });
}

void Session::try_all(std::vector<Errand>& errands, Deadline deadline) {
  const auto credentials = credentials_->credentials_for(image_, deadline);
  if (!credentials) {
    return settle_all(open_ones(errands), credentials.error());
  }
  try_each(*credentials, errands, deadline);
  const auto refused = refused_ones(errands);
  if (refused.empty() || !credentials_->refused(*credentials)) {
    return;
  }
  const auto others = credentials_->credentials_for(image_, deadline);
  if (others) {
    try_each(*others, errands, deadline);
  } else if (others.error().reason != Reason::DeadlineExceeded) {
    settle_all(refused, others.error());
  }
}

void Session::try_each(const Credentials& credentials, std::vector<Errand>& errands,
                       Deadline deadline) {
  const auto order = authenticator_.order().of(credentials, access_);
  for (const auto* credential : order) {
    std::ranges::for_each(refused_ones(errands), &Errand::reopen);
    attempt(credential, errands, deadline);
    if (refused_ones(errands).empty()) {
      if (credential != order.front()) {
        authenticator_.order().took(credentials, *credential, access_);
      }
      return;
    }
  }
  if (order.size() == 1) {
    return;
  }
  for (auto* errand : refused_ones(errands)) {
    errand->refuse(fail(Reason::RegistryAuth, errand->url().host() + " refuses each of the " +
                                                  std::to_string(order.size()) +
                                                  " credentials for " + image_.path()));
  }
}

void Session::attempt(const Credential* credential, std::vector<Errand>& errands,
                      Deadline deadline) {
  const Asking asking{image_.path(), transport_, deadline, access_};
  auto authorization = authenticator_.prepare(credential, asking);
  if (!authorization) {
    return give_up(open_ones(errands), authorization.error());
  }
  bool answered = false;
  for (auto open = open_ones(errands); !open.empty(); open = open_ones(errands)) {
    const auto refused = round(open, *authorization, transport_, deadline);
    if (refused.errands.empty()) {
      continue;
    }
    const auto& asked = refused.errands.front()->url();
    // "A 401 forever although token is granted": one second attempt, then it is final.
    if (std::exchange(answered, true)) {
      give_up(refused.errands,
              Error{Reason::RegistryAuth,
                    asked.host() + " refuses a fresh authorization for " + image_.path()});
      continue;
    }
    const auto demand = authenticator_.learn(*refused.response, asked, asking);
    if (!demand) {
      settle_all(refused.errands, demand.error());  // no other credential could do more
      continue;
    }
    auto renewed = authenticator_.meet(*demand, credential, *authorization, asking);
    if (renewed) {
      authorization = std::move(renewed);
    } else {
      give_up(refused.errands, renewed.error());
    }
  }
}

}  // namespace countersign::registry
