// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_certificates.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"

#include "azure/secret_text.h"
#include "support/pfx.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace test;
using answers::kPemType;
using answers::kPkcs12Type;
using x509::Chain;

const Signer& signer() {
  static const Signer made = make_leaf(key(KeyType::Rsa2048));
  return made;
}

Result<Chain> read(const std::string& text, std::string_view type = kPemType) {
  return certificates_of(Secret(text), type);
}

std::string outcome(const std::string& text, std::string_view type = kPemType) {
  const auto chain = read(text, type);
  return chain ? std::to_string(chain->size()) : std::string(wire_name(chain.error().reason));
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return result;
}

TEST(SecretCertificates, AnyOrderOfPemIsTheSameChain) {  // AZ-31
  const auto leaf = pem(signer().chain()[0]);
  const auto ca = pem(signer().chain()[1]);
  const auto root = pem(signer().chain()[2]);
  const auto private_key = signer().key().pem();
  for (const auto& text :
       {leaf + ca + root, root + ca + leaf, ca + leaf + root, private_key + leaf + ca + root,
        leaf + ca + root + private_key, root + private_key + leaf + ca,
        leaf + ca + root + ca + leaf + leaf, with_crlf(private_key + root + leaf + ca),
        "subject=CN = leaf\n" + leaf + "\n\nissuer: somebody\n" + ca + "# root\n" + root,
        (leaf + ca + root).substr(0, (leaf + ca + root).size() - 1)}) {
    ASSERT_TRUE(read(text)) << text;
    EXPECT_EQ(read(text).value(), signer().chain()) << text;
    // As it comes out of an answer, where keys are blank.
    auto answer = answers::secret("ca", answers::version(1), text);
    EXPECT_EQ(certificates_of(take_secret_text(answer).value(), kPemType).value(),
              signer().chain());
  }
}

std::string bundle(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += make_root(ca_spec("CN=Root " + std::to_string(i))).pem();
  }
  return text;
}

TEST(SecretCertificates, RefusesPemThatIsNoBundle) {  // AZ-32
  const auto leaf = pem(signer().certificate());
  EXPECT_EQ(outcome(""), "BAD_CONFIG");
  EXPECT_EQ(outcome("hello"), "BAD_CONFIG");
  EXPECT_EQ(outcome(signer().key().pem()), "BAD_CONFIG") << "a key alone";
  EXPECT_EQ(outcome(pem("TRUSTED CERTIFICATE", signer().certificate().der())), "BAD_CONFIG");
  EXPECT_EQ(outcome(pem("TRUSTED CERTIFICATE", signer().certificate().der()) + leaf), "1");
  EXPECT_EQ(outcome(pem("ENCRYPTED PRIVATE KEY", as_bytes("whatever")) + leaf), "1")
      << "it is not decoded";
  auto broken = leaf;
  broken[broken.find('\n') + 10] = '!';
  EXPECT_EQ(outcome(broken), "BAD_CONFIG") << "base64";
  EXPECT_EQ(outcome(leaf + "-----BEGIN CERTIFICATE-----\nMIIB\n"), "BAD_CONFIG") << "no end";
  EXPECT_EQ(outcome(pem("CERTIFICATE", as_bytes("nonsense"))), "BAD_CONFIG");
  EXPECT_EQ(outcome(leaf + pem("CERTIFICATE", as_bytes("nonsense"))), "BAD_CONFIG");
  EXPECT_EQ(outcome(bundle(limits::kVaultChain)), "20");
  EXPECT_EQ(outcome(bundle(limits::kVaultChain + 1)), "BAD_CONFIG");
  EXPECT_EQ(outcome(leaf + std::string(limits::kVaultSecretBytes - leaf.size(), ' ')), "1");
  EXPECT_EQ(outcome(leaf + std::string(limits::kVaultSecretBytes - leaf.size() + 1, ' ')),
            "BAD_CONFIG");
  // Whether a certificate may be trusted is not decided here.
  auto ended = ca_spec("CN=Ended");
  ended.not_after = std::chrono::sys_days{std::chrono::year{2021} / 1 / 1};
  EXPECT_EQ(outcome(make_root(ended).pem()), "1");
  EXPECT_EQ(outcome(leaf), "1") << "not a CA";
}

std::string base64(const ByteVector& file) { return codec::encode_base64(file); }

TEST(SecretCertificates, ReadsPkcs12OfAllStyles) {  // AZ-33
  Chain chain = signer().chain();
  const auto pfx = [](Chain certificates, PfxCipher cipher, const PfxSpec& spec = {}) {
    return base64(make_pfx({{.key = signer().key(), .cipher = PfxCipher::None},
                            {.certificates = std::move(certificates), .cipher = cipher}},
                           spec));
  };
  EXPECT_EQ(read(pfx(chain, PfxCipher::TripleDes, {.mac_hash = SignatureHash::Sha1}), kPkcs12Type),
            chain)
      << "as Key Vault writes it";
  EXPECT_EQ(read(pfx(chain, PfxCipher::TripleDes, {.password = std::nullopt}), kPkcs12Type), chain);
  EXPECT_EQ(read(pfx(chain, PfxCipher::Aes256), kPkcs12Type), chain);
  EXPECT_EQ(read(pfx(chain, PfxCipher::Rc2), kPkcs12Type), chain);
  EXPECT_EQ(read(pfx(chain, PfxCipher::Aes256, {.friendly_name = "acme"}), kPkcs12Type), chain)
      << "attributes";
  EXPECT_EQ(read(pfx({chain.rbegin(), chain.rend()}, PfxCipher::Aes256), kPkcs12Type), chain)
      << "root to leaf";
  EXPECT_EQ(read(pfx({chain.front()}, PfxCipher::Aes256), kPkcs12Type), Chain{chain.front()})
      << "no chain";
  EXPECT_EQ(read(pfx({chain[0], chain[1], chain[0], chain[2]}, PfxCipher::Aes256), kPkcs12Type),
            chain);
  EXPECT_EQ(outcome(pfx(chain, PfxCipher::Aes256, {.password = "secret"}), kPkcs12Type),
            "BAD_CONFIG");
  EXPECT_EQ(outcome(pfx({}, PfxCipher::Aes256), kPkcs12Type), "BAD_CONFIG") << "a key alone";
  auto wrapped = pfx(chain, PfxCipher::Aes256);
  for (std::size_t at = 64; at < wrapped.size(); at += 66) {
    wrapped.insert(at, "\r\n");
  }
  EXPECT_EQ(read(wrapped, kPkcs12Type), chain) << "base64 in lines";
}

TEST(SecretCertificates, RefusesPkcs12ThatIsDamaged) {  // AZ-33
  const auto good = base64(make_pfx({{.certificates = signer().chain()}}));
  EXPECT_EQ(outcome(good, kPkcs12Type), "3");
  auto corrupt = good;
  corrupt[corrupt.size() / 2] = corrupt[corrupt.size() / 2] == 'A' ? 'B' : 'A';
  for (const auto& bad : {std::string(), std::string("===="), corrupt, good.substr(4),
                          good.substr(0, good.size() - 4), good.substr(0, good.size() - 1),
                          "!" + good.substr(1), good + "AAAA", std::string("AAAA")}) {
    EXPECT_EQ(outcome(bad, kPkcs12Type), "BAD_CONFIG");
  }
  // One byte more than the limit.
  const auto padding = [&good](std::size_t size) {
    return good + std::string(size - good.size(), '\n');
  };
  EXPECT_EQ(outcome(padding(limits::kVaultSecretBytes), kPkcs12Type), "3");
  EXPECT_EQ(outcome(padding(limits::kVaultSecretBytes + 1), kPkcs12Type), "BAD_CONFIG");
}

TEST(SecretCertificates, BelievesTheTextMoreThanItsType) {  // AZ-34
  const auto text = signer().chain_pem();
  for (const char* type : {"", "text/plain", "application/x-pem-file", "APPLICATION/X-PEM-FILE",
                           "application/x-pem-file; charset=utf-8", " application/x-pem-file ;x",
                           "nonsense", "application/x-pkcs12"}) {
    EXPECT_EQ(outcome(text, type), "3") << type;
  }
  const auto pfx = base64(make_pfx({{.certificates = signer().chain()}}));
  for (const char* type : {"application/x-pkcs12", "Application/X-PKCS12",
                           "application/x-pkcs12;charset=binary", "\tapplication/x-pkcs12 "}) {
    EXPECT_EQ(outcome(pfx, type), "3") << type;
  }
  for (const char* type : {"", "text/plain", "application/x-pem-file", "application/pkcs12"}) {
    EXPECT_EQ(outcome(pfx, type), "BAD_CONFIG") << type;
  }
  for (const char* type : {"", "text/plain", "application/x-pem-file", "application/x-pkcs12"}) {
    EXPECT_EQ(outcome("just a password", type), "BAD_CONFIG") << type;
  }
}

TEST(SecretCertificates, NeverQuotesTheText) {
  for (const char* type : {"", "application/x-pem-file", "application/x-pkcs12", "text/plain"}) {
    for (const char* text :
         {"hunter2", "-----BEGIN hunter2", "-----BEGIN X----- hunter2 -----END Y-----",
          "-----BEGIN CERTIFICATE-----\nhunter2\n-----END hunter2-----\n"}) {
      const auto chain = read(text, type);
      ASSERT_FALSE(chain);
      EXPECT_EQ(chain.error().detail.find("hunter2"), std::string::npos) << chain.error().detail;
    }
  }
}

}  // namespace
}  // namespace countersign::azure
