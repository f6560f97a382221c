// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/curl_transport.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "integration/registry/loopback.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using net::Request;
using std::chrono::milliseconds;
using Then = WireAnswer::Then;

class CurlTransport : public testing::Test {
 protected:
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }
  SystemClock clock_;
};

ScriptedServer::Script always(WireAnswer answer) {
  return [answer](const SeenRequest&) { return answer; };
}

Reason reason_for(const WireAnswer& answer, std::size_t most = 1'000) {
  const SystemClock clock;
  ScriptedServer server(always(answer));
  const auto result = make_transport(clock)->send(get(server.url("/"), most),
                                                  Deadline::after(clock, std::chrono::seconds(30)));
  EXPECT_FALSE(result);
  return result ? Reason::Internal : result.error().reason;
}

TEST_F(CurlTransport, SendsWhatWasAskedAndNothingElse) {
  ScriptedServer server(always(wire(200, {{"X-One", "1"}, {"x-ONE", "2"}}, "body")));
  auto request = get(server.url("/v2/a?b=c"));
  request.headers = {{"Accept", "text/plain"}, {"Authorization", "Bearer t"}};
  const auto result = make_transport(clock_)->send(request, soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "body");
  ASSERT_GE(result->headers.size(), 2U);
  EXPECT_EQ(result->headers[0].name, "x-one");
  EXPECT_EQ(result->headers[0].value, "1");
  EXPECT_EQ(result->headers[1].value, "2");

  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "GET");
  EXPECT_EQ(seen[0].target, "/v2/a?b=c");
  EXPECT_EQ(seen[0].header("accept"), "text/plain");
  EXPECT_EQ(seen[0].header("authorization"), "Bearer t");
  EXPECT_EQ(seen[0].header("accept-encoding"), "identity");
  EXPECT_EQ(seen[0].header("user-agent"), "countersign-test");  // NET-23
  EXPECT_EQ(seen[0].headers.size(), 5U);                        // and Host; no Referer, no Cookie
}

TEST_F(CurlTransport, SendsTheBody) {
  ScriptedServer server(always(wire(200, {}, "")));
  const auto http = make_transport(clock_);
  const std::pair<net::Method, const char*> rows[] = {
      {net::Method::Post, "POST"}, {net::Method::Put, "PUT"}, {net::Method::Patch, "PATCH"}};
  for (const auto answer : {net::Request::Answer::Ordinary, net::Request::Answer::Secret}) {
    for (const auto& [method, verb] : rows) {
      auto request = get(server.url("/token"));
      request.method = method;
      request.answer = answer;
      request.body = std::string(3'000, 'x');
      ASSERT_TRUE(http->send(request, soon()));
      const auto seen = server.seen().back();
      EXPECT_EQ(seen.method, verb);
      EXPECT_EQ(seen.body, request.body);
      EXPECT_EQ(seen.header("expect"), "");
    }
    // The handle that was used before is blank again.
    ASSERT_TRUE(http->send(get(server.url("/")), soon()));
    EXPECT_EQ(server.seen().back().method, "GET");
    EXPECT_EQ(server.seen().back().body, "");
  }
}

TEST_F(CurlTransport, UsesAConnectionAgain) {
  ScriptedServer server(always(wire(200, {}, "x")));
  const auto http = make_transport(clock_);
  for (int count = 0; count < 5; ++count) {
    ASSERT_TRUE(http->send(get(server.url("/")), soon()));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(CurlTransport, SendsABatchAtOnce) {
  // Every answer waits until all requests have come.
  std::mutex mutex;
  std::condition_variable all;
  std::size_t come = 0;
  ScriptedServer server([&](const SeenRequest& request) {
    std::unique_lock lock(mutex);
    ++come;
    all.notify_all();
    all.wait(lock, [&] { return come == 5; });
    return wire(200, {}, request.target);
  });
  std::vector<Request> requests;
  for (const char* path : {"/a", "/b", "/c", "/d", "/e"}) {
    requests.push_back(get(server.url(path)));
  }
  const auto results = make_transport(clock_)->send_all(requests, soon());
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0]->body, "/a");
  EXPECT_EQ(results[4]->body, "/e");
}

TEST_F(CurlTransport, ManyThreadsShareIt) {
  ScriptedServer server([](const SeenRequest& request) { return wire(200, {}, request.target); });
  const auto http = make_transport(clock_);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int count = 0; count < 20; ++count) {
        const auto path = "/" + std::to_string(caller) + "/" + std::to_string(count);
        const auto result = http->send(get(server.url(path)), soon());
        ASSERT_TRUE(result) << result.error().detail;
        EXPECT_EQ(result->body, path);
      }
    });
  }
  for (auto& caller : callers) {
    caller.join();
  }
  EXPECT_EQ(server.seen().size(), 160U);
  EXPECT_LE(server.connections(), limits::kConnectionsPerHost);
}

// REG-15, REG-26: interim answers and trailers say nothing.
TEST_F(CurlTransport, ReadsChunksAndIgnoresWhatIsNotTheAnswer) {
  ScriptedServer server(
      always({"HTTP/1.1 103 Early Hints\r\nLink: </evil>; rel=\"next\"\r\n\r\n"
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Link\r\n\r\n"
              "3\r\nabc\r\n2\r\nde\r\n0\r\nLink: </evil>; rel=\"next\"\r\n\r\n",
              Then::KeepOpen, ""}));
  const auto result = make_transport(clock_)->send(get(server.url("/")), soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->body, "abcde");
  EXPECT_EQ(result->header("link"), nullptr);
}

// NET-07: the transport follows nothing.
TEST_F(CurlTransport, HandsARedirectBack) {
  ScriptedServer server(always(wire(307, {{"Location", "/elsewhere"}}, "")));
  const auto result = make_transport(clock_)->send(get(server.url("/")), soon());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 307);
  EXPECT_EQ(server.seen().size(), 1U);
}

// NET-18
TEST_F(CurlTransport, IgnoresTheEnvironment) {
  ScriptedServer trap(always(wire(200, {}, "trap")));
  const auto proxy = trap.url("");
  const auto home = testing::TempDir() + "countersign_home";
  ASSERT_EQ(setenv("http_proxy", proxy.c_str(), 1), 0);
  ASSERT_EQ(setenv("ALL_PROXY", proxy.c_str(), 1), 0);
  ASSERT_EQ(setenv("HOME", testing::TempDir().c_str(), 1), 0);
  std::ofstream(testing::TempDir() + ".netrc") << "machine 127.0.0.1 login user password secret\n";
  ScriptedServer server(always(wire(200, {{"Set-Cookie", "a=b"}}, "real")));
  const auto http = make_transport(clock_);
  for (int count = 0; count < 2; ++count) {
    const auto result = http->send(get(server.url("/")), soon());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->body, "real");
  }
  for (const auto& request : server.seen()) {
    EXPECT_EQ(request.header("authorization"), "");
    EXPECT_EQ(request.header("cookie"), "");
  }
  EXPECT_EQ(trap.connections(), 0U);
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

TEST_F(CurlTransport, GoesThroughTheProxyThatIsConfigured) {
  ScriptedServer proxy(always(wire(200, {}, "through the proxy")));
  auto options = loopback_options();
  options.proxy = proxy.url("");
  const auto result = make_transport(clock_, options)->send(get("http://far.test/x"), soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->body, "through the proxy");
  EXPECT_EQ(proxy.seen().front().target, "http://far.test/x");
}

// REG-13, REG-14, NET-14
TEST_F(CurlTransport, EndsAtTheLimitOfTheBody) {
  EXPECT_EQ(reason_for(wire(200, {}, std::string(1'001, 'x'))), Reason::RegistryResponse);
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", Then::Hold, ""}),
            Reason::RegistryResponse);
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Then::Repeat,
                        "5\r\nabcde\r\n"}),
            Reason::RegistryResponse);
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\n\r\n", Then::Repeat, std::string(4'096, 'x')}),
            Reason::RegistryResponse);
  ScriptedServer server(always(wire(200, {}, std::string(1'000, 'x'))));
  const auto exact = make_transport(clock_)->send(get(server.url("/"), 1'000), soon());
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->body.size(), 1'000U);
}

// NET-13
TEST_F(CurlTransport, EndsAtTheLimitOfTheHeaders) {
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\n", Then::Repeat, "X-Many: 1\r\n"}),
            Reason::RegistryResponse);
  EXPECT_EQ(
      reason_for({"HTTP/1.1 200 OK\r\n", Then::Repeat, "X: " + std::string(20'000, 'x') + "\r\n"}),
      Reason::RegistryResponse);
  // An endless line meets libcurl's own limit.
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\nX: ", Then::Repeat, std::string(4'096, 'x')}),
            Reason::RegistryUnavailable);
  // NET-24
  EXPECT_EQ(reason_for({"", Then::Repeat, "HTTP/1.1 100 Continue\r\n\r\n"}),
            Reason::RegistryResponse);
}

// REG-81: of an error only the head of the text is of use.
TEST_F(CurlTransport, CutsTheBodyOfAnError) {
  ScriptedServer server(always({"HTTP/1.1 404 Not Found\r\nContent-Length: 10485760\r\n\r\n",
                                Then::Repeat, std::string(4'096, 'x')}));
  const auto result =
      make_transport(clock_)->send(get(server.url("/"), limits::kManifestBytes), soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->status, 404);
  EXPECT_EQ(result->body.size(), limits::kRegistryErrorBytes);
}

// REG-16
TEST_F(CurlTransport, ATruncatedAnswerIsAnError) {
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Then::Close, ""}),
            Reason::RegistryUnavailable);
  EXPECT_EQ(reason_for({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Then::Reset, ""}),
            Reason::RegistryUnavailable);
  EXPECT_EQ(
      reason_for({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Then::Close, ""}),
      Reason::RegistryUnavailable);
  EXPECT_EQ(
      reason_for({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Then::Close, ""}),
      Reason::RegistryUnavailable);
  EXPECT_EQ(reason_for({"", Then::Close, ""}), Reason::RegistryUnavailable);
  EXPECT_EQ(reason_for({"", Then::Reset, ""}), Reason::RegistryUnavailable);
  EXPECT_EQ(reason_for({"SSH-2.0-OpenSSH_9.2\r\n", Then::Close, ""}), Reason::RegistryUnavailable);
}

// NET-12, REG-17
TEST_F(CurlTransport, RefusesAnEncodingThatWasNotAskedFor) {
  for (const char* encoding : {"gzip", "br", "gzip, gzip", "deflate"}) {
    EXPECT_EQ(reason_for(wire(200, {{"Content-Encoding", encoding}}, "x")),
              Reason::RegistryResponse)
        << encoding;
  }
  ScriptedServer server(always(wire(200, {{"Content-Encoding", "identity"}}, "x")));
  EXPECT_TRUE(make_transport(clock_)->send(get(server.url("/")), soon()));
}

// REG-86: the server closed an idle connection.
TEST_F(CurlTransport, OpensAnotherConnectionWhenAnIdleOneWasClosed) {
  std::atomic<int> count = 0;
  ScriptedServer server([&](const SeenRequest&) {
    auto answer = wire(200, {}, "x");
    answer.then = ++count == 1 ? Then::Close : Then::KeepOpen;
    return answer;
  });
  const auto http = make_transport(clock_);
  ASSERT_TRUE(http->send(get(server.url("/")), soon()));
  server.wait_until_closed(1);
  ASSERT_TRUE(http->send(get(server.url("/")), soon()));
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(CurlTransport, NothingListensThere) {
  std::uint16_t port = 0;
  {
    port = ScriptedServer(always(wire(200, {}, ""))).port();
  }
  const auto result =
      make_transport(clock_)->send(get("http://127.0.0.1:" + std::to_string(port) + "/"), soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable);
  EXPECT_EQ(result.error().detail.find("port"), std::string::npos);
}

// REG-85, NET-15
TEST_F(CurlTransport, GivesUpAtTheDeadlineAndCancels) {
  ScriptedServer silent(
      always({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na", Then::Hold, "bcde"}));
  const auto http = make_transport(clock_);
  const auto result = http->send(get(silent.url("/")), Deadline::after(clock_, milliseconds(100)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::DeadlineExceeded);
  // By the transport: nothing was released, or it did not come so far.
  silent.wait_until_closed(silent.connections());
}

TEST_F(CurlTransport, ARequestsOwnWaitEndsItAlone) {
  ScriptedServer silent(always({"", Then::Hold, ""}));
  ScriptedServer quick(always(wire(200, {}, "x")));
  auto impatient = get(silent.url("/"));
  impatient.wait = milliseconds(100);
  const std::vector<Request> requests = {impatient, get(quick.url("/"))};
  const auto results = make_transport(clock_)->send_all(requests, soon());
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().reason, Reason::RegistryUnavailable);
  EXPECT_TRUE(results[1]);
}

TEST_F(CurlTransport, ASilentServerHoldsUpNobodyElse) {
  ScriptedServer silent(
      always({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na", Then::Hold, "bcde"}));
  ScriptedServer quick(always(wire(200, {}, "x")));
  const auto http = make_transport(clock_);
  std::thread caller([&] {
    const auto result = http->send(get(silent.url("/")), soon());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->body, "abcde");
  });
  silent.wait_until_seen(1);
  EXPECT_TRUE(http->send(get(quick.url("/")), soon()));
  silent.release();
  caller.join();
}

TEST_F(CurlTransport, WhatStillRunsIsGivenUpWhenItCloses) {
  ScriptedServer silent(always({"", Then::Hold, ""}));
  auto http = make_transport(clock_);
  EXPECT_FALSE(http->send(get(silent.url("/")), Deadline::after(clock_, milliseconds(100))));
  http.reset();
  silent.wait_until_closed(silent.connections());
}

// An override reaches its address, and opens nothing else.
TEST_F(CurlTransport, AnOverrideAllowsItsAddressForItsHostAlone) {
  ScriptedServer server(always(wire(200, {}, "x")));
  net::TransportOptions options;
  options.plain_http = net::PlainHttp::Allow;
  options.overrides = {{"Registry.Test", 80, "127.0.0.1", server.port()}};
  const auto http = make_transport(clock_, options);
  EXPECT_TRUE(http->send(get("http://registry.test/"), soon()));
  EXPECT_EQ(server.seen().front().header("host"), "registry.test");
  for (const auto& url :
       {server.url("/"), "http://localhost:" + std::to_string(server.port()) + "/"}) {
    const auto result = http->send(get(url), soon());
    ASSERT_FALSE(result) << url;
    EXPECT_EQ(result.error().reason, Reason::AddressNotAllowed) << url;
  }
  EXPECT_EQ(server.connections(), 1U);
}

// NET-06: a name is judged by what it resolves to.
TEST_F(CurlTransport, ANameThatResolvesToLoopbackIsRefused) {
  ScriptedServer server(always(wire(200, {}, "x")));
  net::TransportOptions options;
  options.plain_http = net::PlainHttp::Allow;
  const auto result =
      make_transport(clock_, options)
          ->send(get("http://localhost:" + std::to_string(server.port()) + "/"), soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::AddressNotAllowed);
  EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace countersign::test
