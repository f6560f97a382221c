// SPDX-License-Identifier: Apache-2.0
// What HTTP clients see of a Front.
#include <stdexcept>
#include <string>
#include <vector>

#include <curl/curl.h>
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "integration/server/bed.h"
#include "support/temp_folder.h"

namespace countersign::server {
namespace {

using test::Answer;
using test::End;
using test::post;

using FrontHttp = test::FrontBed;

TEST_F(FrontHttp, AnswersAReview) {  // AW-10
  start();
  for (const std::string type :
       {"application/json", "Application/JSON; charset=utf-8", "  application/json  "}) {
    const auto answer = ask(post("{}", "/validate", "Content-Type: " + type + "\r\n"));
    EXPECT_EQ(answer.status, 200) << type;
    EXPECT_EQ(answer.body, "{}");
    EXPECT_EQ(answer.fields.at("content-type"), "application/json");
    EXPECT_EQ(answer.fields.at("content-length"), "2");
    EXPECT_TRUE(answer.fields.contains("date"));
    EXPECT_FALSE(answer.fields.contains("server"));
    EXPECT_FALSE(answer.closes());
  }
}

TEST_F(FrontHttp, PassesPathQueryAndTime) {
  HttpRequest seen;
  handler_.direct = [&](const HttpRequest& request) {
    seen = request;
    return test::DirectedHandler::echo(request);
  };
  const auto before = clock_.tick();
  start();
  EXPECT_EQ(ask(post("{}", "/advise?timeout=10s&timeout=4s")).status, 200);
  EXPECT_EQ(seen.path, "/advise");
  EXPECT_EQ(seen.query, "timeout=10s&timeout=4s");
  EXPECT_EQ(seen.content_type, "application/json");
  EXPECT_GE(seen.received, before);
  EXPECT_LE(seen.received, clock_.tick());
}

TEST_F(FrontHttp, RefusesWhatIsNoReview) {  // AW-23, AW-24, TLS-11
  start();
  struct Row {
    std::string request;
    int status;
  };
  const std::string json = "Content-Type: application/json\r\n";
  std::vector<Row> rows{
      {post("{}", "/validate", ""), 415},
      {post("{}", "/validate", "Content-Type: text/yaml\r\n"), 415},
      {post("{}", "/validate", "Content-Type: application/vnd.kubernetes.protobuf\r\n"), 415},
      {post("{}", "/validate", json + "Content-Encoding: gzip\r\n"), 415},
      {post("{}", "/validate", json + "Expect: tea\r\n"), 417},
      {"POST /validate HTTP/1.1\r\nHost: a\r\n" + json + "\r\n", 411},
      {"POST /validate HTTP/1.1\r\nHost: a\r\n" + json + "Content-Length: 8388609\r\n\r\n", 413},
      {post("{}", "/validate",
            json + "X: " + std::string(limits::kRequestHeaderBytes, 'x') + "\r\n"),
       431},
      {post("{}", "/validate", json + "Transfer-Encoding: chunked\r\n"), 400},
      {post("{}", "/validate", json + "Content-Length: 2\r\n"), 400},
      {post("{}", "/validate", json + "X: a\r\n b\r\n"), 400},
      {"nonsense\r\n\r\n", 400},
  };
  for (const auto* path : {"/", "/validate/", "//validate", "/validate%2f", "/VALIDATE",
                           "/validate/../validate", "/livez", "/metrics"}) {
    rows.push_back({post("{}", path), 404});
  }
  for (const auto* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"}) {
    rows.push_back({std::string(method) + " /validate HTTP/1.1\r\nHost: a\r\n\r\n", 405});
  }
  for (const auto& row : rows) {
    const auto answer = ask(row.request);
    EXPECT_EQ(answer.status, row.status) << row.request.substr(0, 200);
    EXPECT_TRUE(answer.closes()) << row.request.substr(0, 200);
    EXPECT_EQ(answer.fields.at("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer.fields.contains("allow"), row.status == 405);
    EXPECT_FALSE(answer.fields.contains("location"));
  }
  EXPECT_EQ(rejected(405), 7);
  EXPECT_EQ(rejected(404), 8);
  EXPECT_EQ(rejected(400), 4);
  EXPECT_EQ(front_->counters().requests, 0U);  // no handler saw any of them
}

TEST_F(FrontHttp, TakesBodiesUpToTheLimit) {  // AW-22
  start();
  const std::string largest(limits::kReviewBytes, 'x');
  EXPECT_EQ(ask(post(largest)).body, largest);
  auto client = connect();
  EXPECT_TRUE(client.send(post(largest + "x").substr(0, 200)));
  EXPECT_EQ(client.receive().status, 413);
  EXPECT_EQ(client.wait_for_end(), End::Clean);
}

TEST_F(FrontHttp, DeliversARefusalToAPeerThatGoesOnSending) {
  start();
  auto client = connect();
  const auto request = post(std::string(200 * limits::kKiB, 'x'), "/other");
  EXPECT_TRUE(client.send(request));
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(FrontHttp, TakesChunksAndWhatFollows) {
  start();
  auto client = connect();
  const std::string chunked =
      "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
  EXPECT_TRUE(client.send(chunked + post("second") + chunked));
  EXPECT_EQ(client.receive().body, "[1,2]");
  EXPECT_EQ(client.receive().body, "second");
  EXPECT_EQ(client.receive().body, "[1,2]");
}

// Those that TLS has read ahead already are not announced by the socket any more.
TEST_F(FrontHttp, AnswersRequestsThatCameInRecordsOfTheirOwn) {
  start();
  auto client = connect();
  for (int number = 0; number < 20; ++number) {
    ASSERT_TRUE(client.send(post(std::to_string(number))));
  }
  for (int number = 0; number < 20; ++number) {
    ASSERT_EQ(client.receive().body, std::to_string(number));
  }
}

TEST_F(FrontHttp, InvitesABody) {
  start();
  auto client = connect();
  client.send(
      "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("{}").body, "{}");
}

TEST_F(FrontHttp, KeepsAConnectionAsTheProtocolSays) {
  start();
  struct Row {
    std::string version, field;
    bool closes;
  };
  for (const auto& row : std::vector<Row>{{"1.1", "", false},
                                          {"1.1", "Connection: close\r\n", true},
                                          {"1.0", "", true},
                                          {"1.0", "Connection: keep-alive\r\n", false}}) {
    auto client = connect();
    const auto request = "POST /validate HTTP/" + row.version + "\r\nHost: a\r\n" + row.field +
                         "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    EXPECT_EQ(client.ask(request).closes(), row.closes) << row.version << row.field;
    if (row.closes) {
      EXPECT_EQ(client.wait_for_end(), End::Clean);
    } else {
      EXPECT_EQ(client.ask(request).status, 200);
    }
  }
}

TEST_F(FrontHttp, ServesManyRequestsOnOneConnection) {
  start();
  auto client = connect();
  for (int number = 0; number < 2'000; ++number) {
    const auto body = std::to_string(number);
    ASSERT_EQ(client.ask(post(body)).body, body);
  }
  EXPECT_EQ(front_->counters().accepted, 1U);
}

TEST_F(FrontHttp, AnswersForAHandlerThatThrows) {  // MEM-01
  handler_.direct = [](const HttpRequest&) -> HttpReply { throw std::runtime_error("secret"); };
  start();
  const auto answer = ask(post("{}"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(rejected(500), 1);
}

TEST_F(FrontHttp, SaysAtOnceThatTheQueueIsFull) {  // OVL-01, AW-82
  test::Barrier barrier;
  handler_.direct = [&](const HttpRequest& request) {
    barrier.pass();
    return test::DirectedHandler::echo(request);
  };
  workers_ = std::make_unique<test::Workers>(1, 1);
  start();
  auto busy = connect();
  auto queued = connect();
  busy.send(post("busy"));
  barrier.wait_for(1);
  queued.send(post("queued"));
  while (front_->counters().requests < 2) {
    std::this_thread::yield();
  }
  const auto answer = ask(post("{}"));
  EXPECT_EQ(answer.body, "overloaded");
  EXPECT_EQ(answer.fields.at("retry-after"), "2");
  barrier.open();
  EXPECT_EQ(busy.receive().body, "busy");
  EXPECT_EQ(queued.receive().body, "queued");
}

TEST_F(FrontHttp, ShedsBodiesBeyondTheMemoryForThem) {
  test::Barrier barrier;
  handler_.direct = [&](const HttpRequest& request) {
    barrier.pass();
    return test::DirectedHandler::echo(request);
  };
  start({}, {.held_bytes = 150'000});
  const std::string large(100'000, 'x');
  auto first = connect();
  first.send(post(large));
  barrier.wait_for(1);
  const auto refused = ask(post(large));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.fields.at("retry-after"), "1");
  barrier.open();
  EXPECT_EQ(first.receive().body, large);
  EXPECT_EQ(ask(post(large)).body, large);
}

std::size_t append(char* data, std::size_t, std::size_t size, void* text) {
  static_cast<std::string*>(text)->append(data, size);
  return size;
}

TEST_F(FrontHttp, ServesAClientOfOthers) {  // libcurl, which checks the certificate, too
  start();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> fields(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  const auto url = "https://localhost:" + std::to_string(front_->port()) + "/validate?timeout=5s";
  const support::TempFolder folder;
  const auto trusted = folder.write("tls.crt", signer_.chain_pem()).string();
  const std::string body(50'000, 'x');  // libcurl asks before it sends so much
  std::string received;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CAINFO, trusted.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.get());
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &received);
  for (int round = 0; round < 2; ++round) {
    received.clear();
    const auto code = curl_easy_perform(curl.get());
    ASSERT_EQ(code, CURLE_OK) << curl_easy_strerror(code);
    EXPECT_EQ(received, body);
  }
  EXPECT_EQ(front_->counters().accepted, 1U);
}

// Also when no worker is to be had.
TEST_F(FrontHttp, AnswersAtOnceWhatNeedsNoWorker) {
  workers_ = std::make_unique<test::Workers>(1, 0);
  handler_.at_once = [](const HttpRequest& request) {
    return request.body == "\"known\"" ? std::optional(test::DirectedHandler::echo(request))
                                       : std::nullopt;
  };
  start();
  auto client = connect();
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_EQ(client.ask(post("\"known\"")).body, "\"known\"");
    EXPECT_EQ(client.ask(post("\"unknown\"")).body, "overloaded");
  }
}

TEST_F(FrontHttp, TriesNothingAtOnceThatIsLargeOrThrows) {
  handler_.at_once = [](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.body == "{}") {
      throw std::runtime_error("broken");
    }
    return HttpReply{.status = 200, .content_type = {}, .body = "at once", .retry_after = {}};
  };
  start();
  EXPECT_EQ(ask(post("{}")).body, "{}");
  const std::string most(limits::kAtOnceBytes, ' ');
  EXPECT_EQ(ask(post(most)).body, "at once");
  EXPECT_EQ(ask(post(most + " ")).body, most + " ");
}

}  // namespace
}  // namespace countersign::server
