// SPDX-License-Identifier: Apache-2.0
// Through a proxy and past it.
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/registry/loopback.h"
#include "support/pki.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"

namespace countersign::test {
namespace {

using Then = WireAnswer::Then;

// base64 of "user:hush", which no origin may see and no message may show.
constexpr std::string_view kCredentials = "Basic dXNlcjpodXNo";

class CurlTransportProxy : public testing::Test {
 protected:
  CurlTransportProxy() : ca_file_(folder_.write("ca.pem", root_.pem())) {}

  net::TransportOptions through(const ScriptedServer& proxy) const {
    auto options = loopback_options();
    options.ca_file = ca_file_;
    options.proxy = "http://user:hush@127.0.0.1:" + std::to_string(proxy.port());
    return options;
  }
  ServerIdentity identity(const char* names = "DNS:far.test,IP:127.0.0.1") const {
    const auto leaf = root_.issue(tls_spec(names));
    return {leaf.chain_pem(), leaf.key().pem()};
  }
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }

  SystemClock clock_;
  support::TempFolder folder_;
  Signer root_ = make_root();
  std::string ca_file_;
};

ScriptedServer::Script always(WireAnswer answer) {
  return [answer](const SeenRequest&) { return answer; };
}
ScriptedServer::Script tunnel_to(std::uint16_t port) {
  return always({"HTTP/1.1 200 Connection established\r\nContent-Length: 9\r\n\r\n", Then::Tunnel,
                 std::to_string(port)});
}

// REG-93: what the proxy is told stays with it, and what the origin is told does not reach it.
TEST_F(CurlTransportProxy, TunnelsWithCredentialsThatTheOriginNeverSees) {
  ScriptedServer origin(always(wire(200, {}, "x")), identity());
  ScriptedServer proxy(tunnel_to(origin.port()));
  auto request = get("https://far.test/a?b");
  request.headers = {{"Authorization", "Bearer t"}};
  const auto http = make_transport(clock_, through(proxy));
  for (int count = 0; count < 3; ++count) {
    const auto result = http->send(request, soon());
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->body, "x");
  }
  ASSERT_EQ(proxy.seen().size(), 1U);  // the tunnel is used again
  const auto connect = proxy.seen().front();
  EXPECT_EQ(connect.method, "CONNECT");
  EXPECT_EQ(connect.target, "far.test:443");
  EXPECT_EQ(connect.header("proxy-authorization"), kCredentials);
  EXPECT_EQ(connect.header("authorization"), "");
  ASSERT_EQ(origin.seen().size(), 3U);
  for (const auto& seen : origin.seen()) {
    EXPECT_EQ(seen.header("proxy-authorization"), "");
    EXPECT_EQ(seen.header("authorization"), "Bearer t");
  }
}

// REG-93: one transport, the same handles, now through the proxy and now past it.
TEST_F(CurlTransportProxy, AHostThatIsReachedDirectlyNeverSeesThem) {
  ScriptedServer direct(always(wire(200, {}, "direct")));
  ScriptedServer proxy(always(wire(200, {}, "through the proxy")));
  auto options = through(proxy);
  options.no_proxy = {"127.0.0.0/8"};
  const auto http = make_transport(clock_, options);
  for (int count = 0; count < 20; ++count) {
    EXPECT_EQ(http->send(get("http://far.test/"), soon())->body, "through the proxy");
    EXPECT_EQ(http->send(get(direct.url("/")), soon())->body, "direct");
  }
  for (const auto& seen : proxy.seen()) {
    EXPECT_EQ(seen.header("proxy-authorization"), kCredentials);
  }
  ASSERT_EQ(direct.seen().size(), 20U);
  for (const auto& seen : direct.seen()) {
    EXPECT_EQ(seen.header("proxy-authorization"), "");
    EXPECT_EQ(seen.target, "/");
  }
}

// NET-18: neither list of the environment adds to ours or takes from it.
TEST_F(CurlTransportProxy, TheEnvironmentsExceptionsDoNotCount) {
  ScriptedServer proxy(always(wire(200, {}, "x")));
  ASSERT_EQ(setenv("no_proxy", "far.test,*", 1), 0);
  ASSERT_EQ(setenv("NO_PROXY", "far.test,*", 1), 0);
  const auto result = make_transport(clock_, through(proxy))->send(get("http://far.test/"), soon());
  unsetenv("no_proxy");
  unsetenv("NO_PROXY");
  EXPECT_TRUE(result);
  EXPECT_EQ(proxy.seen().size(), 1U);
}

// REG-93: also with a body or headers without end, which would keep the loop from all others.
TEST_F(CurlTransportProxy, AProxyThatRefusesIsAnErrorAndHoldsUpNobody) {
  const std::string demand = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\n";
  const struct {
    const char* name;
    WireAnswer answer;
    Reason reason;
  } rows[] = {
      {"407", wire(407, {{"Proxy-Authenticate", "Basic realm=\"p\""}}, "no"),
       Reason::RegistryUnavailable},
      {"407 with another scheme", wire(407, {{"Proxy-Authenticate", "Negotiate"}}, "no"),
       Reason::RegistryUnavailable},
      {"407 with a giant body",
       {demand + "Content-Length: 1000000000000\r\n\r\n", Then::Repeat, std::string(4'096, 'x')},
       Reason::RegistryUnavailable},
      {"407 with endless chunks",
       {demand + "Transfer-Encoding: chunked\r\n\r\n", Then::Repeat, "5\r\nabcde\r\n"},
       Reason::RegistryUnavailable},
      {"403", wire(403, {}, ""), Reason::RegistryUnavailable},
      {"502", wire(502, {}, "no"), Reason::RegistryUnavailable},
      {"redirect", wire(302, {{"Location", "http://127.0.0.1:1/"}}, ""),
       Reason::RegistryUnavailable},
      {"interim answers",
       {"", Then::Repeat, "HTTP/1.1 100 Continue\r\n\r\n"},
       Reason::RegistryUnavailable},
      {"endless header lines",
       {"HTTP/1.1 200 OK\r\n", Then::Repeat, "X-Many: 1\r\n"},
       Reason::RegistryResponse},
      {"an endless header line",
       {"HTTP/1.1 200 OK\r\nX: ", Then::Repeat, std::string(4'096, 'x')},
       Reason::RegistryUnavailable},
      {"the end", {"", Then::Close, ""}, Reason::RegistryUnavailable},
      {"a reset", {"HTTP/1.1 200", Then::Reset, ""}, Reason::RegistryUnavailable},
      {"no HTTP", {"SSH-2.0-OpenSSH_9.2\r\n\r\n", Then::Close, ""}, Reason::RegistryUnavailable},
      {"no TLS behind it",
       {"HTTP/1.1 200 OK\r\n\r\nplain text", Then::Close, ""},
       Reason::RegistryUnavailable},
  };
  ScriptedServer quick(always(wire(200, {}, "x")));
  for (const auto& [name, answer, reason] : rows) {
    ScriptedServer proxy(always(answer));
    for (const auto& url : {proxy.url(""), through(proxy).proxy}) {  // without credentials, too
      auto options = through(proxy);
      options.proxy = url;
      options.no_proxy = {"127.0.0.1"};
      const auto http = make_transport(clock_, options);
      const std::vector<net::Request> requests{get("https://far.test/?sig=hush"),
                                               get(quick.url("/"))};
      const auto results = http->send_all(requests, soon());
      ASSERT_FALSE(results[0]) << name;
      EXPECT_EQ(results[0].error().reason, reason) << name << ": " << results[0].error().detail;
      EXPECT_EQ(results[0].error().detail.find("hush"), std::string::npos) << name;
      EXPECT_TRUE(results[1]) << name;
    }
  }
}

// A status that only a proxy has: the registry has said nothing.
TEST_F(CurlTransportProxy, ItsDemandForCredentialsIsNoAnswerOfTheRegistry) {
  ScriptedServer server(always(wire(407, {}, "no")));
  const auto proxied =
      make_transport(clock_, through(server))->send(get("http://far.test/"), soon());
  ASSERT_FALSE(proxied);
  EXPECT_EQ(proxied.error().reason, Reason::RegistryUnavailable);
  const auto direct = make_transport(clock_)->send(get(server.url("/")), soon());
  ASSERT_TRUE(direct);
  EXPECT_EQ(direct->status, 407);
}

TEST_F(CurlTransportProxy, ATlsProxyIsVerifiedAndShownNoClientCertificate) {
  auto asking = identity();
  asking.client = ServerIdentity::Client::Asked;
  asking.client_ca = root_.pem();
  ScriptedServer proxy(always(wire(502, {}, "")), asking);
  const auto client = root_.issue(tls_spec());
  auto options = through(proxy);
  options.proxy = "https://user:hush@127.0.0.1:" + std::to_string(proxy.port());
  options.client_certificate = folder_.write("client.pem", client.chain_pem());
  options.client_key = folder_.write("client.key", client.key().pem());
  EXPECT_FALSE(make_transport(clock_, options)->send(get("https://far.test/"), soon()));
  ASSERT_EQ(proxy.seen().size(), 1U);
  EXPECT_EQ(proxy.seen().front().method, "CONNECT");
  EXPECT_EQ(proxy.seen().front().client, "");
  options.ca_file.clear();  // the system's do not know it
  EXPECT_FALSE(make_transport(clock_, options)->send(get("https://far.test/"), soon()));
  EXPECT_EQ(proxy.seen().size(), 1U);
}

}  // namespace
}  // namespace countersign::test
