// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/revocation/client.h"
#include "countersign/x509/ocsp.h"

#include "integration/registry/loopback.h"
#include "support/pki.h"
#include "support/revocation_maker.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using revocation::Query;
using x509::RevocationStatus;
using Then = WireAnswer::Then;
using Outcome = Result<RevocationStatus>;

std::string text(const ByteVector& bytes) { return {bytes.begin(), bytes.end()}; }

ScriptedServer::Script always(WireAnswer answer) {
  return [answer = std::move(answer)](const SeenRequest&) { return answer; };
}

class RevocationOverHttp : public testing::Test {
 protected:
  Deadline within(std::chrono::milliseconds budget) const {
    return Deadline::after(clock_, budget);
  }
  Query query(std::vector<std::string> responders, std::vector<std::string> lists = {}) const {
    auto spec = leaf_spec();
    spec.ocsp_urls = std::move(responders);
    spec.crl_urls = std::move(lists);
    return {ca_.issue(spec).certificate(), ca_.certificate()};
  }
  Outcome ask(const Query& query, net::HttpTransport& http, Deadline deadline) const {
    return revocation::make_client({}, http, clock_, *logger_)->ask({&query, 1}, deadline).front();
  }
  Outcome ask(const Query& query) const {
    return ask(query, *make_transport(clock_), within(std::chrono::seconds(30)));
  }

  // What is found out when a responder, or the place of a list, answers so.
  Reason by_ocsp(const WireAnswer& answer) const {
    ScriptedServer server(always(answer));
    return reason(ask(query({server.url("/ocsp")})));
  }
  Reason by_list(const WireAnswer& answer) const {
    ScriptedServer server(always(answer));
    return reason(ask(query({}, {server.url("/ca.crl")})));
  }
  static Reason reason(const Outcome& outcome) {
    EXPECT_FALSE(outcome);
    return outcome ? Reason::Internal : outcome.error().reason;
  }
  std::string list() const { return text(make_crl({}, ca_)); }

  SystemClock clock_;
  Signer ca_ = make_root();
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
};

TEST_F(RevocationOverHttp, AsksAResponder) {
  std::string answer;
  ScriptedServer server([&](const SeenRequest&) {
    return wire(200, {{"Content-Type", "application/ocsp-response"}}, answer);
  });
  const auto asked = query({server.url("/ocsp")}, {server.url("/ca.crl")});
  answer = text(make_ocsp({.status = OcspStatus::Revoked}, asked.certificate, ca_));
  const auto outcome = ask(asked);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->kind, RevocationStatus::Kind::Revoked);
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.front().method, "POST");
  EXPECT_EQ(seen.front().target, "/ocsp");
  EXPECT_EQ(seen.front().header("content-type"), "application/ocsp-request");
  EXPECT_EQ(seen.front().body, text(x509::ocsp_request(asked.certificate, asked.issuer)));
}

TEST_F(RevocationOverHttp, GetsAListInChunks) {
  const auto bytes = list();
  char size[16];
  std::snprintf(size, sizeof size, "%zx", bytes.size());
  ScriptedServer server(always({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                    std::string(size) + "\r\n" + bytes + "\r\n0\r\n\r\n",
                                Then::KeepOpen, ""}));
  const auto outcome = ask(query({}, {server.url("/ca.crl")}));
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->kind, RevocationStatus::Kind::Good);
}

// NV-R04: the connection that is refused stands below, and so does the responder that is slow.
TEST_F(RevocationOverHttp, AResponderThatFailsLeavesTheStatusUnknown) {
  const std::vector<WireAnswer> answers = {
      wire(404, {}, ""),
      wire(500, {}, ""),
      wire(302, {{"Location", "http://127.0.0.1/"}}, ""),
      wire(200, {}, std::string(limits::kOcspResponseBytes + 1, 'x')),
      wire(200, {}, ""),
      wire(200, {{"Content-Type", "text/html"}}, "<html>sign in first</html>"),
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Then::Repeat, "5\r\nabcde\r\n"},
      {"", Then::Close, ""},
      {"", Then::Reset, ""}};
  for (const auto& answer : answers) {
    EXPECT_EQ(by_ocsp(answer), Reason::RevocationUnknown) << answer.bytes.substr(0, 40);
  }
}

TEST_F(RevocationOverHttp, NoRedirectIsFollowed) {
  ScriptedServer elsewhere(always(wire(200, {}, list())));
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto answer = wire(status, {{"Location", elsewhere.url("/ca.crl")}}, "");
    EXPECT_EQ(by_list(answer), Reason::RevocationUnknown) << status;
  }
  EXPECT_EQ(elsewhere.connections(), 0U);
}

// NV-R04: refused.
TEST_F(RevocationOverHttp, NobodyListens) {
  const auto url = ScriptedServer(always(wire(200, {}, ""))).url("/ocsp");
  EXPECT_EQ(reason(ask(query({url}))), Reason::RevocationUnknown);
}

// NV-R04: slow. His own wait ends, and the list is asked within the same deadline.
TEST_F(RevocationOverHttp, ASilentResponderEndsByItsOwnWait) {
  ScriptedServer silent(always({"", Then::Hold, ""}));
  ScriptedServer lists(always(wire(200, {}, list())));
  const auto http = make_transport(clock_);
  const std::vector<Query> queries = {query({silent.url("/ocsp")}),
                                      query({silent.url("/ocsp")}, {lists.url("/ca.crl")})};
  const auto outcomes = revocation::make_client({}, *http, clock_, *logger_)
                            ->ask(queries, within(std::chrono::seconds(30)));
  EXPECT_EQ(reason(outcomes[0]), Reason::RevocationUnknown);
  ASSERT_TRUE(outcomes[1]) << outcomes[1].error().detail;
  EXPECT_EQ(outcomes[1]->kind, RevocationStatus::Kind::Good);
}

// NV-R23
TEST_F(RevocationOverHttp, TheDeadlineEndsEverything) {
  ScriptedServer silent(always({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Then::Hold, ""}));
  const auto http = make_transport(clock_);
  for (const auto& asked : {query({silent.url("/ocsp")}), query({}, {silent.url("/ca.crl")})}) {
    EXPECT_EQ(reason(ask(asked, *http, within(std::chrono::milliseconds(100)))),
              Reason::DeadlineExceeded);
  }
}

// NV-R15
TEST_F(RevocationOverHttp, AListThatIsNoneLeavesTheStatusUnknown) {
  const std::string megabyte(limits::kMiB, 'x');
  const std::string endless = "100000\r\n" + megabyte + "\r\n";
  const auto too_long = std::to_string(limits::kCrlBytes + 1);
  const std::vector<WireAnswer> answers = {
      wire(200, {}, pem("X509 CRL", as_bytes(list()))),
      wire(200, {{"Content-Encoding", "gzip"}}, list()),
      wire(304, {}, ""),
      {"HTTP/1.1 200 OK\r\nContent-Length: " + too_long + "\r\n\r\n", Then::Hold, ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Then::Repeat, endless},
      {"HTTP/1.1 200 OK\r\n\r\n", Then::Repeat, megabyte}};
  for (const auto& answer : answers) {
    EXPECT_EQ(by_list(answer), Reason::RevocationUnknown) << answer.bytes.substr(0, 60);
  }
}

// NV-R22: the addresses of untrusted chains are no questions (notation/examine_test). What a name
// means is judged at the socket, so that an answer of the DNS that changes between a check and the
// connection changes nothing.
TEST_F(RevocationOverHttp, AddressesInsideAreNotContacted) {
  ScriptedServer server(always(wire(200, {}, list())));
  net::TransportOptions options;
  options.plain_http = net::PlainHttp::Allow;
  const auto http = make_transport(clock_, options);
  const auto port = ":" + std::to_string(server.port()) + "/";
  for (const auto* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433",
                           "169.254.169.254", "10.0.0.1", "192.168.0.1", "[fd00::1]", "0.0.0.0"}) {
    const auto url = "http://" + std::string(host) + port;
    const auto deadline = within(std::chrono::seconds(30));
    EXPECT_EQ(reason(ask(query({url}), *http, deadline)), Reason::RevocationUnknown) << url;
    EXPECT_EQ(reason(ask(query({}, {url}), *http, deadline)), Reason::RevocationUnknown) << url;
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(RevocationOverHttp, ManyThreadsShareTheClientAndTheList) {
  ScriptedServer server(always(wire(200, {}, list())));
  const auto http = make_transport(clock_);
  const auto client = revocation::make_client({}, *http, clock_, *logger_);
  std::vector<Query> queries;
  for (int i = 0; i < 4; ++i) {
    queries.push_back(query({}, {server.url("/ca.crl")}));
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (const auto& outcome : client->ask(queries, within(std::chrono::seconds(30)))) {
        EXPECT_TRUE(outcome && outcome->kind == RevocationStatus::Kind::Good);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(server.seen().size(), 1U);
}

}  // namespace
}  // namespace countersign::test
