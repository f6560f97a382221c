// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/key_pair.h"

#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::crypto {
namespace {

// Without it OpenSSL asks for the passphrase of an encrypted key on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

Result<void> check_key_pair(const std::string& certificate_file, const std::string& key_file) {
  const ErrorQueueGuard errors;
  const BioPtr certificates(BIO_new_file(certificate_file.c_str(), "r"));
  const X509Ptr certificate(
      certificates ? PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr)
                   : nullptr);
  if (!certificate) {
    return fail(Reason::BadConfig, "no certificate can be read from " + certificate_file);
  }
  const BioPtr keys(BIO_new_file(key_file.c_str(), "r"));
  const KeyPtr key(keys ? PEM_read_bio_PrivateKey(keys.get(), nullptr, no_passphrase, nullptr)
                        : nullptr);
  if (!key) {
    return fail(Reason::BadConfig, "no key without a passphrase can be read from " + key_file);
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return fail(Reason::BadConfig, "the key in " + key_file +
                                       " is not that of the certificate in " + certificate_file);
  }
  return {};
}

}  // namespace countersign::crypto
