// SPDX-License-Identifier: Apache-2.0
#include "registry/errand.h"

#include <string>

#include "countersign/base/limits_signing.h"

#include "registry/redirects.h"

namespace countersign::registry {

Order order_of(const Get& get) {
  return {.url = get.url,
          .kind = get.kind,
          .accept = get.accept,
          .most = get.most,
          .redirects = get.redirects};
}

Order order_of(const Write& write) {
  return {.method = write.method,
          .url = write.url,
          .at_home = write.place == Write::Place::Home,
          .kind = write.kind,
          .content_type = write.content_type,
          .body = write.body,
          .most = limits::kWriteReplyBytes,
          .wait = write.wait};
}

net::Request Errand::request(const Secret& authorization) const {
  net::Request request;
  request.method = order_.method;
  request.url = url_.text();
  request.body = order_.body;
  request.max_response = order_.most;
  request.wait = order_.wait;
  request.kind = at_home() ? order_.kind : "storage";
  const auto add = [&request](const char* name, std::string_view value) {
    if (!value.empty()) {
      request.headers.push_back({name, std::string(value)});
    }
  };
  add("Accept", order_.accept);
  add("Content-Type", order_.content_type);
  if (at_home()) {
    add("Authorization", authorization.reveal());
  }
  return request;
}

void Errand::settle(net::Response response) {
  if (is_redirect(response.status) && order_.redirects != Redirects::None) {
    follow(std::move(response));
  } else {
    outcome_ = Reply{std::move(response), url_};
  }
}

void Errand::follow(net::Response response) {
  auto target = redirect_target(response, url_);
  if (!target) {
    return settle(std::move(target).error());
  }
  const bool leaves = !target->same_origin(order_.url);
  if (leaves && order_.redirects == Redirects::SameOrigin) {
    outcome_ = Reply{std::move(response), url_};
    return;
  }
  if (leaves && !session_.may_leave_for(target->host())) {
    return settle(Error{Reason::RegistryResponse, url_.host() + " redirects to " + target->host() +
                                                      ", which is not listed for it"});
  }
  if (hops_ == limits::kRedirects) {
    return settle(Error{Reason::RegistryResponse, order_.url.host() + " redirects on and on"});
  }
  ++hops_;
  left_home_ = left_home_ || leaves;
  url_ = std::move(*target);
}

}  // namespace countersign::registry
