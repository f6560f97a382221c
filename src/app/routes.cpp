// SPDX-License-Identifier: Apache-2.0
#include "app/routes.h"

#include <algorithm>

namespace countersign::app {
namespace {

server::HttpReply not_found() {
  return {
      .status = 404, .content_type = "text/plain; charset=utf-8", .body = {}, .retry_after = {}};
}

}  // namespace

std::optional<server::HttpReply> Routes::handle_at_once(const server::HttpRequest& request) {
  auto* const handler = find(request.path);
  return handler == nullptr ? std::nullopt : handler->handle_at_once(request);
}

server::HttpReply Routes::handle(const server::HttpRequest& request) {
  auto* const handler = find(request.path);
  return handler == nullptr ? not_found() : handler->handle(request);
}

server::HttpReply Routes::overloaded(const server::HttpRequest& request) {
  auto* const handler = find(request.path);
  return handler == nullptr ? not_found() : handler->overloaded(request);
}

server::Handler* Routes::find(std::string_view path) const {
  const auto found = std::ranges::find_if(
      handlers_, [path](const server::Handler* each) { return each->knows(path); });
  return found == handlers_.end() ? nullptr : *found;
}

}  // namespace countersign::app
