// SPDX-License-Identifier: Apache-2.0
#include "support/pfx.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/structure_signer.h"

namespace countersign::test {
namespace {

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }
using Bags = crypto::OpensslPtr<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using Safes = crypto::OpensslPtr<STACK_OF(PKCS7), free_safes>;
using PfxPtr = crypto::OpensslPtr<PKCS12, PKCS12_free>;

int nid_of(PfxCipher cipher) {
  switch (cipher) {
    case PfxCipher::None:
      return -1;
    case PfxCipher::Aes256:
      return NID_aes_256_cbc;
    case PfxCipher::TripleDes:
      return NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    case PfxCipher::Rc2:
      return NID_pbe_WithSHA1And40BitRC2_CBC;
    case PfxCipher::Rc4:
      return NID_pbe_WithSHA1And40BitRC4;
    case PfxCipher::Scrypt:
      break;  // the library has no name for it in these calls
  }
  give_up("unknown cipher");
}

// With the old ciphers, which only such a context has.
OSSL_LIB_CTX* library() {
  static OSSL_LIB_CTX* const made = [] {
    OSSL_LIB_CTX* const context = OSSL_LIB_CTX_new();
    demand(OSSL_PROVIDER_load(context, "default") != nullptr &&
               OSSL_PROVIDER_load(context, "legacy") != nullptr,
           "providers");
    return context;
  }();
  return made;
}

const char* text(const PfxSpec& spec) { return spec.password ? spec.password->c_str() : nullptr; }

void name(PKCS12_SAFEBAG* bag, const PfxSpec& spec) {
  demand(bag != nullptr, "bag");
  if (!spec.friendly_name.empty()) {
    demand(PKCS12_add_friendlyname_utf8(bag, spec.friendly_name.c_str(), -1) == 1 &&
               PKCS12_add_CSPName_asc(bag, "Acme Provider", -1) == 1,
           "attributes");
  }
}

Bags bags_of(const PfxPart& part, const PfxSpec& spec) {
  STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
  if (part.key) {
    name(PKCS12_add_key_ex(&bags, part.key->native(), 0, part.rounds, nid_of(part.key_cipher),
                           text(spec), library(), nullptr),
         spec);
  }
  for (const auto& certificate : part.certificates) {
    const unsigned char* next = certificate.der().data();
    const crypto::X509Ptr native(
        d2i_X509(nullptr, &next, static_cast<long>(certificate.der().size())));
    name(PKCS12_add_cert(&bags, native.get()), spec);
  }
  return Bags(bags != nullptr ? bags : sk_PKCS12_SAFEBAG_new_null());
}

PKCS7* pack_scrypt(const Bags& bags, const PfxSpec& spec) {
  unsigned char salt[8] = {};
  X509_ALGOR* const algorithm =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, nullptr, 16, 1, 1);
  PKCS7* const safe = PKCS7_new();
  demand(algorithm != nullptr && PKCS7_set_type(safe, NID_pkcs7_encrypted) == 1, "scrypt");
  auto* const content = safe->d.encrypted->enc_data;
  X509_ALGOR_free(content->algorithm);
  content->algorithm = algorithm;
  content->enc_data = PKCS12_item_i2d_encrypt(algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS),
                                              text(spec), 0, bags.get(), 1);
  demand(content->enc_data != nullptr, "scrypt");
  return safe;
}

}  // namespace

ByteVector make_pfx(const std::vector<PfxPart>& parts, const PfxSpec& spec) {
  STACK_OF(PKCS7)* list = sk_PKCS7_new_null();
  for (const auto& part : parts) {
    const auto bags = bags_of(part, spec);
    const bool packed = part.cipher == PfxCipher::Scrypt
                            ? sk_PKCS7_push(list, pack_scrypt(bags, spec)) > 0
                            : PKCS12_add_safe_ex(&list, bags.get(), nid_of(part.cipher),
                                                 part.rounds, text(spec), library(), nullptr) == 1;
    demand(packed, "safe");
  }
  const Safes safes(list);
  const PfxPtr pfx(PKCS12_add_safes_ex(safes.get(), 0, library(), nullptr));
  demand(pfx != nullptr, "PKCS #12");
  demand(!spec.mac || PKCS12_set_mac(pfx.get(), text(spec), spec.password ? -1 : 0, nullptr, 0,
                                     spec.mac_rounds, digest_of(spec.mac_hash)) == 1,
         "MAC");
  return encode<PKCS12, i2d_PKCS12>(pfx.get());
}

}  // namespace countersign::test
