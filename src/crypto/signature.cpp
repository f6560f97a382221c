// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature.h"

#include <tuple>

#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "crypto/message_digest.h"

namespace countersign::crypto {
namespace {

bool demand_padding(EVP_PKEY_CTX* context, SignatureScheme scheme, const EVP_MD* digest);

}  // namespace

Result<void> check_signature(EVP_PKEY* key, SignatureScheme scheme, HashAlgorithm hash,
                             Bytes message, Bytes signature) {
  const EVP_MD* const digest =
      scheme == SignatureScheme::Ed25519 ? nullptr : message_digest(hash);  // it hashes itself
  const MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  if (context == nullptr ||
      EVP_DigestVerifyInit(context.get(), &parameters, digest, nullptr, key) != 1 ||
      !demand_padding(parameters, scheme, digest)) {
    return fail(Reason::Internal, "OpenSSL can't verify with this key");
  }
  // r and s outside of 1 to n - 1 are refused by OpenSSL.
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1) {
    return fail(Reason::SignatureInvalid, "signature does not match the signed bytes");
  }
  return {};
}

Result<ByteVector> make_signature(EVP_PKEY* key, SignatureScheme scheme, HashAlgorithm hash,
                                  Bytes message) {
  const EVP_MD* const digest =
      scheme == SignatureScheme::Ed25519 ? nullptr : message_digest(hash);  // it hashes itself
  const MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  std::size_t size = 0;
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key) != 1 ||
      !demand_padding(parameters, scheme, digest) ||
      EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
    return fail(Reason::Internal, "OpenSSL can't sign with this key");
  }
  ByteVector signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return fail(Reason::Internal, "OpenSSL can't sign with this key");
  }
  signature.resize(size);  // of ECDSA in DER only the most is known before
  return signature;
}

Result<ByteVector> der_of_fixed_width(Bytes signature) {
  const std::size_t width = signature.size() / 2;
  BignumPtr r(BN_bin2bn(signature.data(), static_cast<int>(width), nullptr));
  BignumPtr s(BN_bin2bn(signature.data() + width, static_cast<int>(width), nullptr));
  const EcdsaSigPtr pair(ECDSA_SIG_new());
  if (r == nullptr || s == nullptr || pair == nullptr ||
      ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
    return fail(Reason::Internal, "no memory for a signature");
  }
  std::ignore = r.release();
  std::ignore = s.release();
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
  if (size <= 0) {
    return fail(Reason::Internal, "no memory for a signature");
  }
  const OpensslBytes owner(encoded);
  return ByteVector(encoded, encoded + size);
}

Result<ByteVector> fixed_width_of_der(Bytes signature, std::size_t width) {
  const unsigned char* next = signature.data();
  const EcdsaSigPtr pair(d2i_ECDSA_SIG(nullptr, &next, static_cast<long>(signature.size())));
  const int bytes = static_cast<int>(width);
  ByteVector out(2 * width);
  if (pair == nullptr || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), bytes) != bytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + width, bytes) != bytes) {
    return fail(Reason::Internal, "not an ECDSA signature of this width");
  }
  return out;
}

namespace {

bool demand_padding(EVP_PKEY_CTX* context, SignatureScheme scheme, const EVP_MD* digest) {
  switch (scheme) {
    case SignatureScheme::RsaPkcs1:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    case SignatureScheme::RsaPss:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
    case SignatureScheme::Ecdsa:
    case SignatureScheme::Ed25519:
      return true;
  }
  return false;
}

}  // namespace
}  // namespace countersign::crypto
