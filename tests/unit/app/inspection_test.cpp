// SPDX-License-Identifier: Apache-2.0
#include "app/inspection.h"

#include <gtest/gtest.h>

#include "support/cose_writer.h"
#include "support/fixed_clock.h"
#include "support/memory_repository.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

class InspectionTest : public testing::Test {
 protected:
  oci::Descriptor sign() {
    const test::CoseWriter writer(test::make_leaf(), test::payload_of(image_));
    return push(writer.write());
  }
  oci::Descriptor push(const ByteVector& envelope) {
    envelopes_.push_back(store_.push(oci::media_type::kCose, envelope));
    manifests_.push_back(store_.push_signature(image_, envelopes_.back()));
    return manifests_.back();
  }
  Inspection inspect(const Judge& judge = {}) {
    test::MemoryRepository repository(store_);
    SignatureList list{"r.example/a@" + image_.digest.text(), image_, manifests_, 0};
    auto signatures = inspect_signatures(list, repository, judge, clock_.in(1s));
    return {std::move(list), std::move(signatures)};
  }

  test::FixedClock clock_;
  test::MemoryStore store_;
  oci::Descriptor image_ = store_.push(oci::media_type::kOciManifest, "image");
  std::vector<oci::Descriptor> envelopes_, manifests_;
};

TEST_F(InspectionTest, OpensEverySignature) {
  sign();
  sign();
  const auto inspection = inspect();
  ASSERT_EQ(inspection.signatures.size(), 2U);
  for (std::size_t index = 0; index < 2; ++index) {
    const auto& signature = inspection.signatures[index];
    EXPECT_EQ(signature.digest, manifests_[index].digest);
    EXPECT_EQ(signature.media_type, "application/cose");
    ASSERT_TRUE(signature.envelope) << signature.envelope.error().detail;
    EXPECT_EQ((*signature.envelope)->target.digest, image_.digest);
    EXPECT_FALSE(signature.judgement);
  }
  EXPECT_EQ(exit_of(inspection), Exit::Yes);
}

TEST_F(InspectionTest, ShowsWhatIsMalformedBesideWhatIsNot) {
  push({1, 2, 3});
  sign();
  manifests_.push_back(store_.push(oci::media_type::kOciManifest, "no manifest"));
  sign();
  store_.contents.erase(envelopes_.back().digest);
  const auto inspection = inspect();
  ASSERT_EQ(inspection.signatures.size(), 4U);
  const auto reason = [&](std::size_t index) {
    const auto& envelope = inspection.signatures[index].envelope;
    return envelope ? std::nullopt : std::optional(envelope.error().reason);
  };
  EXPECT_EQ(reason(0), Reason::EnvelopeInvalid);
  EXPECT_EQ(reason(1), std::nullopt);
  EXPECT_EQ(reason(2), Reason::EnvelopeInvalid);
  EXPECT_EQ(inspection.signatures[2].media_type, "");
  EXPECT_EQ(reason(3), Reason::EnvelopeInvalid) << "the registry's word that it is not here";
  EXPECT_EQ(exit_of(inspection), Exit::Yes);
}

TEST_F(InspectionTest, TellsAnOutageFromAFinding) {
  sign();
  sign();
  store_.faults.emplace(envelopes_[0].digest, Error{Reason::RegistryThrottled, "429"});
  const auto inspection = inspect();
  ASSERT_EQ(inspection.signatures.size(), 2U);
  ASSERT_FALSE(inspection.signatures[0].envelope);
  EXPECT_EQ(inspection.signatures[0].envelope.error().reason, Reason::RegistryThrottled);
  EXPECT_TRUE(inspection.signatures[1].envelope);
  EXPECT_EQ(exit_of(inspection), Exit::Unknown);
}

TEST_F(InspectionTest, HasEachJudgedAlone) {
  sign();
  sign();
  std::vector<oci::Digest> judged;
  const auto inspection = inspect([&](const oci::Descriptor& image, registry::Repository& alone) {
    EXPECT_EQ(image.digest, image_.digest);
    const auto found = alone.referrers(image, oci::media_type::kNotarySignature,
                                       registry::Repository::Age::Recent, clock_.in(1s));
    EXPECT_TRUE(found && found->size() == 1);
    judged.push_back(found->front().digest);
    return Result<policy::Report>(policy::Report::refused(Reason::Untrusted, "nobody knows him"));
  });
  EXPECT_EQ(judged, (std::vector{manifests_[0].digest, manifests_[1].digest}));
  const auto& judgement = inspection.signatures[1].judgement;
  ASSERT_TRUE(judgement && *judgement);
  EXPECT_EQ((*judgement)->reason, Reason::Untrusted);
  EXPECT_EQ(exit_of(inspection), Exit::Yes) << "to be untrusted is a finding";
}

TEST_F(InspectionTest, IsUndecidedWithItsJudge) {
  sign();
  const auto inspection = inspect([](const oci::Descriptor&, registry::Repository&) {
    return Result<policy::Report>(fail(Reason::DeadlineExceeded, "too late"));
  });
  EXPECT_EQ(exit_of(inspection), Exit::Unknown);
}

TEST_F(InspectionTest, TellsAuthoritiesFromLeaves) {
  const auto leaf = test::make_leaf();
  EXPECT_EQ(kind_of(leaf.chain().front()), "leaf");
  EXPECT_EQ(kind_of(leaf.chain().back()), "CA");
  EXPECT_EQ(kind_of(test::make_key_vault_signer().certificate()), "leaf");
}

}  // namespace
}  // namespace countersign::app
