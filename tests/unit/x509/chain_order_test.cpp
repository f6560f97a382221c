// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/chain_order.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

Chain together(std::initializer_list<Chain> chains) {
  Chain all;
  for (const auto& chain : chains) {
    all.insert(all.end(), chain.begin(), chain.end());
  }
  return all;
}

// Whatever order they come in.
void expect_order(const Chain& certificates, const Chain& expected) {
  Chain shuffled = certificates;
  std::ranges::sort(shuffled, {}, &Certificate::thumbprint);
  std::size_t rounds = 0;
  do {
    ASSERT_EQ(in_order(shuffled), expected);
  } while (++rounds < 200 &&
           std::ranges::next_permutation(shuffled, {}, &Certificate::thumbprint).found);
}

TEST(ChainOrder, PutsTheSignerFirst) {
  const auto leaf = make_leaf();
  expect_order(leaf.chain(), leaf.chain());
  expect_order(together({leaf.chain(), leaf.chain(), {leaf.chain()[1]}}), leaf.chain());
  expect_order({leaf.certificate()}, {leaf.certificate()});
  expect_order({}, {});
}

TEST(ChainOrder, PutsStrangersLast) {
  const auto leaf = make_leaf();
  Chain strangers{make_root(ca_spec("CN=One")).certificate(),
                  make_root(ca_spec("CN=Two")).certificate()};
  std::ranges::sort(strangers, {}, &Certificate::thumbprint);
  expect_order(together({strangers, leaf.chain()}), together({leaf.chain(), strangers}));
}

TEST(ChainOrder, PutsAnIssuerBehindAllThatItIssued) {
  const auto root = make_root();
  const auto ca = root.issue(ca_spec("CN=CA"));
  Chain leaves{ca.issue(leaf_spec("CN=One")).certificate(),
               ca.issue(leaf_spec("CN=Two")).certificate()};
  std::ranges::sort(leaves, {}, &Certificate::thumbprint);
  expect_order(together({leaves, ca.chain()}), together({leaves, ca.chain()}));
  const auto other = make_leaf(new_key(), leaf_spec("CN=Three"));
  const auto both = in_order(together({other.chain(), leaves, ca.chain()}));
  ASSERT_EQ(both.size(), 7U);
  for (std::size_t child = 0; child < both.size(); ++child) {
    for (std::size_t issuer = 0; issuer < child; ++issuer) {
      EXPECT_FALSE(both[child].issued_by(both[issuer]));
    }
  }
  expect_order(both, both);
}

// Two CAs that certified each other: each stands above the other.
TEST(ChainOrder, EndsWhereChainsGoRound) {
  const auto one_key = new_key();
  const auto two_key = new_key();
  const auto one = Signer::self_signed(ca_spec("CN=One"), one_key);
  const auto two = Signer::self_signed(ca_spec("CN=Two"), two_key);
  const Chain crossed{parse(two.issue_der(ca_spec("CN=One"), one_key)),
                      parse(one.issue_der(ca_spec("CN=Two"), two_key))};
  const auto leaf = one.issue(leaf_spec("CN=Leaf")).certificate();
  const auto ordered = in_order(together({crossed, {leaf}}));
  ASSERT_EQ(ordered.size(), 3U);
  EXPECT_EQ(ordered[0], leaf);
  EXPECT_EQ(ordered[1], crossed[0]);
  expect_order(ordered, ordered);
  expect_order(crossed, in_order(crossed));
}

}  // namespace
}  // namespace countersign::x509
