// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/admin.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "integration/server/client.h"

namespace countersign::server {
namespace {

using test::Client;

std::string get(const std::string& path, const std::string& method = "GET") {
  return method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

class AdminTest : public testing::Test {
 protected:
  void start(AdminPages pages) {
    auto admin = Admin::create("127.0.0.1:0", std::move(pages));
    ASSERT_TRUE(admin.has_value()) << admin.error().detail;
    admin_ = std::move(*admin);
  }
  test::Answer ask(const std::string& request) {
    return Client::plain(admin_->port()).ask(request);
  }

  std::unique_ptr<Admin> admin_;
  const AdminPages pages_{.not_ready = [] { return std::vector<std::string>{}; },
                          .details = [] { return std::string("store ca:acme\n"); },
                          .metrics = [] { return std::string("countersign_ready 1\n"); }};
};

TEST_F(AdminTest, ServesItsPages) {
  start(pages_);
  auto client = Client::plain(admin_->port());  // one connection, as the kubelet may keep it
  const auto live = client.ask(get("/livez"));
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(live.body, "live\n");
  const auto ready = client.ask(get("/readyz?verbose"));
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, "ready\nstore ca:acme\n");
  EXPECT_EQ(client.ask(get("/readyz")).body, "ready\n");
  const auto metrics = client.ask(get("/metrics"));
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.body, "countersign_ready 1\n");
  EXPECT_EQ(metrics.fields.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(AdminTest, SaysWhyItIsNotReady) {
  auto pages = pages_;
  pages.not_ready = [] { return std::vector<std::string>{"trust store ca:acme is empty", "x"}; };
  start(pages);
  const auto ready = ask(get("/readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "not ready\ntrust store ca:acme is empty\nx\n");
  EXPECT_EQ(ask(get("/livez")).status, 200);
}

TEST_F(AdminTest, AnswersHeadWithoutABody) {
  start(pages_);
  const auto live = ask(get("/livez", "HEAD"));
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(live.fields.at("content-length"), "5");
  EXPECT_EQ(live.body, "");
}

TEST_F(AdminTest, RefusesEverythingElse) {  // TLS-10
  start(pages_);
  struct Row {
    std::string request;
    int status;
  };
  const std::vector<Row> rows{
      {get("/"), 404},
      {get("/livez/"), 404},
      {get("/debug/pprof"), 404},
      {get("/validate"), 404},
      {get("/metrics", "POST"), 405},
      {get("/metrics", "DELETE"), 405},
      {"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 413},
      {"GET /livez HTTP/1.1\r\n\r\n", 400},
  };
  for (const auto& row : rows) {
    const auto answer = ask(row.request);
    EXPECT_EQ(answer.status, row.status) << row.request;
    EXPECT_TRUE(answer.closes()) << row.request;
    EXPECT_EQ(answer.fields.contains("allow"), row.status == 405) << row.request;
  }
}

TEST_F(AdminTest, SurvivesAPageThatThrows) {
  auto pages = pages_;
  pages.metrics = []() -> std::string { throw std::runtime_error("secret"); };
  start(pages);
  const auto metrics = ask(get("/metrics"));
  EXPECT_EQ(metrics.status, 500);
  EXPECT_EQ(metrics.body.find("secret"), std::string::npos);
  EXPECT_EQ(ask(get("/livez")).status, 200);
}

TEST_F(AdminTest, NamesAnAddressThatIsInUse) {
  start(pages_);
  const auto address = "127.0.0.1:" + std::to_string(admin_->port());
  const auto second = Admin::create(address, pages_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, Reason::BadConfig);
  EXPECT_NE(second.error().detail.find(address), std::string::npos);
}

}  // namespace
}  // namespace countersign::server
