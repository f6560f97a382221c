// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/signing/signer.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

using test::ca_spec;
using test::KeyType;
using test::leaf_spec;
using x509::Chain;

Chain reversed(Chain chain) {
  std::ranges::reverse(chain);
  return chain;
}

Chain with(Chain chain, const Chain& more) {
  chain.insert(chain.end(), more.begin(), more.end());
  return chain;
}

TEST(SigningChain, IsOrderedFromTheSignerToTheRoot) {
  const auto& leaf = samples::leaf();
  const auto key = leaf.key().public_key();
  for (const auto& given :
       {leaf.chain(), reversed(leaf.chain()), with(reversed(leaf.chain()), {leaf.certificate()})}) {
    const auto chain = signing_chain(key, given, samples::kNow);
    ASSERT_TRUE(chain) << chain.error().detail;
    EXPECT_EQ(*chain, leaf.chain());
  }
}

TEST(SigningChain, MayBeOneCertificateThatSignsItself) {
  const auto vault = test::make_key_vault_signer();
  const auto chain = signing_chain(vault.key().public_key(), vault.chain(), samples::kNow);
  ASSERT_TRUE(chain) << chain.error().detail;
  EXPECT_EQ(*chain, vault.chain());
}

struct Refused {
  std::string_view name;
  crypto::PublicKey key;
  Chain certificates;
  std::vector<std::string_view> words;  // in the detail
};

void expect_refused(const std::vector<Refused>& rows) {
  for (const auto& [name, key, certificates, words] : rows) {
    const auto chain = signing_chain(key, certificates, samples::kNow);
    ASSERT_FALSE(chain) << name;
    EXPECT_EQ(chain.error().reason, Reason::BadConfig) << name;
    for (const auto word : words) {
      EXPECT_TRUE(chain.error().detail.contains(word)) << name << ": " << chain.error().detail;
    }
  }
}

TEST(SigningChain, NamesTheCertificateThatIsWrongInItsPlace) {
  const auto& leaf = samples::leaf();
  const auto key = leaf.key().public_key();
  const auto& chain = leaf.chain();
  const auto stranger = test::make_root(ca_spec("C=US, ST=WA, O=Stranger, CN=Stranger"));
  const auto root = test::make_root();
  const auto one = root.issue(leaf_spec("CN=One"), leaf.key());
  const auto two = root.issue(leaf_spec("CN=Two"), leaf.key());
  expect_refused({
      {"nothing", key, {}, {"there is no certificate"}},
      {"another key", test::key(KeyType::P256, 9).public_key(), chain, {"Acme Signer"}},
      {"no leaf", key, {chain[1], chain[2]}, {"no certificate is of the signing key"}},
      {"no issuer", key, {chain[0], chain[2]}, {chain[1].subject(), "missing", "Acme Signer"}},
      {"no root", key, {chain[0], chain[1]}, {chain[2].subject(), "missing"}},
      {"leaf alone", key, {chain[0]}, {chain[1].subject(), "missing"}},
      {"a stranger", key, with(chain, stranger.chain()), {"O=Stranger", "does not belong"}},
      {"two of the key",
       key,
       with(one.chain(), {two.certificate()}),
       {"CN=One", "CN=Two", one.certificate().serial(), two.certificate().serial()}},
      {"too many", key, Chain(limits::kChainCertificates + 1, chain[0]), {"more than"}},
  });
}

// The rest of the profile has its own tests (x509/profile_test.cpp).
TEST(SigningChain, HoldsTheProfileAgainstEachCertificate) {
  const auto sha1 = [](test::CertificateSpec spec) {
    spec.hash = test::SignatureHash::Sha1;
    return spec;
  };
  auto usage = leaf_spec();
  usage.key_usage = test::critical_usage(
      {x509::KeyUsageBit::DigitalSignature, x509::KeyUsageBit::KeyEncipherment});
  auto server = leaf_spec();
  server.extended_key_usage = x509::ExtendedKeyUsage{.purposes = {std::string(test::kServerAuth)}};
  const auto root = test::make_root();
  const auto weak_ca = root.issue(sha1(ca_spec("CN=Weak CA")));
  std::vector<Refused> rows;
  const auto add = [&rows](std::string_view name, const test::Signer& signer,
                           std::vector<std::string_view> words) {
    rows.push_back({name, signer.key().public_key(), signer.chain(), std::move(words)});
  };
  add("RSA 1024", root.issue(leaf_spec(), test::key(KeyType::Rsa1024)),
      {"Acme Signer", "RSA 1024"});
  add("Ed25519", root.issue(leaf_spec(), test::key(KeyType::Ed25519)), {"Acme Signer", "ED25519"});
  add("key usage", root.issue(usage), {"Acme Signer", "key usage"});
  add("serverAuth", root.issue(server), {"Acme Signer", "extended key usage"});
  add("a CA signs", root.issue(ca_spec("CN=CA")), {"CN=CA", "is a CA"});
  add("SHA-1", weak_ca.issue(leaf_spec()), {"CN=Weak CA", "weak"});
  expect_refused(rows);
}

TEST(SigningChain, LooksAtTheTimeOfEachCertificate) {
  const auto outside = [](test::CertificateSpec spec, Time from, Time to) {
    spec.not_before = from;
    spec.not_after = to;
    return spec;
  };
  const Time now = samples::kNow;
  const auto day = std::chrono::days(1);
  const auto root = test::make_root();
  const auto expired = root.issue(outside(leaf_spec(), now - 2 * day, now - day));
  const auto early = root.issue(outside(leaf_spec(), now + day, now + 2 * day));
  const auto old_ca = root.issue(outside(ca_spec("CN=Old CA"), now - 2 * day, now - day));
  const auto below = old_ca.issue(leaf_spec());
  expect_refused({
      {"expired", expired.key().public_key(), expired.chain(), {"Acme Signer", "2026-05-27"}},
      {"early", early.key().public_key(), early.chain(), {"Acme Signer", "2026-05-29"}},
      {"an authority's", below.key().public_key(), below.chain(), {"CN=Old CA"}},
  });
  const auto edge = root.issue(outside(leaf_spec(), now, now));
  EXPECT_TRUE(signing_chain(edge.key().public_key(), edge.chain(), now));
}

}  // namespace
}  // namespace countersign::signing
