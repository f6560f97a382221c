// SPDX-License-Identifier: Apache-2.0
#include "server/client_check.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/tls.h"
#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::server {
namespace {

using countersign::test::ca_spec;
using countersign::test::CertificateSpec;
using countersign::test::make_root;
using countersign::test::Signer;
using countersign::test::tls_spec;

constexpr const char* kApiServer = "kube-apiserver";
constexpr const char* kClientAuth = "1.3.6.1.5.5.7.3.2";

CertificateSpec client_spec(const std::string& name = kApiServer) {
  auto spec = tls_spec("");
  spec.subject = "O=system:masters, CN=" + name;
  spec.extended_key_usage = x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {kClientAuth}};
  return spec;
}

struct Outcome {
  bool passed = false;
  std::optional<RefusedClient> refused;
};

// A handshake in memory, on the fixed clock.
class ClientCheckTest : public testing::Test {
 protected:
  using Configure = std::function<void(SSL_CTX*)>;

  Outcome shake_hands(const Configure& configure, int version = TLS1_3_VERSION,
                      std::vector<std::string> names = {kApiServer, "spiffe://cluster/api"}) {
    const auto serving = Signer::self_signed(tls_spec());
    TlsMaterial material{.certificate = serving.pem(), .key = Secret(serving.key().pem())};
    material.clients = ClientRules{authorities_, std::move(names)};
    auto pair = load_serving_pair(material, clock_);
    EXPECT_TRUE(pair.has_value()) << pair.error().detail;
    const TlsSlot slot(std::move(*pair));
    const auto server = slot.new_connection();
    const crypto::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context.get(), 0);  // may show what the server must refuse
    SSL_CTX_set_max_proto_version(context.get(), version);
    configure(context.get());
    const SslPtr client(SSL_new(context.get()));
    BIO* one = nullptr;
    BIO* other = nullptr;
    EXPECT_EQ(BIO_new_bio_pair(&one, 64 * 1024, &other, 64 * 1024), 1);
    SSL_set_bio(server.get(), one, one);
    SSL_set_bio(client.get(), other, other);
    for (int round = 0; round < 10; ++round) {
      ERR_clear_error();
      SSL_connect(client.get());
      ERR_clear_error();
      const int result = SSL_accept(server.get());
      if (result == 1) {
        return {true, std::nullopt};
      }
      if (SSL_get_error(server.get(), result) == SSL_ERROR_SSL) {
        return {false, refused_client(server.get())};
      }
    }
    ADD_FAILURE() << "the handshake did not end";
    return {};
  }

  static Configure showing(const Signer& signer) {
    return [signer](SSL_CTX* context) {
      const auto der = signer.certificate().der();
      const auto* data = der.data();
      const crypto::X509Ptr leaf(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
      EXPECT_EQ(SSL_CTX_use_certificate(context, leaf.get()), 1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey(context, signer.key().native()), 1);
      for (std::size_t above = 1; above < signer.chain().size(); ++above) {
        const auto more = signer.chain()[above].der();
        const auto* bytes = more.data();
        const crypto::X509Ptr next(d2i_X509(nullptr, &bytes, static_cast<long>(more.size())));
        EXPECT_EQ(SSL_CTX_add1_chain_cert(context, next.get()), 1);
      }
    };
  }

  void expect(const std::string& what, const Signer& signer, std::optional<ClientRefusal> refusal) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const auto outcome = shake_hands(showing(signer), version);
      EXPECT_EQ(outcome.passed, !refusal) << what;
      EXPECT_EQ(outcome.refused.has_value(), refusal.has_value()) << what;
      if (outcome.refused && refusal) {
        EXPECT_EQ(outcome.refused->why, *refusal) << what;
      }
    }
  }

  countersign::test::FixedClock clock_;
  const Signer root_ = make_root();
  std::string authorities_ = root_.pem();
};

TEST_F(ClientCheckTest, TakesWhoIsNamed) {
  expect("by its common name", root_.issue(client_spec()), std::nullopt);
  auto spec = client_spec("other");
  spec.subject_alt_name = "DNS:x,DNS:kube-apiserver";
  expect("by a DNS name", root_.issue(spec), std::nullopt);
  spec.subject_alt_name = "URI:spiffe://cluster/api";
  expect("by a URI", root_.issue(spec), std::nullopt);
  expect("below an intermediate that it sends",
         root_.issue(ca_spec("CN=Issuing")).issue(client_spec()), std::nullopt);
}

TEST_F(ClientCheckTest, RefusesOtherNames) {
  for (const auto* name : {"kube-apiserver2", "Kube-Apiserver", "kube-apiserver.", "*", "kube"}) {
    expect(name, root_.issue(client_spec(name)), ClientRefusal::Name);
  }
  auto spec = client_spec("other");
  spec.subject_alt_name = "email:kube-apiserver,DNS:*.kube-apiserver,RID:1.2.3";
  expect("names of other kinds", root_.issue(spec), ClientRefusal::Name);
  spec.subject_alt_name = "";
  spec.subject = "CN=other, OU=kube-apiserver";
  expect("another attribute", root_.issue(spec), ClientRefusal::Name);
  spec.subject = "CN=kube-apiserver, CN=kube-apiserver";
  expect("two common names", root_.issue(spec), ClientRefusal::Name);
  const std::string hidden("kube-apiserver\0.evil", 20);
  spec.subject_der = countersign::test::name_der({{"CN", hidden}});
  expect("a NUL inside", root_.issue(spec), ClientRefusal::Name);
}

TEST_F(ClientCheckTest, TellsTheNameOnlyWhenAnAuthorityVouchesForIt) {
  EXPECT_EQ(shake_hands(showing(root_.issue(client_spec("other")))).refused->name, "other");
  EXPECT_EQ(shake_hands(showing(make_root().issue(client_spec("other")))).refused->name, "");
}

TEST_F(ClientCheckTest, RefusesWhoShowsNone) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto outcome = shake_hands([](SSL_CTX*) {}, version);
    EXPECT_FALSE(outcome.passed);
    ASSERT_TRUE(outcome.refused);
    EXPECT_EQ(outcome.refused->why, ClientRefusal::Missing);
  }
}

TEST_F(ClientCheckTest, RefusesOtherAuthorities) {
  expect("another root", make_root().issue(client_spec()), ClientRefusal::Untrusted);
  expect("itself", Signer::self_signed(client_spec()), ClientRefusal::Untrusted);
  const auto no_authority = root_.issue(client_spec());
  expect("a client that plays authority", no_authority.issue(client_spec()),
         ClientRefusal::Untrusted);
  auto weak = client_spec();
  weak.hash = countersign::test::SignatureHash::Sha1;
  expect("a SHA-1 signature", root_.issue(weak), ClientRefusal::Untrusted);
}

TEST_F(ClientCheckTest, RefusesOutsideItsTimeOnOurClock) {
  auto spec = client_spec();
  spec.not_before = clock_.now() - std::chrono::hours(1);
  spec.not_after = clock_.now() + std::chrono::hours(24);
  const auto signer = root_.issue(spec);
  expect("today", signer, std::nullopt);
  clock_.advance(std::chrono::hours(48));
  expect("two days later", signer, ClientRefusal::OutOfTime);
  spec.not_before = clock_.now() + std::chrono::hours(1);
  spec.not_after = clock_.now() + std::chrono::hours(2);
  expect("not yet", root_.issue(spec), ClientRefusal::OutOfTime);
}

TEST_F(ClientCheckTest, RefusesCertificatesForOtherUses) {
  auto spec = client_spec();
  for (const auto& usages : std::vector<std::vector<std::string>>{
           {"1.3.6.1.5.5.7.3.1"}, {"2.5.29.37.0"}, {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3"}}) {
    spec.extended_key_usage = x509::ExtendedKeyUsage{x509::Criticality::NotCritical, usages};
    expect(usages.front(), root_.issue(spec), ClientRefusal::Usage);
  }
  spec.extended_key_usage.reset();
  expect("no usage said", root_.issue(spec), ClientRefusal::Usage);
  spec.extended_key_usage =
      x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {"1.3.6.1.5.5.7.3.1", kClientAuth}};
  expect("both", root_.issue(spec), std::nullopt);
}

TEST_F(ClientCheckTest, TakesOldAndNewAuthorities) {
  const auto new_root = make_root(ca_spec("CN=New"));
  authorities_ += new_root.pem();
  expect("the old", root_.issue(client_spec()), std::nullopt);
  expect("the new", new_root.issue(client_spec()), std::nullopt);
}

TEST_F(ClientCheckTest, TrustsAnIntermediateThatIsListed) {
  const auto intermediate = root_.issue(ca_spec("CN=Issuing"));
  authorities_ = intermediate.pem();
  expect("below it", intermediate.issue(client_spec()), std::nullopt);
  expect("beside it", root_.issue(client_spec()), ClientRefusal::Untrusted);
}

}  // namespace
}  // namespace countersign::server
