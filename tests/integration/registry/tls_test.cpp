// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "integration/registry/loopback.h"
#include "support/pki.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

std::string write_file(const std::string& name, const std::string& content) {
  const auto path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

class Tls : public testing::Test {
 protected:
  // What a client that trusts `root_` makes of a server with this certificate.
  Result<net::Response> ask(const ServerIdentity& identity) {
    ScriptedServer server([](const SeenRequest&) { return wire(200, {}, "x"); }, identity);
    auto options = loopback_options();
    options.ca_file = write_file("countersign_ca.pem", root_.pem());
    const auto result = make_transport(clock_, options)->send(get(server.url("/")), soon());
    EXPECT_EQ(server.seen().size(), result ? 1U : 0U);
    return result;
  }
  ServerIdentity issued(const CertificateSpec& spec) const {
    const auto leaf = root_.issue(spec);
    return {leaf.pem(), leaf.key().pem(), 0};
  }
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }

  SystemClock clock_;
  Signer root_ = make_root();
};

TEST_F(Tls, TrustsTheCaFile) {
  const auto result = ask(issued(tls_spec()));
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->body, "x");
}

// NET-16, REG-88: not one byte of HTTP reaches a server that can't be verified.
TEST_F(Tls, RefusesAServerThatIsNotVerified) {
  auto expired = tls_spec();
  expired.not_after = std::chrono::sys_days{std::chrono::year{2021} / 1 / 1};
  auto old_protocol = issued(tls_spec());
  old_protocol.most_version = TLS1_1_VERSION;
  const auto other_root = make_root(ca_spec("C=US, ST=WA, O=Other, CN=Other Root"));
  const auto stranger = other_root.issue(tls_spec());
  const auto alone = Signer::self_signed(tls_spec());
  const struct {
    const char* name;
    ServerIdentity identity;
  } rows[] = {
      {"another name", issued(tls_spec("DNS:other.test"))},
      {"another address", issued(tls_spec("IP:127.0.0.2"))},
      {"expired", issued(expired)},
      {"an unknown CA", {stranger.pem(), stranger.key().pem(), 0}},
      {"self-signed", {alone.pem(), alone.key().pem(), 0}},
      {"TLS 1.1", old_protocol},
  };
  for (const auto& [name, identity] : rows) {
    const auto result = ask(identity);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable) << name;
  }
}

TEST_F(Tls, TheCaFileOfOneTransportIsNotThatOfAnother) {
  ScriptedServer server([](const SeenRequest&) { return wire(200, {}, "x"); }, issued(tls_spec()));
  auto options = loopback_options();
  options.ca_file = write_file("countersign_good_ca.pem", root_.pem());
  const auto good = make_transport(clock_, options);
  const auto system = make_transport(clock_);
  EXPECT_TRUE(good->send(get(server.url("/")), soon()));
  EXPECT_FALSE(system->send(get(server.url("/")), soon()));
  EXPECT_TRUE(good->send(get(server.url("/")), soon()));
}

TEST_F(Tls, PlainHttpToATlsPortFails) {
  ScriptedServer server([](const SeenRequest&) { return wire(200, {}, "x"); }, issued(tls_spec()));
  const auto result = make_transport(clock_)->send(
      get("http://127.0.0.1:" + std::to_string(server.port()) + "/"), soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable);
}

}  // namespace
}  // namespace countersign::test
