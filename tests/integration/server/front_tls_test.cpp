// SPDX-License-Identifier: Apache-2.0
// What TLS clients see of a Front.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/server/bed.h"

namespace countersign::server {
namespace {

using countersign::test::KeyType;
using countersign::test::Signer;
using countersign::test::tls_spec;
using test::Client;
using test::post;
using test::TlsOptions;

using FrontTls = test::FrontBed;

TEST_F(FrontTls, SpeaksOnlyStrongProtocols) {  // TLS-03
  start();
  EXPECT_FALSE(connect({.least = TLS1_VERSION, .most = TLS1_VERSION}).connected());
  EXPECT_FALSE(connect({.least = TLS1_1_VERSION, .most = TLS1_1_VERSION}).connected());
  EXPECT_TRUE(connect({.least = TLS1_2_VERSION, .most = TLS1_2_VERSION}).connected());
  EXPECT_TRUE(connect({.least = TLS1_3_VERSION}).connected());
  EXPECT_EQ(front_->counters().handshake_failures, 2U);
}

TEST_F(FrontTls, SpeaksOnlyTls13WhenTold) {
  material_.least = TlsMaterial::Least::Tls13;
  start();
  EXPECT_FALSE(connect({.most = TLS1_2_VERSION}).connected());
  EXPECT_EQ(connect().ask(post("{}")).status, 200);
}

TEST_F(FrontTls, HasNoWeakCiphers) {  // TLS-03
  show(Signer::self_signed(tls_spec(), countersign::test::key(KeyType::Rsa2048)));
  start();
  for (const auto* cipher : {"AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA",
                             "ECDHE-RSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256", "aNULL"}) {
    EXPECT_FALSE(connect({.most = TLS1_2_VERSION, .ciphers = cipher}).connected()) << cipher;
  }
  for (const auto* cipher : {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"}) {
    EXPECT_TRUE(connect({.most = TLS1_2_VERSION, .ciphers = cipher}).connected()) << cipher;
  }
}

TEST_F(FrontTls, ServesRsaAndEcCertificates) {
  for (const auto type : {KeyType::P256, KeyType::Rsa2048}) {
    show(Signer::self_signed(tls_spec(), countersign::test::key(type)));
    start();
    EXPECT_EQ(connect().ask(post("{}")).status, 200);
    EXPECT_EQ(connect({.most = TLS1_2_VERSION}).ask(post("{}")).status, 200);
  }
}

TEST_F(FrontTls, ChoosesHttp11) {  // AW-81
  start();
  struct Row {
    std::string offered;
    bool connects;
    std::string chosen;
  };
  const std::vector<Row> rows{{"", true, ""},
                              {"\x08http/1.1", true, "http/1.1"},
                              {"\x02h2\x08http/1.1", true, "http/1.1"},
                              {"\x02h2", false, ""}};
  for (const auto& row : rows) {
    const auto client = connect({.alpn = row.offered});
    EXPECT_EQ(client.connected(), row.connects) << row.offered;
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &chosen, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), row.chosen);
  }
}

TEST_F(FrontTls, ServesOneCertificateUnderEveryName) {  // AW-85
  start();
  const auto serial = connect().peer_serial();
  for (const auto* name : {"svc.ns.svc", "other.example"}) {
    EXPECT_EQ(connect({.server_name = name}).peer_serial(), serial);
  }
}

TEST_F(FrontTls, RemembersNoSessions) {  // TLS-08
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto client = connect({.least = version, .most = version});
    EXPECT_EQ(client.ask(post("{}")).status, 200);
    const auto* session = SSL_get0_session(client.ssl());
    EXPECT_EQ(SSL_SESSION_has_ticket(session), 0);
    EXPECT_EQ(SSL_SESSION_is_resumable(session), 0) << version;
    EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0U);
  }
}

TEST_F(FrontTls, DoesNotRenegotiate) {  // TLS-03
  start();
  auto client = connect({.most = TLS1_2_VERSION});
  EXPECT_EQ(client.ask(post("{}")).status, 200);
  SSL_renegotiate(client.ssl());
  EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
}

TEST_F(FrontTls, GivesNewConnectionsTheReloadedPair) {
  start();
  auto early = connect();
  const auto before = early.peer_serial();
  auto spec = tls_spec();
  spec.serial = "4242";
  show(Signer::self_signed(spec));
  ASSERT_TRUE(front_->replace_tls(material_).has_value());
  EXPECT_EQ(connect().peer_serial(), "4242");
  EXPECT_EQ(early.ask(post("{}")).status, 200);
  EXPECT_EQ(early.peer_serial(), before);
}

TEST_F(FrontTls, ServesTheOldPairWhileTheNewOneIsBad) {
  start();
  const auto before = connect().peer_serial();
  material_.certificate = "half writ";
  EXPECT_FALSE(front_->replace_tls(material_).has_value());
  EXPECT_EQ(connect().peer_serial(), before);
}

TEST_F(FrontTls, ReloadsWithoutAFailedHandshake) {  // TLS-04
  start();
  std::atomic<bool> done{false};
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int index = 0; index < 3; ++index) {
    clients.emplace_back([&] {
      while (!done) {
        EXPECT_EQ(connect().ask(post("{}")).status, 200);
        ++served;
      }
    });
  }
  int reloads = 0;
  while (served < 60 || reloads < 20) {
    show(Signer::self_signed(tls_spec()));
    EXPECT_TRUE(front_->replace_tls(material_).has_value());
    ++reloads;
  }
  done = true;
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(front_->counters().handshake_failures, 0U);
}

// Clients that trust both authorities and demand the service's name, as API servers do.
TEST_F(FrontTls, RotatesUnderABundleOfOldAndNew) {  // AW-87, TLS-05
  const std::string name = "countersign.security.svc";
  const auto spec = tls_spec("DNS:" + name);
  const auto old_root = countersign::test::make_root();
  const auto new_root = countersign::test::make_root(countersign::test::ca_spec("CN=New"));
  show(old_root.issue(spec));
  start();
  std::atomic<bool> done{false};
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int index = 0; index < 3; ++index) {
    clients.emplace_back([&] {
      const auto both = test::trusting(old_root.pem() + new_root.pem(), name);
      while (!done) {
        auto client = connect({.server_name = name, .configure = both});
        EXPECT_EQ(client.ask(post("{}")).status, 200);
        EXPECT_EQ(client.ask(post("{}")).status, 200);
        ++served;
      }
    });
  }
  while (served < 60) {
    std::this_thread::yield();
  }
  show(new_root.issue(spec));
  ASSERT_TRUE(front_->replace_tls(material_).has_value());
  while (served < 120) {
    material_.certificate = material_.certificate.substr(0, 200);  // half written: nothing changes
    EXPECT_FALSE(front_->replace_tls(material_).has_value());
  }
  done = true;
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(front_->counters().handshake_failures, 0U);
  const auto only = [&](const Signer& root) {
    return connect({.server_name = name, .configure = test::trusting(root.pem(), name)})
        .connected();
  };
  EXPECT_TRUE(only(new_root));
  EXPECT_FALSE(only(old_root));
}

TEST_F(FrontTls, PassesAStrictClientUnderItsNameOnly) {  // AW-85
  const std::string name = "countersign.security.svc";
  const auto root = countersign::test::make_root();
  show(root.issue(tls_spec("DNS:" + name)));
  start();
  EXPECT_TRUE(
      connect({.server_name = name, .configure = test::trusting(root.pem(), name)}).connected());
  EXPECT_TRUE(connect({.configure = test::trusting(root.pem(), name)}).connected());
  EXPECT_FALSE(
      connect({.configure = test::trusting(root.pem(), "other.security.svc")}).connected());
}

}  // namespace
}  // namespace countersign::server
