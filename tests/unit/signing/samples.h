// SPDX-License-Identifier: Apache-2.0
// What the tests of this module sign, and who signs and stamps it.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "countersign/crypto/private_key.h"
#include "countersign/signing/signature.h"

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "support/timestamp_maker.h"

namespace countersign::signing::samples {

inline constexpr Time kNow =
    std::chrono::sys_days{std::chrono::year{2026} / 5 / 28} + std::chrono::hours{12};

inline oci::Descriptor image() {
  return {
      std::string(oci::media_type::kOciManifest), oci::Digest::of(as_bytes("image")), 528, {}, {}};
}

inline Request request(Format format = Format::Cose) {
  return {.target = image(),
          .user_metadata = {},
          .format = format,
          .signing_time = kNow,
          .expiry = std::nullopt,
          .agent = "countersign/0.0.0"};
}

inline constexpr Format kFormats[] = {Format::Cose, Format::Jws};

inline crypto::PrivateKey private_key(const test::Key& key) {
  return crypto::PrivateKey::parse_pem(key.pem(), Reason::BadConfig).value();
}

inline const test::Signer& leaf() {  // three certificates, P-256
  static const test::Signer kLeaf = test::make_leaf(test::key(test::KeyType::P256));
  return kLeaf;
}

inline std::unique_ptr<Signer> local(const test::Signer& signer) {
  return local_signer(private_key(signer.key()), signer.chain());
}

inline Deadline soon() { return test::FixedClock().in(std::chrono::seconds(10)); }

class StoredSigner final : public Signer {  // signs everything alike
 public:
  StoredSigner(x509::Chain chain, Result<ByteVector> signature)
      : chain_(std::move(chain)), signature_(std::move(signature)) {}
  const x509::Chain& chain() const override { return chain_; }
  Result<ByteVector> sign(Bytes, Deadline) const override { return signature_; }

 private:
  x509::Chain chain_;
  Result<ByteVector> signature_;
};

inline const test::Signer& tsa() {  // three certificates, P-256
  static const test::Signer kTsa =
      test::make_leaf(test::key(test::KeyType::P256, 1), test::tsa_spec());
  return kTsa;
}

class Clockmaker final : public Timestamper {  // stamps at a time of the test's choice
 public:
  explicit Clockmaker(Time time = kNow) : time_(time) {}
  Result<ByteVector> stamp(Bytes signature, crypto::HashAlgorithm hash, Deadline) override {
    hashes_.push_back(hash);
    return test::TimestampMaker(tsa(), signature).stamped_at(time_).write();
  }
  const std::vector<crypto::HashAlgorithm>& hashes() const { return hashes_; }

 private:
  Time time_;
  std::vector<crypto::HashAlgorithm> hashes_;
};

class StoredTimestamper final : public Timestamper {
 public:
  explicit StoredTimestamper(Result<ByteVector> token) : token_(std::move(token)) {}
  Result<ByteVector> stamp(Bytes, crypto::HashAlgorithm, Deadline) override { return token_; }

 private:
  Result<ByteVector> token_;
};

}  // namespace countersign::signing::samples
