// SPDX-License-Identifier: Apache-2.0
// Servers that speak something else, many connections, one connection after another, and the end.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/registry/loopback.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using net::Request;
using std::chrono::milliseconds;
using Then = WireAnswer::Then;

class CurlTransportPeers : public testing::Test {
 protected:
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }
  SystemClock clock_;
};

ScriptedServer::Script always(WireAnswer answer) {
  return [answer](const SeenRequest&) { return answer; };
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) {
    text += static_cast<char>(value);
  }
  return text;
}

// REG-87
TEST_F(CurlTransportPeers, WhatIsNotHttp1IsAnError) {
  const auto settings = bytes({0, 0, 0, 4, 0, 0, 0, 0, 0});
  const auto one_stream = bytes({0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1});
  const auto goaway = bytes({0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const auto reset_stream = bytes({0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8});
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    const char* name;
    WireAnswer answer;
  } rows[] = {
      {"SETTINGS, and silence", {settings, Then::Hold, ""}},
      {"SETTINGS with one stream", {one_stream, Then::Hold, ""}},
      {"GOAWAY", {settings + goaway, Then::Close, ""}},
      {"GOAWAY again and again", {settings, Then::Repeat, goaway}},
      {"RST_STREAM", {settings + reset_stream, Then::Hold, ""}},
      {"HTTP/2 by name", {"HTTP/2 200\r\nContent-Length: 1\r\n\r\n" + settings, Then::Close, ""}},
      {"garbage without a line end", {std::string(64, '\xfe'), Then::Hold, ""}},
      {"garbage without end", {"", Then::Repeat, std::string(4'096, '\x01')}},
      {"NUL in a header",
       {ok + bytes({'X', ':', ' ', 0, '\r', '\n', '\r', '\n'}), Then::Close, ""}},
      {"a reset in the head", {ok + "X-One: 1\r\nX-", Then::Reset, ""}},
      {"a reset in the body", {ok + "Content-Length: 5\r\n\r\nab", Then::Reset, ""}},
      {"a reset in a chunk", {ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab", Then::Reset, ""}},
      {"a version that is none", {"HTTP/9.9 200 OK\r\n\r\n", Then::Close, ""}},
      {"a status that is none", {"HTTP/1.1 2x0 OK\r\n\r\n", Then::Close, ""}},
  };
  for (const auto& [name, answer] : rows) {
    ScriptedServer server(always(answer));
    const auto result = make_transport(clock_)->send(get(server.url("/")), soon());
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable) << name;
  }
}

// REG-87: names as HTTP/2 forbids them are none the worse in HTTP/1.1.
TEST_F(CurlTransportPeers, UpperCaseNamesAreLowered) {
  ScriptedServer server(
      always({"HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 1\r\nX-ONE: A\r\n\r\nx", Then::KeepOpen, ""}));
  const auto result = make_transport(clock_)->send(get(server.url("/")), soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->body, "x");
  ASSERT_NE(result->header("x-one"), nullptr);
  EXPECT_EQ(*result->header("x-one"), "A");
}

// REG-25, REG-26
TEST_F(CurlTransportPeers, TrailersAndInterimAnswersSayNothing) {
  const std::string more =
      "Docker-Content-Digest: sha256:0\r\nContent-Type: text/evil\r\nLink: </evil>\r\n\r\n";
  ScriptedServer server(
      always({"HTTP/1.1 100 Continue\r\n" + more + "HTTP/1.1 103 Early Hints\r\n" + more +
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                  "Trailer: Docker-Content-Digest, Content-Type, Link\r\n"
                  "Content-Type: text/good\r\n\r\n1\r\na\r\n0\r\n" +
                  more,
              Then::KeepOpen, ""}));
  const auto http = make_transport(clock_);
  for (int count = 0; count < 2; ++count) {  // nor do they to the next on that connection
    const auto result = http->send(get(server.url("/")), soon());
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->body, "a");
    EXPECT_EQ(result->headers.size(), 3U);
    EXPECT_EQ(*result->header("content-type"), "text/good");
    EXPECT_EQ(result->header("docker-content-digest"), nullptr);
    EXPECT_EQ(result->header("link"), nullptr);
  }
  EXPECT_EQ(server.connections(), 1U);
}

// REG-58: whatever goes wrong.
TEST_F(CurlTransportPeers, NoErrorShowsTheQueryOfAUrl) {
  const WireAnswer answers[] = {
      {"", Then::Close, ""},
      {"", Then::Reset, ""},
      {"SSH-2.0\r\n", Then::Close, ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", Then::Close, ""},
      {"HTTP/1.1 200 OK\r\n", Then::Repeat, "X-Many: 1\r\n"},
      wire(200, {{"Content-Encoding", "gzip"}}, "x"),
  };
  for (const auto& answer : answers) {
    ScriptedServer server(always(answer));
    const auto result = make_transport(clock_)->send(get(server.url("/a?sig=hush")), soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail.find("hush"), std::string::npos) << result.error().detail;
  }
  const std::vector<Request> requests{
      get("https://10.0.0.1/?sig=hush"),  get("https://127.0.0.1:1/?sig=hush"),
      get("http://127.0.0.1/?sig=hu sh"), get("https://hush:hush@h/"),
      get("ftp://h/?sig=hush"),           get("http://h/?sig=hush", 0)};
  for (const auto& result : make_transport(clock_)->send_all(requests, soon())) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail.find("hu"), std::string::npos) << result.error().detail;
  }
}

// REG-90
TEST_F(CurlTransportPeers, OpensNoMoreConnectionsToAHostThanItMay) {
  constexpr std::size_t kMost = 3;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t now = 0;
  std::size_t most = 0;
  std::size_t total = 0;
  ScriptedServer server([&](const SeenRequest&) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++now);
    ++total;
    changed.notify_all();
    // Nobody leaves before three are here: it is the most, and no accident.
    changed.wait(lock, [&] { return total >= kMost; });
    --now;
    return wire(200, {}, "x");
  });
  auto options = loopback_options();
  options.connections = kMost;
  const std::vector<Request> requests(40, get(server.url("/")));
  for (const auto& result : make_transport(clock_, options)->send_all(requests, soon())) {
    EXPECT_TRUE(result);
  }
  EXPECT_EQ(most, kMost);
  EXPECT_EQ(server.connections(), kMost);
}

// A handle that was used says nothing of what it knew.
TEST_F(CurlTransportPeers, NothingOfARequestReachesTheNext) {
  ScriptedServer server([](const SeenRequest& request) {
    return wire(200, {{request.method == "POST" ? "X-Post" : "X-Get", "1"}}, request.body);
  });
  const auto http = make_transport(clock_);
  for (int count = 0; count < 10; ++count) {
    auto post = get(server.url("/token?secret"));
    post.method = net::Method::Post;
    post.body = "secret";
    post.headers = {{"Authorization", "Basic secret"}, {"Content-Type", "text/secret"}};
    ASSERT_TRUE(http->send(post, soon()));
    const auto plain = http->send(get(server.url("/plain")), soon());
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->body, "");
    EXPECT_EQ(plain->header("x-post"), nullptr);
  }
  EXPECT_EQ(server.connections(), 1U);
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 20U);
  for (std::size_t index = 1; index < seen.size(); index += 2) {
    EXPECT_EQ(seen[index].method, "GET");
    EXPECT_EQ(seen[index].target, "/plain");
    EXPECT_EQ(seen[index].body, "");
    EXPECT_EQ(seen[index].headers.size(), 4U);  // Host, User-Agent, Accept, Accept-Encoding
    EXPECT_EQ(seen[index].header("authorization"), "");
  }
}

TEST_F(CurlTransportPeers, ClosingGivesUpAllThatWait) {
  ScriptedServer silent(always({"", Then::Hold, ""}));
  const auto http = make_transport(clock_);
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      const std::vector<Request> requests(3, get(silent.url("/")));
      for (const auto& result : http->send_all(requests, soon())) {
        refused += !result && result.error().reason == Reason::Overloaded ? 1 : 0;
      }
    });
  }
  silent.wait_until_seen(24);
  std::thread other([&] { http->close(); });
  http->close();
  other.join();
  for (auto& caller : callers) {
    caller.join();
  }
  EXPECT_EQ(refused, 24);
  silent.wait_until_closed(silent.connections());
  EXPECT_EQ(http->send(get(silent.url("/")), soon()).error().reason, Reason::Overloaded);
}

TEST_F(CurlTransportPeers, ClosingInTheMiddleOfMuchWorkEndsIt) {
  ScriptedServer server(always(wire(200, {}, "x")));
  const auto http = make_transport(clock_);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (bool open = true; open;) {
        const auto result = http->send(get(server.url("/")), soon());
        open = result.has_value();
        EXPECT_TRUE(open || result.error().reason == Reason::Overloaded);
      }
    });
  }
  server.wait_until_seen(50);
  http->close();
  for (auto& caller : callers) {
    caller.join();
  }
}

}  // namespace
}  // namespace countersign::test
