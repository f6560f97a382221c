// SPDX-License-Identifier: Apache-2.0
#include "x509/pkcs12_encryption.h"

#include <string>

#include <gtest/gtest.h>
#include <openssl/pkcs12.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using AlgorithmPtr = crypto::OpensslPtr<X509_ALGOR, X509_ALGOR_free>;

constexpr std::string_view kPlain = "certificates, say";

struct Sealed {
  ByteVector algorithm, encrypted;
};

Sealed seal(X509_ALGOR* made, const char* password) {
  const AlgorithmPtr algorithm(made);
  unsigned char* out = nullptr;
  int size = 0;
  demand(PKCS12_pbe_crypt(algorithm.get(), password, 0, as_bytes(kPlain).data(),
                          static_cast<int>(kPlain.size()), &out, &size, 1) != nullptr,
         "encrypt");
  const crypto::OpensslBytes owner(out);
  return {encode<X509_ALGOR, i2d_X509_ALGOR>(algorithm.get()), {out, out + size}};
}

std::string outcome(const ByteVector& algorithm, const ByteVector& encrypted,
                    EmptyPassword password = EmptyPassword::EndMark) {
  const auto plain = decrypt(algorithm, encrypted, password, Reason::BadConfig);
  return plain ? std::string(as_text(plain->get())) : std::string(wire_name(plain.error().reason));
}

TEST(Pkcs12Encryption, DecryptsWithEitherEmptyPassword) {
  for (const auto password : {EmptyPassword::EndMark, EmptyPassword::NoBytes}) {
    const char* const text = openssl_text(password);
    for (const int nid :
         {NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And2_Key_TripleDES_CBC}) {
      const auto sealed = seal(PKCS5_pbe_set(nid, 2, nullptr, 8), text);
      EXPECT_EQ(outcome(sealed.algorithm, sealed.encrypted, password), kPlain);
    }
    for (const EVP_CIPHER* cipher :
         {EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc(), EVP_des_ede3_cbc()}) {
      const auto sealed = seal(PKCS5_pbe2_set(cipher, 2, nullptr, 8), text);
      EXPECT_EQ(outcome(sealed.algorithm, sealed.encrypted, password), kPlain);
    }
  }
}

TEST(Pkcs12Encryption, RefusesWhatCanNotBeDecrypted) {
  auto sealed = seal(PKCS5_pbe2_set(EVP_aes_128_cbc(), 2, nullptr, 8), "");
  sealed.encrypted.pop_back();
  EXPECT_EQ(outcome(sealed.algorithm, sealed.encrypted), "BAD_CONFIG");
  EXPECT_EQ(outcome(sealed.algorithm, {}), "BAD_CONFIG");
}

ByteVector pbes2(const ByteVector& derivation, std::string_view cipher = "2.16.840.1.101.3.4.1.2") {
  const auto scheme = der_sequence({der_oid(cipher), der_octets(ByteVector(16))});
  return der_sequence({der_oid("1.2.840.113549.1.5.13"), der_sequence({derivation, scheme})});
}

ByteVector pbkdf2(std::int64_t rounds) {
  return der_sequence(
      {der_oid("1.2.840.113549.1.5.12"), der_sequence({der_octets({1, 2}), der_integer(rounds)})});
}

TEST(Pkcs12Encryption, RefusesTooMuchWorkAndUnknownWork) {
  const ByteVector block(16);
  const auto old = [](int number, std::int64_t rounds) {
    return der_sequence({der_oid("1.2.840.113549.1.12.1." + std::to_string(number)),
                         der_sequence({der_octets({1, 2}), der_integer(rounds)})});
  };
  for (const std::int64_t rounds : {std::int64_t{0}, limits::kPkcs12Rounds + 1}) {
    EXPECT_EQ(outcome(old(3, rounds), block), "BAD_CONFIG");
    EXPECT_EQ(outcome(old(6, rounds), block), "BAD_CONFIG");
    EXPECT_EQ(outcome(pbes2(pbkdf2(rounds)), block), "BAD_CONFIG");
  }
  EXPECT_EQ(outcome(old(1, 1), block), "BAD_CONFIG") << "RC4";
  EXPECT_EQ(outcome(pbes2(pbkdf2(1), "1.2.840.113549.3.2"), block), "BAD_CONFIG") << "RC2";
  EXPECT_EQ(
      outcome(pbes2(der_sequence({der_oid("1.3.6.1.4.1.11591.4.11"), der_sequence({})})), block),
      "BAD_CONFIG")
      << "scrypt";
  EXPECT_EQ(outcome(pbes2(der_sequence({der_oid("1.2.840.113549.1.5.12"),
                                        der_sequence({der_sequence({}), der_integer(1)})})),
                    block),
            "BAD_CONFIG")
      << "a salt from elsewhere";
  EXPECT_EQ(outcome(der_sequence({der_oid("1.2.840.113549.1.5.13")}), block), "BAD_CONFIG");
  EXPECT_EQ(outcome({}, block), "BAD_CONFIG");
}

}  // namespace
}  // namespace countersign::x509
