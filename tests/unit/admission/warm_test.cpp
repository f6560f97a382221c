// SPDX-License-Identifier: Apache-2.0
// Warm decisions: the envelope is opened once, and all that can change is judged anew.
#include <gtest/gtest.h>

#include "judged_review.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using policy::Verdict;
using Kind = x509::RevocationStatus::Kind;

class WarmTest : public JudgedReviewTest {
 protected:
  WarmTest() { repositories_ = std::make_shared<CountingRepositories>(store_); }

  void expect(Verdict verdict, const char* when) { expect(verdict, Reason::Internal, when); }
  void expect(Reason reason, const char* when) { expect(Verdict::Untrusted, reason, when); }
  // And whatever was judged since: with one opening in all.
  void expect_one_opening() { EXPECT_EQ(opened_->counters().openings, 1U); }

  kube::Review review_in(std::string name_space) const {
    kube::Review review;
    review.uid = "uid";
    review.name_space = std::move(name_space);
    review.images = {{"spec.containers[0].image", "web", reference(image_)}};
    return review;
  }

 private:
  void expect(Verdict verdict, Reason reason, const char* when) {
    const auto report = judge(reference(image_));
    ASSERT_TRUE(report) << when << ": " << report.error().detail;
    EXPECT_EQ(report->verdict, verdict) << when << ": " << report->detail;
    if (verdict == Verdict::Untrusted) {
      EXPECT_EQ(report->reason, reason) << when << ": " << report->detail;
    }
  }
};

TEST_F(WarmTest, OpensAnEnvelopeOnce) {
  sign(acme());
  for (int turn = 0; turn < 3; ++turn) {
    expect(Verdict::Trusted, "always");
  }
  expect_one_opening();
  EXPECT_EQ(opened_->counters().hits, 2U);
}

TEST_F(WarmTest, OneReviewAThousandTimesIsOneVerification) {  // AW-06
  sign(acme());
  kube::Request request;
  request.object =
      R"({"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"name":"web","image":")" +
      reference(image_) + R"("}]}})";
  for (int turn = 0; turn < 2 + 1'000; ++turn) {
    const auto decision = admit(request);
    ASSERT_TRUE(decision.allowed) << turn;
    ASSERT_EQ(decision.accepted.size(), 1U) << turn;
  }
  expect_one_opening();

  request.object.replace(request.object.find("@sha256:"), 9, "@sha256:x");
  for (int turn = 0; turn < 2; ++turn) {
    ASSERT_EQ(refusals(admit(request)), std::vector<std::string>{"spec.containers[0].image "
                                                                 "BAD_REFERENCE"});
  }
}

TEST_F(WarmTest, OpensJunkOnce) {
  push_many_junk(10);
  expect(Reason::EnvelopeInvalid, "cold");
  expect(Reason::EnvelopeInvalid, "warm");
  EXPECT_EQ(opened_->counters().openings, 10U);
}

TEST_F(WarmTest, JudgesPolicyTrustAndRevocationAnew) {  // CCH-01
  const auto signer = with_ocsp();
  sign(signer);
  trust(signer);
  revocation_.answer = revocation_status(Kind::Good, clock_.now() + 24h);
  expect(Verdict::Trusted, "cold");

  revocation_.answer = revocation_status(Kind::Revoked, clock_.now() + 24h);
  expect(Reason::Revoked, "revoked meanwhile");
  policy_ = trust_policy("strict", R"(,"override":{"revocation":"skip"})");
  expect(Verdict::Trusted, "a policy that does not care");
  policy_ = trust_policy("strict");
  expect(Reason::Revoked, "the old policy again");
  revocation_.answer = revocation_status(Kind::Good, clock_.now() + 24h);

  trust(stranger());
  expect(Reason::Untrusted, "another root is trusted");
  trust(signer);
  expect(Verdict::Trusted, "as at first");
  expect_one_opening();
}

TEST_F(WarmTest, DeniesFromTheSecondOnInWhichSomethingExpires) {  // CCH-04
  struct Row {
    const char* name;
    Reason reason;
    std::chrono::seconds last;  // the last second that is good
  };
  const auto start = clock_.now();
  for (const auto& row : {Row{"certificate", Reason::CertificateExpired, 3600s},
                          Row{"signature", Reason::SignatureExpired, 3600s - 1s},
                          Row{"answer about revocation", Reason::RevocationUnknown, 3600s}}) {
    store_.referrers.clear();
    opened_ = std::make_shared<EnvelopeCache>();
    const auto end = clock_.now() + 3600s;
    auto leaf = test::leaf_spec();
    if (row.reason == Reason::CertificateExpired) {
      leaf.not_after = end;
    }
    leaf.ocsp_urls = {"http://ocsp.example/"};
    const auto signer = test::make_root().issue(leaf, test::key(test::KeyType::P256));
    trust(signer);
    revocation_.answer =
        revocation_status(Kind::Good, row.reason == Reason::RevocationUnknown ? end : end + 24h);
    test::CoseWriter writer(signer, test::payload_of(image_));
    if (row.reason == Reason::SignatureExpired) {
      writer.set_signed("io.cncf.notary.signingTime",
                        test::cbor_time(start.time_since_epoch().count()));
      writer.expires(end.time_since_epoch().count());
    }
    store_.push_signature(image_, store_.push(oci::media_type::kCose, writer.write()));

    expect(Verdict::Trusted, row.name);
    clock_.advance(row.last);
    expect(Verdict::Trusted, row.name);
    clock_.advance(1s);
    expect(row.reason, row.name);
    expect_one_opening();
  }
}

TEST_F(WarmTest, SharesNoVerdictBetweenPolicies) {  // CCH-06
  sign(acme());
  const auto statement = [](std::string_view name, std::string_view scope, std::string_view store) {
    return R"({"name":")" + std::string(name) + R"(","registryScopes":["registry.example/)" +
           std::string(scope) + R"("],"signatureVerification":{"level":"strict"},)" +
           R"("trustStores":["ca:)" + std::string(store) + R"("],"trustedIdentities":["*"]})";
  };
  policy_ = R"({"version":"1.0","trustPolicies":[)" + statement("apps", "team/app", "acme") + "," +
            statement("mirrors", "mirror/app", "stranger") + "]}";
  snapshot_ = trust::Snapshot(
      {{{trust::StoreType::Ca, "acme"}, test::store_of({acme().chain().back()})},
       {{trust::StoreType::Ca, "stranger"}, test::store_of({stranger().chain().back()})}},
      2);
  for (int turn = 0; turn < 2; ++turn) {
    expect(Verdict::Trusted, "in its repository");
    const auto mirrored = judge("registry.example/mirror/app@" + image_.digest.text());
    ASSERT_TRUE(mirrored);
    EXPECT_EQ(mirrored->reason, Reason::Untrusted) << turn;
    EXPECT_EQ(mirrored->policy, "mirrors");
  }
  expect_one_opening();

  auto closed = rule(policy::Action::Deny);
  closed.namespaces = {*policy::NamespacePattern::parse("closed")};
  rules_ = {closed};
  EXPECT_TRUE(decide(review_in("open"), clock_.in(10s)).allowed);
  EXPECT_FALSE(decide(review_in("closed"), clock_.in(10s)).allowed);
  EXPECT_TRUE(decide(review_in("open"), clock_.in(10s)).allowed);
}

TEST_F(WarmTest, EvaluatesWhatDependsOnTheRequest) {  // CCH-09
  sign(acme());
  auto production = rule(policy::Action::Verify);
  production.namespaces = {*policy::NamespacePattern::parse("production")};
  production.references = policy::References::DigestOnly;
  rules_ = {production};
  store_.tags.emplace("1", image_.digest);
  const auto admit_tag = [&](std::string name_space) {
    auto review = review_in(std::move(name_space));
    review.images[0].image = std::string(kRepository) + ":1";
    return decide(review, clock_.in(10s));
  };
  EXPECT_TRUE(decide(review_in("production"), clock_.in(10s)).allowed);
  EXPECT_TRUE(admit_tag("test").allowed);
  const auto refused = admit_tag("production");
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.reason, Reason::TagNotAllowed);

  const auto image = *oci::ImageRef::parse(reference(image_));
  const auto demanding = admitter().verify(image, {{"stage", "production"}}, clock_.in(10s));
  ASSERT_TRUE(demanding);
  EXPECT_EQ(demanding->reason, Reason::PayloadMismatch);
  expect(Verdict::Trusted, "who demands nothing");
  expect_one_opening();
}

TEST_F(WarmTest, KeepsNoFailureOfTheRegistry) {  // CCH-03
  const auto signature = sign(acme());
  const struct {
    const char* name;
    std::optional<Error> list;
    std::optional<oci::Digest> lost;
  } rows[] = {{"referrers", Error{Reason::RegistryUnavailable, "503"}, std::nullopt},
              {"image", std::nullopt, image_.digest},
              {"signature manifest", std::nullopt, signature.digest},
              {"envelope", std::nullopt, envelopes_.back().digest}};
  for (const auto& row : rows) {
    for (const auto reason : {Reason::RegistryUnavailable, Reason::RegistryThrottled}) {
      store_.referrers_fault = row.list;
      if (row.lost) {
        store_.faults.emplace(*row.lost, Error{reason, ""});
      }
      EXPECT_FALSE(judge(reference(image_))) << row.name;
      store_.referrers_fault.reset();
      store_.faults.clear();
      expect(Verdict::Trusted, row.name);
    }
  }
}

}  // namespace
}  // namespace countersign::admission
