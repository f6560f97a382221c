// SPDX-License-Identifier: Apache-2.0
#include "app/routes.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

class OnePath final : public server::Handler {
 public:
  OnePath(std::string path, std::string name) : path_(std::move(path)), name_(std::move(name)) {}
  bool knows(std::string_view path) const override { return path == path_; }
  std::optional<server::HttpReply> handle_at_once(const server::HttpRequest&) override {
    return reply(name_ + " at once");
  }
  server::HttpReply handle(const server::HttpRequest&) override { return reply(name_); }
  server::HttpReply overloaded(const server::HttpRequest&) override { return reply(name_ + "!"); }

 private:
  static server::HttpReply reply(std::string body) {
    return {.status = 200, .content_type = {}, .body = std::move(body), .retry_after = {}};
  }
  std::string path_, name_;
};

server::HttpRequest to(std::string path) {
  return {.path = std::move(path), .query = {}, .content_type = {}, .body = {}, .received = {}};
}

TEST(Routes, AsksTheFirstThatKnowsThePath) {
  OnePath a("/a", "one"), b("/b", "two"), again("/a", "three");
  Routes routes({&a, &b, &again});
  EXPECT_EQ(routes.handle(to("/a")).body, "one");
  EXPECT_EQ(routes.handle(to("/b")).body, "two");
  EXPECT_EQ(routes.handle_at_once(to("/b"))->body, "two at once");
  EXPECT_EQ(routes.overloaded(to("/b")).body, "two!");
  EXPECT_TRUE(routes.knows("/b"));
}

TEST(Routes, KnowsNothingElse) {
  OnePath a("/a", "one");
  Routes routes({&a});
  EXPECT_FALSE(routes.knows("/c"));
  EXPECT_EQ(routes.handle(to("/c")).status, 404);
  EXPECT_FALSE(routes.handle_at_once(to("/c")));
  EXPECT_EQ(routes.overloaded(to("/c")).status, 404);
  EXPECT_FALSE(Routes({}).knows("/a"));
}

}  // namespace
}  // namespace countersign::app
