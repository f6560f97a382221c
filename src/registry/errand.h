// SPDX-License-Identifier: Apache-2.0
// One request on its way through credentials, attempts and hops.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"

#include "registry/session.h"

namespace countersign::registry {

struct Order {  // what an errand is to do; all views are the caller's
  net::Method method = net::Method::Get;
  const net::Url& url;
  bool at_home = true;
  std::string_view kind;
  std::string_view accept = {};
  std::string_view content_type = {};
  std::string_view body = {};
  std::size_t most = 0;
  Redirects redirects = Redirects::None;
  std::chrono::milliseconds wait = {};
};

Order order_of(const Get&);
Order order_of(const Write&);

class Errand {
 public:
  Errand(const Order& order, const Session& session)
      : order_(order), session_(session), url_(order.url), left_home_(!order.at_home) {}

  bool open() const { return !outcome_; }
  bool refused() const { return refused_; }
  // Another origin never learns a credential, and its 401 is never answered.
  bool at_home() const { return !left_home_; }
  const net::Url& url() const { return url_; }

  net::Request request(const Secret& authorization) const;

  void settle(Error error) {
    outcome_ = std::unexpected(std::move(error));
    refused_ = false;
  }
  void settle(net::Response);
  // The outcome, unless another credential brings a better one.
  void refuse(Result<Reply> outcome) {
    outcome_ = std::move(outcome);
    refused_ = true;
  }
  void reopen() {
    outcome_.reset();
    refused_ = false;
  }

  Result<Reply> take() { return std::move(*outcome_); }

 private:
  void follow(net::Response);

  Order order_;
  const Session& session_;
  net::Url url_;
  std::size_t hops_ = 0;
  bool left_home_;
  bool refused_ = false;
  std::optional<Result<Reply>> outcome_;
};

}  // namespace countersign::registry
