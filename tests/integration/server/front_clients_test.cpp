// SPDX-License-Identifier: Apache-2.0
// A Front that demands certificates of its clients.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using countersign::test::ca_spec;
using countersign::test::make_root;
using countersign::test::Signer;
using countersign::test::tls_spec;
using test::Client;
using test::post;
using test::showing;

class FrontClients : public test::FrontBed {
 protected:
  FrontClients() {
    material_.clients = ClientRules{root_.pem(), {"kube-apiserver"}};
    handler_.direct = [this](const HttpRequest& request) {
      ++handled_;
      return test::DirectedHandler::echo(request);
    };
  }

  static countersign::test::CertificateSpec spec(const std::string& name = "kube-apiserver") {
    auto client = tls_spec("");
    client.subject = "CN=" + name;
    client.extended_key_usage =
        x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {"1.3.6.1.5.5.7.3.2"}};
    return client;
  }
  Client connect_as(const Signer& signer, int version = 0) {
    return connect({.most = version, .configure = showing(signer.chain_pem(), signer.key().pem())});
  }
  // A request that is sent as soon as the client believes itself connected.
  void expect_refused(Client client, ClientRefusal why, int alert) {
    if (client.connected()) {
      client.send(post("{}"));
    }
    EXPECT_EQ(client.alert(), alert);
    EXPECT_EQ(client.receive().status, 0);
    client.close();
    while (front_->counters().open > 0) {  // it is counted after the alert was sent
      std::this_thread::yield();
    }
    EXPECT_EQ(refused(why), ++expected_[why]);
    EXPECT_EQ(front_->counters().handshake_failures, ++expected_failures_);
    EXPECT_EQ(front_->counters().requests, 0U);
    EXPECT_EQ(handled_, 0);
  }

  const Signer root_ = make_root();
  std::atomic<int> handled_{0};
  std::map<ClientRefusal, int> expected_;
  std::uint64_t expected_failures_ = 0;
};

TEST_F(FrontClients, AreServedWhenTheyAreTheApiServer) {  // AW-91
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto client = connect_as(root_.issue(spec()), version);
    EXPECT_EQ(client.ask(post("1")).body, "1");
    EXPECT_EQ(client.ask(post("2")).body, "2");
  }
  EXPECT_EQ(front_->counters().handshake_failures, 0U);
}

TEST_F(FrontClients, AreRefusedBeforeAnythingIsRead) {  // TLS-01, TLS-02, AW-91
  start();
  auto old = spec();
  old.not_after = clock_.now() - std::chrono::hours(1);
  auto young = spec();
  young.not_before = clock_.now() + std::chrono::hours(1);
  auto server_only = tls_spec("");
  server_only.subject = "CN=kube-apiserver";
  struct Row {
    const char* what;
    Signer shown;
    ClientRefusal why;
    int alert;
  };
  const std::vector<Row> rows{
      {"of another authority", make_root(ca_spec("CN=Other")).issue(spec()),
       ClientRefusal::Untrusted, SSL_AD_UNKNOWN_CA},
      {"of itself", Signer::self_signed(spec()), ClientRefusal::Untrusted, SSL_AD_UNKNOWN_CA},
      {"expired", root_.issue(old), ClientRefusal::OutOfTime, SSL_AD_CERTIFICATE_EXPIRED},
      {"not yet valid", root_.issue(young), ClientRefusal::OutOfTime, SSL_AD_BAD_CERTIFICATE},
      {"for servers", root_.issue(server_only), ClientRefusal::Usage,
       SSL_AD_UNSUPPORTED_CERTIFICATE},
      {"under another name", root_.issue(spec("someone")), ClientRefusal::Name,
       SSL_AD_BAD_CERTIFICATE},
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const auto& row : rows) {
      SCOPED_TRACE(row.what);
      expect_refused(connect_as(row.shown, version), row.why, row.alert);
    }
    SCOPED_TRACE("none");
    expect_refused(
        connect({.most = version}), ClientRefusal::Missing,
        version == TLS1_3_VERSION ? SSL_AD_CERTIFICATE_REQUIRED : SSL_AD_HANDSHAKE_FAILURE);
  }
}

TEST_F(FrontClients, AreNotRememberedFromAnEarlierConnection) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto good = connect_as(root_.issue(spec()), version);
    ASSERT_EQ(good.ask(post("{}")).status, 200);
    SSL_SESSION* session = SSL_get1_session(good.ssl());
    EXPECT_EQ(SSL_SESSION_is_resumable(session), 0);
    SSL_SESSION_free(session);
  }
}

TEST_F(FrontClients, AreJudgedByTheNewRulesOnNewConnections) {
  start();
  const auto new_root = make_root(ca_spec("CN=New"));
  auto early = connect_as(root_.issue(spec()));
  EXPECT_EQ(early.ask(post("{}")).status, 200);
  material_.clients = ClientRules{new_root.pem(), {"kube-apiserver"}};
  ASSERT_TRUE(front_->replace_tls(material_).has_value());
  EXPECT_EQ(early.ask(post("{}")).status, 200);
  EXPECT_EQ(connect_as(new_root.issue(spec())).ask(post("{}")).status, 200);
  EXPECT_EQ(connect_as(root_.issue(spec())).ask(post("{}")).status, 0);
}

TEST_F(FrontClients, KeepTheOldRulesWhenTheNewOnesAreBad) {
  start();
  auto bad = material_;
  bad.clients = ClientRules{"nonsense", {"kube-apiserver"}};
  EXPECT_FALSE(front_->replace_tls(bad).has_value());
  EXPECT_EQ(connect().ask(post("{}")).status, 0);
  EXPECT_EQ(connect_as(root_.issue(spec())).ask(post("{}")).status, 200);
}

TEST_F(FrontClients, ThatFloodAreForgotten) {
  start();
  const auto stranger = make_root().issue(spec());
  for (int round = 0; round < 50; ++round) {
    connect_as(stranger);
    connect();
  }
  while (front_->counters().open > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(connect_as(root_.issue(spec())).ask(post("{}")).status, 200);
}

// The provider of Gatekeeper may have a port and rules of its own.
TEST_F(FrontClients, OfOneFrontAreNotThoseOfAnother) {
  start();
  const auto other_signer = Signer::self_signed(tls_spec());
  const auto other = Front::create(
      {.listen = "127.0.0.1:0",
       .tls = {.certificate = other_signer.pem(), .key = Secret(other_signer.key().pem())}},
      handler_, [this](std::function<void()> task) { return workers_->submit(std::move(task)); },
      clock_, *logger_);
  ASSERT_TRUE(other.has_value()) << other.error().detail;
  (*other)->start();
  auto mine = connect_as(root_.issue(spec()));
  auto theirs = Client::tls((*other)->port());
  EXPECT_NE(mine.peer_serial(), theirs.peer_serial());
  EXPECT_EQ(mine.ask(post("1")).body, "1");
  EXPECT_EQ(theirs.ask(post("2")).body, "2");
  EXPECT_EQ(connect().ask(post("{}")).status, 0);
  theirs.close();
  (*other)->drain(std::chrono::seconds(20));
  EXPECT_FALSE(Client::tls((*other)->port()).connected());
  EXPECT_EQ(mine.ask(post("3")).body, "3");
}

}  // namespace
}  // namespace countersign::server
