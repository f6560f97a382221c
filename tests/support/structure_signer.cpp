// SPDX-License-Identifier: Apache-2.0
#include "support/structure_signer.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "support/demand.h"
#include "support/der_writer.h"

namespace countersign::test {

const EVP_MD* digest_of(SignatureHash hash) {
  switch (hash) {
    case SignatureHash::Sha256:
      return EVP_sha256();
    case SignatureHash::Sha384:
      return EVP_sha384();
    case SignatureHash::Sha512:
      return EVP_sha512();
    case SignatureHash::Sha1:
      return EVP_sha1();
    case SignatureHash::Md5:
      return EVP_md5();
  }
  give_up("unknown hash");
}

StructureSigner::StructureSigner(const Key& key, SignatureHash hash, const std::optional<Pss>& pss)
    : key_(key), context_(EVP_MD_CTX_new()) {
  const bool hashes_itself = EVP_PKEY_is_a(key_.native(), "ED25519") == 1;
  demand(EVP_DigestSignInit(context_.get(), &parameters_, hashes_itself ? nullptr : digest_of(hash),
                            nullptr, key_.native()) == 1,
         "signature");
  if (pss) {
    demand(EVP_PKEY_CTX_set_rsa_padding(parameters_, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters_, pss->salt_length) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(parameters_, digest_of(pss->mgf1)) == 1,
           "RSASSA-PSS");
  }
}

ByteVector StructureSigner::algorithm() const {
  unsigned char bytes[256];
  OSSL_PARAM asked[] = {
      OSSL_PARAM_construct_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID, bytes, sizeof bytes),
      OSSL_PARAM_construct_end()};
  demand(EVP_PKEY_CTX_get_params(parameters_, asked) > 0, "algorithm");
  return {bytes, bytes + asked[0].return_size};
}

ByteVector StructureSigner::close(const ByteVector& tbs, const ByteVector& more) {
  const ByteVector named = algorithm();  // before the context is used up
  std::size_t size = 0;
  demand(EVP_DigestSign(context_.get(), nullptr, &size, tbs.data(), tbs.size()) == 1, "size");
  ByteVector signature(size);
  demand(EVP_DigestSign(context_.get(), signature.data(), &size, tbs.data(), tbs.size()) == 1,
         "signature");
  signature.resize(size);
  return der_sequence({tbs, named, der_bits(signature), more});
}

}  // namespace countersign::test
