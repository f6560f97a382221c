// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/key_generator.h"

#include <cstdlib>
#include <limits>
#include <string>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "countersign/base/limits_signing.h"
#include "countersign/crypto/openssl_ptr.h"

namespace countersign::crypto {
namespace {

using KeyInfoPtr = OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using EncryptedKeyPtr = OpensslPtr<X509_SIG, X509_SIG_free>;

KeyPtr make(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RsaPssSha256:
      return KeyPtr(EVP_RSA_gen(2048));
    case SignatureAlgorithm::RsaPssSha384:
      return KeyPtr(EVP_RSA_gen(3072));
    case SignatureAlgorithm::RsaPssSha512:
      return KeyPtr(EVP_RSA_gen(4096));
    case SignatureAlgorithm::EcdsaSha256:
      return KeyPtr(EVP_EC_gen("P-256"));
    case SignatureAlgorithm::EcdsaSha384:
      return KeyPtr(EVP_EC_gen("P-384"));
    case SignatureAlgorithm::EcdsaSha512:
      return KeyPtr(EVP_EC_gen("P-521"));
  }
  std::abort();
}

std::unexpected<Error> refused() {
  return fail(Reason::Internal, "OpenSSL does not make a key of this");
}

Secret text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return Secret(size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string());
}

int no_passphrase(char*, int, int, void*) { return -1; }

KeyInfoPtr read(const Secret& pem) {
  const auto& text = pem.reveal();
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return nullptr;
  }
  const BioPtr input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const KeyPtr key(input ? PEM_read_bio_PrivateKey(input.get(), nullptr, no_passphrase, nullptr)
                         : nullptr);
  return KeyInfoPtr(key ? EVP_PKEY2PKCS8(key.get()) : nullptr);
}

}  // namespace

Result<Secret> generate_key(SignatureAlgorithm algorithm) {
  const ErrorQueueGuard errors;
  const auto key = make(algorithm);
  const BioPtr out(BIO_new(BIO_s_secmem()));  // overwritten when it is freed
  if (!key || !out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return refused();
  }
  return text_of(out.get());
}

Result<Secret> encrypt_key(const Secret& pem, const Secret& passphrase) {
  const ErrorQueueGuard errors;
  const auto& word = passphrase.reveal();
  if (word.empty() || word.size() > limits::kPassphraseBytes) {
    return fail(Reason::BadConfig, "the passphrase is empty or longer than the limit");
  }
  const auto key = read(pem);
  if (!key) {
    return fail(Reason::BadConfig, "there is no private key without passphrase in PEM");
  }
  const EncryptedKeyPtr encrypted(PKCS8_encrypt(-1, EVP_aes_256_cbc(), word.data(),
                                                static_cast<int>(word.size()), nullptr, 0,
                                                limits::kPassphraseRounds, key.get()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!encrypted || !out || PEM_write_bio_PKCS8(out.get(), encrypted.get()) != 1) {
    return refused();
  }
  return text_of(out.get());
}

}  // namespace countersign::crypto
