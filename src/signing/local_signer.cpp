// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/signing/signer.h"

namespace countersign::signing {
namespace {

class LocalSigner final : public Signer {
 public:
  LocalSigner(crypto::PrivateKey key, x509::Chain chain)
      : key_(std::move(key)), chain_(std::move(chain)) {}

  const x509::Chain& chain() const override { return chain_; }

  // Checked, since a signature that was made with a fault may give the key away.
  Result<ByteVector> sign(Bytes message, Deadline) const override {
    TRY(auto signature, key_.sign(message));
    TRY_VOID(chain_.front().public_key().verify(message, signature));
    return signature;
  }

 private:
  crypto::PrivateKey key_;
  x509::Chain chain_;
};

}  // namespace

std::unique_ptr<Signer> local_signer(crypto::PrivateKey key, x509::Chain chain) {
  return std::make_unique<LocalSigner>(std::move(key), std::move(chain));
}

}  // namespace countersign::signing
