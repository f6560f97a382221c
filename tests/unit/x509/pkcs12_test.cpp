// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/pkcs12.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <openssl/pkcs12.h>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"

#include "support/der_writer.h"
#include "support/pfx.h"
#include "x509/der.h"

namespace countersign::x509 {
namespace {

using namespace test;

const Signer& signer() {
  static const Signer made = make_leaf(key(KeyType::Rsa2048));
  return made;
}

Chain reversed(Chain chain) { return {chain.rbegin(), chain.rend()}; }

Result<Chain> read(const ByteVector& file) { return read_pkcs12(file, Reason::BadConfig); }

std::string outcome(const ByteVector& file) {
  const auto read_ones = read(file);
  return read_ones ? std::to_string(read_ones->size())
                   : std::string(wire_name(read_ones.error().reason));
}

// Key Vault's own files have the key in a part of its own, and the certificates encrypted in
// another.
std::vector<PfxPart> usual(PfxCipher cipher, Chain certificates = signer().chain()) {
  return {{.key = signer().key(), .cipher = PfxCipher::None},
          {.certificates = std::move(certificates), .cipher = cipher}};
}

TEST(Pkcs12, ReadsTheCertificatesInTheOrderOfTheFile) {
  EXPECT_EQ(read(make_pfx(usual(PfxCipher::Aes256))).value(), signer().chain());
  EXPECT_EQ(read(make_pfx(usual(PfxCipher::Aes256, reversed(signer().chain())))).value(),
            reversed(signer().chain()));
}

TEST(Pkcs12, ReadsEveryStyleOfTheEmptyPassword) {
  for (const auto& password : {std::optional<std::string>(""), std::optional<std::string>()}) {
    for (const auto hash : {SignatureHash::Sha1, SignatureHash::Sha256, SignatureHash::Sha384,
                            SignatureHash::Sha512}) {
      for (const auto cipher : {PfxCipher::None, PfxCipher::Aes256, PfxCipher::TripleDes}) {
        EXPECT_EQ(outcome(make_pfx(usual(cipher), {.password = password, .mac_hash = hash})), "3");
      }
    }
  }
}

TEST(Pkcs12, ReadsOldFilesWithTheLegacyProvider) {
  for (const auto& password : {std::optional<std::string>(""), std::optional<std::string>()}) {
    EXPECT_EQ(read(make_pfx(usual(PfxCipher::Rc2), {.password = password})).value(),
              signer().chain());
  }
}

TEST(Pkcs12, SaysWhenThereIsNoLegacyProvider) {
  const auto file = make_pfx(usual(PfxCipher::Rc2));
  ASSERT_EQ(setenv("OPENSSL_MODULES", "/nowhere", 1), 0);
  const auto certificates = read(file);
  ASSERT_EQ(unsetenv("OPENSSL_MODULES"), 0);
  ASSERT_FALSE(certificates);
  EXPECT_EQ(certificates.error().reason, Reason::BadConfig);
  EXPECT_NE(certificates.error().detail.find("legacy provider"), std::string::npos);
}

TEST(Pkcs12, PassesOverEverythingThatIsNoCertificate) {
  EXPECT_EQ(outcome(make_pfx({{.key = signer().key(), .cipher = PfxCipher::None}})), "0");
  EXPECT_EQ(outcome(make_pfx({{.key = signer().key(),
                               .certificates = signer().chain(),
                               .cipher = PfxCipher::None,
                               .key_cipher = PfxCipher::None}},
                             {.friendly_name = "acme \xC3\xA9"})),
            "3")
      << "a plain key and attributes";
  EXPECT_EQ(outcome(make_pfx({{.key = signer().key(), .certificates = signer().chain()}})), "3")
      << "key and certificates encrypted together";
  EXPECT_EQ(outcome(make_pfx({{.key = signer().key(),
                               .certificates = signer().chain(),
                               .key_cipher = PfxCipher::Rc4}})),
            "3")
      << "a key that nobody could decrypt";
}

TEST(Pkcs12, RefusesAPassword) {
  EXPECT_EQ(outcome(make_pfx(usual(PfxCipher::Aes256), {.password = "changeit"})), "BAD_CONFIG");
  EXPECT_EQ(outcome(make_pfx(usual(PfxCipher::None), {.mac = false})), "BAD_CONFIG") << "no MAC";
}

TEST(Pkcs12, RefusesOtherEncryptions) {
  EXPECT_EQ(outcome(make_pfx(usual(PfxCipher::Rc4))), "BAD_CONFIG");
  EXPECT_EQ(outcome(make_pfx(usual(PfxCipher::Scrypt))), "BAD_CONFIG");
}

TEST(Pkcs12, BoundsWhatAFileAsksFor) {
  const int most = static_cast<int>(limits::kPkcs12Rounds);
  const auto with_rounds = [](PfxCipher cipher, int rounds, int mac_rounds) {
    return make_pfx({{.certificates = signer().chain(), .cipher = cipher, .rounds = rounds}},
                    {.mac_rounds = mac_rounds});
  };
  EXPECT_EQ(outcome(with_rounds(PfxCipher::Aes256, 2'048, 600'000)), "3");
  EXPECT_EQ(outcome(with_rounds(PfxCipher::Aes256, 1, most + 1)), "BAD_CONFIG");
  EXPECT_EQ(outcome(with_rounds(PfxCipher::Aes256, most + 1, 1)), "BAD_CONFIG");
  EXPECT_EQ(outcome(with_rounds(PfxCipher::TripleDes, most + 1, 1)), "BAD_CONFIG");
  const Chain many(limits::kVaultChain, signer().certificate());
  EXPECT_EQ(outcome(make_pfx(usual(PfxCipher::None, many))), "20");
  EXPECT_EQ(outcome(make_pfx({{.certificates = many}, {.certificates = signer().chain()}})),
            "BAD_CONFIG");
  EXPECT_EQ(outcome(make_pfx(std::vector<PfxPart>(8))), "0");
  EXPECT_EQ(outcome(make_pfx(std::vector<PfxPart>(9))), "BAD_CONFIG");
}

// AZ-33 has a file of one byte more than the limit.
TEST(Pkcs12, BoundsTheFile) {
  auto file = make_pfx(usual(PfxCipher::Aes256));
  EXPECT_EQ(outcome(ByteVector(limits::kVaultSecretBytes + 1)), "BAD_CONFIG");
  EXPECT_EQ(outcome({}), "BAD_CONFIG");
  file.push_back(0);
  EXPECT_EQ(outcome(file), "BAD_CONFIG");
}

ByteVector content_info(std::string_view type, const ByteVector& content) {
  return der_sequence({der_oid(type), der_element(0xa0, content)});
}
constexpr const char* kData = "1.2.840.113549.1.7.1";

// A file whose MAC is right, around an AuthenticatedSafe that no library would write.
ByteVector with_safe(const ByteVector& safe) {
  const ByteVector salt(8, 7);
  ByteVector own_key(32);
  auto copy = salt;
  EXPECT_EQ(PKCS12_key_gen_utf8("", 0, copy.data(), 8, PKCS12_MAC_ID, 1, 32, own_key.data(),
                                EVP_sha256()),
            1);
  ByteVector mac(32);
  EXPECT_NE(HMAC(EVP_sha256(), own_key.data(), 32, safe.data(), safe.size(), mac.data(), nullptr),
            nullptr);
  const auto algorithm = der_sequence({der_oid("2.16.840.1.101.3.4.2.1"), der_element(0x05, {})});
  return der_sequence(
      {der_integer(3), content_info(kData, der_octets(safe)),
       der_sequence({der_sequence({algorithm, der_octets(mac)}), der_octets(salt)})});
}

TEST(Pkcs12, RefusesStructuresOfAnotherKind) {
  const auto bags = [](const ByteVector& safe_contents) {
    return outcome(with_safe(der_sequence({content_info(kData, der_octets(safe_contents))})));
  };
  const Bytes der = signer().certificate().der();
  const auto octets = der_octets({der.begin(), der.end()});
  const auto bag = [](std::string_view type, const ByteVector& value) {
    return der_sequence({content_info(type, value)});
  };
  constexpr std::string_view kCertificates = "1.2.840.113549.1.12.10.1.3";
  constexpr std::string_view kX509 = "1.2.840.113549.1.9.22.1";
  EXPECT_EQ(bags(bag(kCertificates, content_info(kX509, octets))), "1") << "the way it should be";
  EXPECT_EQ(bags(bag("1.2.840.113549.1.12.10.1.5", der_octets({1}))), "0") << "a secret bag";
  EXPECT_EQ(bags(bag("1.2.840.113549.1.12.10.1.6", der_sequence({}))), "BAD_CONFIG") << "nested";
  EXPECT_EQ(bags(bag(kCertificates, content_info("1.2.840.113549.1.9.22.2", octets))), "BAD_CONFIG")
      << "SDSI";
  EXPECT_EQ(bags(bag(kCertificates, content_info(kX509, der_octets({1, 2})))), "BAD_CONFIG");
  EXPECT_EQ(bags(bag(kCertificates, octets)), "BAD_CONFIG");
  EXPECT_EQ(bags(der_sequence({der_sequence({der_oid(kCertificates)})})), "BAD_CONFIG");
  EXPECT_EQ(bags(der_element(0x31, {})), "BAD_CONFIG");
  EXPECT_EQ(bags({}), "BAD_CONFIG");
  EXPECT_EQ(outcome(with_safe(der_sequence({content_info(kData, der_sequence({}))}))),
            "BAD_CONFIG");
  EXPECT_EQ(outcome(with_safe(der_sequence({content_info("1.2.840.113549.1.7.3", octets)}))),
            "BAD_CONFIG")
      << "enveloped for a public key";
  EXPECT_EQ(outcome(with_safe(der_sequence({content_info("1.2.840.113549.1.7.6", octets)}))),
            "BAD_CONFIG")
      << "no EncryptedData";
}

// What MACs protect is never wrong by chance; whoever writes a file can make it so.
TEST(Pkcs12, SurvivesEveryDamageUnderARightMac) {
  for (const auto cipher : {PfxCipher::None, PfxCipher::Aes256, PfxCipher::TripleDes}) {
    const auto file = make_pfx({{.key = key(KeyType::P256), .cipher = PfxCipher::None},
                                {.certificates = {signer().certificate()}, .cipher = cipher}});
    DerReader fields(*content_of(file, der::kSequence));
    fields.take(der::kInteger);
    DerReader info(fields.take(der::kSequence)->content);
    info.take(der::kObjectIdentifier);
    const auto octets = info.take(der::constructed(0))->content;
    const auto content = *content_of(octets, der::kOctetString);
    const ByteVector safe(content.begin(), content.end());
    ASSERT_EQ(outcome(with_safe(safe)), "1");
    for (std::size_t at = 0; at < safe.size(); ++at) {
      for (const unsigned bits : {0x01U, 0x80U, 0xffU}) {
        auto damaged = safe;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ bits);
        const auto certificates = read(with_safe(damaged));
        ASSERT_TRUE(!certificates || certificates->size() <= 1) << at;
      }
    }
  }
}

// AKV-08 has hostile files: whatever is changed in one, it is read or refused, and what is read was
// in it.
TEST(Pkcs12, SurvivesEveryDamage) {
  for (const auto cipher : {PfxCipher::None, PfxCipher::Aes256, PfxCipher::TripleDes}) {
    const auto whole = make_pfx({{.key = key(KeyType::P256), .cipher = PfxCipher::None},
                                 {.certificates = {signer().certificate()}, .cipher = cipher}});
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned bits : {0x01U, 0x80U, 0xffU}) {
        auto file = whole;
        file[at] = static_cast<std::uint8_t>(file[at] ^ bits);
        const auto certificates = read(file);
        ASSERT_TRUE(!certificates || *certificates == Chain{signer().certificate()}) << at;
      }
      ASSERT_EQ(outcome({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at)}),
                "BAD_CONFIG");
    }
  }
}

}  // namespace
}  // namespace countersign::x509
