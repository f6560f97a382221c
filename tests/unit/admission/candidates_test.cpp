// SPDX-License-Identifier: Apache-2.0
#include "admission/candidates.h"

#include <algorithm>
#include <cctype>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/trust_store.h"

namespace countersign::admission {
namespace {

class CandidatesTest : public testing::Test {
 protected:
  CandidatesTest() {
    statement_.stores = {{trust::StoreType::Ca, "acme"}, {trust::StoreType::Ca, "lost"}};
  }

  static oci::Descriptor signature(std::string_view content, std::string annotation = "") {
    oci::Descriptor descriptor{std::string(oci::media_type::kOciManifest),
                               oci::Digest::of(as_bytes(content)),
                               content.size(),
                               {},
                               {}};
    if (!annotation.empty()) {
      descriptor.annotations = {
          {"io.cncf.notary.x509chain.thumbprint#S256", std::move(annotation)}};
    }
    return descriptor;
  }
  std::vector<Candidate> order(std::vector<oci::Descriptor> signatures) const {
    return in_order(std::move(signatures), statement_, snapshot_, clock_.now());
  }

  const test::Signer known_ = test::make_root();
  const test::Signer unlisted_ = test::make_root();
  const std::string thumbprint_ = known_.certificate().thumbprint();
  notation::Statement statement_;
  trust::Snapshot snapshot_{
      {{{trust::StoreType::Ca, "acme"}, test::store_of({known_.certificate()})},
       {{trust::StoreType::Ca, "other"}, test::store_of({unlisted_.certificate()})}},
      1};
  test::FixedClock clock_;
};

TEST_F(CandidatesTest, OrdersByDigestAndTakesEachOnce) {
  const auto found = order({signature("c"), signature("a"), signature("b"), signature("a")});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(
      found, {}, [](const Candidate& candidate) { return candidate.manifest.digest; }));
}

TEST_F(CandidatesTest, PutsThoseForwardThatClaimATrustedCertificate) {
  std::string upper = thumbprint_;
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return static_cast<char>(std::toupper(c)); });
  const struct {
    const char* name;
    std::string annotation;
    Claim claim;
  } rows[] = {
      {"nothing", "", Claim::None},
      {"as Notation writes it", "[\"" + thumbprint_ + "\"]", Claim::Trusted},
      {"as the specification writes it", "[\"" + upper + "\"]", Claim::Trusted},
      {"second of two", "[\"" + std::string(64, '0') + "\",\"" + thumbprint_ + "\"]",
       Claim::Trusted},
      {"no JSON", "{\"" + thumbprint_, Claim::Trusted},
      {"cut", "[\"" + thumbprint_.substr(1) + "\"]", Claim::None},
      {"a digit more", "[\"" + thumbprint_ + "0\"]", Claim::None},
      {"of a store that the statement does not name",
       "[\"" + unlisted_.certificate().thumbprint() + "\"]", Claim::None},
  };
  for (const auto& row : rows) {
    const auto found = order({signature("a"), signature("b"), signature("c", row.annotation)});
    ASSERT_EQ(found.size(), 3U) << row.name;
    EXPECT_EQ(std::ranges::count(found, Claim::Trusted, &Candidate::claim),
              row.claim == Claim::Trusted ? 1 : 0)
        << row.name;
    if (row.claim == Claim::Trusted) {
      EXPECT_EQ(found.front().manifest.digest, signature("c").digest) << row.name;
    }
  }
}

TEST_F(CandidatesTest, KeepsTheOrderAmongEquals) {
  const auto claim = "[\"" + thumbprint_ + "\"]";
  const auto found =
      order({signature("a", claim), signature("b"), signature("c", claim), signature("d")});
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[1].claim, Claim::Trusted);
  EXPECT_EQ(found[2].claim, Claim::None);
  EXPECT_LT(found[0].manifest.digest, found[1].manifest.digest);
  EXPECT_LT(found[2].manifest.digest, found[3].manifest.digest);
}

TEST_F(CandidatesTest, NeedsNoClaimWhenThereIsNoChoice) {
  EXPECT_TRUE(order({}).empty());
  EXPECT_EQ(order({signature("a", "[\"" + thumbprint_ + "\"]")}).size(), 1U);
}

}  // namespace
}  // namespace countersign::admission
