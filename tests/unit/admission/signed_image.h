// SPDX-License-Identifier: Apache-2.0
// An image in memory, signatures of it, and a NotationVerifier that judges them.
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/admission/notation_verifier.h"

#include "support/cose_writer.h"
#include "support/fixed_clock.h"
#include "support/memory_repository.h"
#include "support/pki.h"
#include "support/trust_store.h"

namespace countersign::admission {

inline constexpr std::string_view kRepository = "registry.example/team/app";

inline const test::Signer& acme() {
  static const auto kSigner = test::make_leaf(test::key(test::KeyType::P256));
  return kSigner;
}

inline const test::Signer& stranger() {
  static const auto kSigner = test::make_leaf(test::key(test::KeyType::P256, 1));
  return kSigner;
}

inline std::string trust_policy(std::string_view level, std::string_view members = "") {
  const auto verification = R"("signatureVerification":{"level":")" + std::string(level) + "\"" +
                            std::string(members) + "}";
  const auto trust =
      level == "skip" ? std::string() : R"(,"trustStores":["ca:acme"],"trustedIdentities":["*"])";
  return R"({"version":"1.0","trustPolicies":[{"name":"apps","registryScopes":[")" +
         std::string(kRepository) + "\"]," + verification + trust + "}]}";
}

inline x509::RevocationStatus revocation_status(x509::RevocationStatus::Kind kind,
                                                Time fresh_until = {}) {
  return {.kind = kind, .detail = "", .fresh_until = fresh_until, .since = {}};
}

class CountingRevocation final : public RevocationChecker {  // answers as the test says
 public:
  std::vector<Result<x509::RevocationStatus>> ask(std::span<const notation::Question> questions,
                                                  Deadline) override {
    ++asked;
    return std::vector<Result<x509::RevocationStatus>>(questions.size(), answer);
  }
  std::size_t asked = 0;
  Result<x509::RevocationStatus> answer = x509::RevocationStatus{};
};

// A chain whose leaf names a source of revocation status.
inline test::Signer with_ocsp() {
  auto leaf = test::leaf_spec();
  leaf.ocsp_urls = {"http://ocsp.example/"};
  return test::make_root().issue(leaf, test::key(test::KeyType::P256));
}

class NotationVerifierTest : public testing::Test {
 protected:
  NotationVerifierTest()
      : image_(store_.push(oci::media_type::kOciManifest, R"({"schemaVersion":2})")) {}

  oci::Descriptor sign(const test::Signer& signer,
                       std::map<std::string, std::string> annotations = {}) {
    const test::CoseWriter writer(signer, test::payload_of(image_));
    envelopes_.push_back(store_.push(oci::media_type::kCose, writer.write()));
    return store_.push_signature(image_, envelopes_.back(), std::move(annotations));
  }
  oci::Descriptor push_junk(std::string_view content) {
    envelopes_.push_back(store_.push(oci::media_type::kCose, content));
    return store_.push_signature(image_, envelopes_.back());
  }
  void push_many_junk(int count) {
    for (int number = 0; number < count; ++number) {
      push_junk("junk " + std::to_string(number));
    }
  }

  void trust(const test::Signer& signer) { trust({signer.chain().back()}); }
  void trust(const x509::Chain& roots) {
    snapshot_ = trust::Snapshot({{{trust::StoreType::Ca, "acme"}, test::store_of(roots)}},
                                snapshot_.generation() + 1);
  }

  std::unique_ptr<Verifier> verifier(std::string_view policy_text) {
    auto policy = *notation::TrustPolicy::parse(policy_text);
    EXPECT_TRUE(policy.set_revocation("apps", revocation_rules_));
    return make_notation_verifier(std::move(policy), options_, revocation_, opened_);
  }
  Result<policy::Report> verify(std::string_view level = "strict",
                                std::string_view repository = kRepository) {
    return verify_under(trust_policy(level), repository);
  }
  Result<policy::Report> verify_under(std::string_view policy_text,
                                      std::string_view repository = kRepository) {
    test::MemoryRepository images(store_);
    const Subject subject{std::string(repository), image_, metadata_, signers_};
    auto report =
        verifier(policy_text)
            ->verify(subject, images, snapshot_, clock_.now(), clock_.in(std::chrono::seconds(10)));
    requests_ = images.requests();
    return report;
  }

  test::FixedClock clock_;
  test::MemoryStore store_;
  oci::Descriptor image_;
  std::vector<oci::Descriptor> envelopes_;
  NotationOptions options_;
  notation::RevocationRules revocation_rules_;
  std::shared_ptr<EnvelopeCache> opened_ = std::make_shared<EnvelopeCache>();
  CountingRevocation revocation_;
  std::map<std::string, std::string> metadata_;
  std::size_t signers_ = 1;
  std::size_t requests_ = 0;
  trust::Snapshot snapshot_{
      {{{trust::StoreType::Ca, "acme"}, test::store_of({acme().chain().back()})}}, 1};
};

}  // namespace countersign::admission
