// SPDX-License-Identifier: Apache-2.0
// Who we say that we are, as the server sees it.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/registry/loopback.h"
#include "support/pki.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"

namespace countersign::test {
namespace {

using Client = ServerIdentity::Client;

class TlsIdentity : public testing::Test {
 protected:
  ServerIdentity server_identity(Client client) const {
    const auto leaf = root_.issue(tls_spec());
    return {leaf.pem(), leaf.key().pem(), 0, client, root_.pem()};
  }
  net::TransportOptions nobody() const {
    auto options = loopback_options();
    options.ca_file = folder_.write("ca.pem", root_.pem());
    return options;
  }
  // Through an issuing CA: the server knows the root only.
  net::TransportOptions somebody(const std::string& name) const {
    auto spec = tls_spec();
    spec.subject = "C=US, ST=WA, O=Acme, CN=" + name;
    spec.extended_key_usage = std::nullopt;
    const auto leaf = root_.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Clients")).issue(spec);
    auto options = nobody();
    options.client_certificate = folder_.write(name + ".pem", leaf.chain_pem());
    options.client_key = folder_.write(name + ".key", leaf.key().pem());
    return options;
  }
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }

  SystemClock clock_;
  support::TempFolder folder_;
  Signer root_ = make_root();
};

ScriptedServer::Script yes() {
  return [](const SeenRequest&) { return wire(200, {}, "x"); };
}

TEST_F(TlsIdentity, IsShownWhereItIsDemanded) {
  ScriptedServer server(yes(), server_identity(Client::Required));
  const auto result = make_transport(clock_, somebody("anna"))->send(get(server.url("/")), soon());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(server.seen().front().client, "anna");
}

TEST_F(TlsIdentity, WhoHasNoneIsRefused) {
  for (const int version : {0, 0x0303}) {  // TLS 1.3 tells it after the handshake, 1.2 within
    auto identity = server_identity(Client::Required);
    identity.most_version = version;
    ScriptedServer server(yes(), identity);
    const auto result = make_transport(clock_, nobody())->send(get(server.url("/")), soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable);
    EXPECT_TRUE(server.seen().empty());
  }
}

// A pair that was replaced counts for new connections, and one that was spoilt fails them.
TEST_F(TlsIdentity, IsReadAgain) {
  ScriptedServer server(
      [](const SeenRequest&) {
        auto answer = wire(200, {}, "x");
        answer.then = WireAnswer::Then::Close;
        return answer;
      },
      server_identity(Client::Required));
  const auto http = make_transport(clock_, somebody("anna"));
  ASSERT_TRUE(http->send(get(server.url("/")), soon()));
  folder_.write("anna.key", "nonsense");
  EXPECT_EQ(http->send(get(server.url("/")), soon()).error().reason, Reason::RegistryUnavailable);
  somebody("anna");
  EXPECT_TRUE(http->send(get(server.url("/")), soon()));
}

// NET-17: as the server sees it, on connections that are kept and on new ones, with sessions that
// are resumed, a connection belongs to one identity, and so does what is sent over it.
TEST_F(TlsIdentity, NeverCrossesToAnotherTransport) {
  ScriptedServer server(
      [](const SeenRequest& request) {
        auto answer = wire(200, {}, "x");
        if (request.target.ends_with("/7")) {
          answer.then = WireAnswer::Then::Close;
        }
        return answer;
      },
      server_identity(Client::Asked));
  const std::vector<std::string> names{"anna", "bert", ""};
  std::vector<std::unique_ptr<net::HttpTransport>> transports;
  for (const auto& name : names) {
    transports.push_back(make_transport(clock_, name.empty() ? nobody() : somebody(name)));
  }
  auto distrustful = loopback_options();  // the same host, trusted by others only
  const auto stranger = make_transport(clock_, distrustful);
  for (int count = 0; count < 400; ++count) {
    for (std::size_t index = 0; index < names.size(); ++index) {
      auto request = get(server.url("/" + std::to_string(count % 10)));
      request.headers = {{"Authorization", "Bearer " + names[index]}};
      ASSERT_TRUE(transports[index]->send(request, soon()));
    }
    if (count % 100 == 0) {
      EXPECT_FALSE(stranger->send(get(server.url("/")), soon()));
    }
  }
  std::map<std::size_t, std::string> owners;
  for (const auto& request : server.seen()) {
    EXPECT_EQ(request.header("authorization"), "Bearer " + request.client);
    EXPECT_EQ(owners.try_emplace(request.connection, request.client).first->second, request.client);
  }
  EXPECT_EQ(server.seen().size(), 1'200U);
  EXPECT_GE(owners.size(), 120U);
}

}  // namespace
}  // namespace countersign::test
