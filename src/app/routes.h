// SPDX-License-Identifier: Apache-2.0
// Several handlers behind one front: the first that knows a path answers.
#pragma once
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/server/front.h"

namespace countersign::app {

class Routes final : public server::Handler {
 public:
  explicit Routes(std::vector<server::Handler*> handlers) : handlers_(std::move(handlers)) {}

  bool knows(std::string_view path) const override { return find(path) != nullptr; }
  std::optional<server::HttpReply> handle_at_once(const server::HttpRequest&) override;
  server::HttpReply handle(const server::HttpRequest&) override;
  server::HttpReply overloaded(const server::HttpRequest&) override;

 private:
  server::Handler* find(std::string_view path) const;

  std::vector<server::Handler*> handlers_;  // borrowed
};

}  // namespace countersign::app
