// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_order.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::app {
namespace {

using Places = std::vector<std::size_t>;

TEST(CertificateOrder, FindsTheChainInAnyOrder) {
  auto certificates = test::make_leaf().chain();
  const auto whole = certificates;
  std::ranges::sort(certificates, {}, &x509::Certificate::thumbprint);
  do {
    const auto order = order_certificates(certificates, std::nullopt);
    ASSERT_EQ(order.chain.size(), whole.size());
    EXPECT_TRUE(order.left_over.empty());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(certificates[order.chain[i]], whole[i]);
    }
  } while (std::ranges::next_permutation(certificates, {}, &x509::Certificate::thumbprint).found);
}

TEST(CertificateOrder, TheKeySaysWhoIsTheLeaf) {
  const auto root = test::make_root();
  const auto one = root.issue(test::leaf_spec("C=US, ST=WA, O=Acme, CN=one"));
  const auto other = root.issue(test::leaf_spec("C=US, ST=WA, O=Acme, CN=other"));
  const x509::Chain all{root.certificate(), one.certificate(), other.certificate()};
  const auto key = crypto::PrivateKey::parse_pem(other.key().pem(), Reason::Internal);
  ASSERT_TRUE(key);
  EXPECT_EQ(order_certificates(all, *key).chain, (Places{2, 0}));
  EXPECT_EQ(order_certificates(all, *key).left_over, Places{1});
  EXPECT_EQ(order_certificates(all, std::nullopt).chain, (Places{1, 0}));
}

TEST(CertificateOrder, ARepetitionIsLeftOver) {
  const auto leaf = test::make_leaf().chain();
  const x509::Chain all{leaf[0], leaf[0], leaf[1], leaf[2], leaf[2]};
  const auto order = order_certificates(all, std::nullopt);
  EXPECT_EQ(order.chain, (Places{0, 2, 3}));
  EXPECT_EQ(order.left_over, (Places{1, 4}));
}

TEST(CertificateOrder, TheSignatureCountsMoreThanTheName) {
  const auto root = test::make_root();
  const auto namesake = test::make_root();
  const auto leaf = root.issue(test::leaf_spec());
  const x509::Chain both{leaf.certificate(), namesake.certificate(), root.certificate()};
  EXPECT_EQ(order_certificates(both, std::nullopt).chain, (Places{0, 2}));
  const x509::Chain alone{leaf.certificate(), namesake.certificate()};
  EXPECT_EQ(order_certificates(alone, std::nullopt).chain, (Places{0, 1}))
      << "so that the wrong issuer can be told of";
}

TEST(CertificateOrder, EndsWhereALinkIsMissing) {
  const auto leaf = test::make_leaf().chain();
  EXPECT_EQ(order_certificates({leaf[2], leaf[0]}, std::nullopt).chain, Places{1});
  EXPECT_EQ(order_certificates({leaf[2]}, std::nullopt).chain, Places{0});
}

}  // namespace
}  // namespace countersign::app
