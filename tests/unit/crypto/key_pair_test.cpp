// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/key_pair.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/pki.h"
#include "support/temp_folder.h"

namespace countersign::crypto {
namespace {

std::string encrypted(const test::Key& key) {
  const BioPtr written(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_PrivateKey(written.get(), key.native(), EVP_aes_256_cbc(), nullptr, 0,
                                     nullptr, const_cast<char*>("passphrase")),
            1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(written.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

TEST(KeyPair, MustBeReadableAndBelongTogether) {
  const support::TempFolder folder;
  const auto root = test::make_root();
  const auto leaf = root.issue(test::tls_spec());
  const auto certificate = leaf.pem();
  const auto key = leaf.key().pem();
  const struct {
    const char* name;
    std::string certificate, key;
    bool good;
  } rows[] = {
      {"a pair", certificate, key, true},
      {"with the chain", leaf.chain_pem(), key, true},
      {"the chain the wrong way round", root.pem() + certificate, key, false},
      {"both in each file", certificate + key, certificate + key, true},
      {"another's key", certificate, test::new_key().pem(), false},
      {"an encrypted key", certificate, encrypted(leaf.key()), false},
      {"no certificate", key, key, false},
      {"no key", certificate, certificate, false},
      {"empty files", "", "", false},
  };
  for (const auto& [name, certificate_text, key_text, good] : rows) {
    const auto checked = check_key_pair(folder.write("tls.crt", certificate_text),
                                        folder.write("tls.key", key_text));
    ASSERT_EQ(checked.has_value(), good) << name;
    if (!good) {
      EXPECT_EQ(checked.error().reason, Reason::BadConfig) << name;
    }
  }
  EXPECT_FALSE(check_key_pair(folder / "missing", folder / "tls.key"));
  EXPECT_FALSE(check_key_pair(folder.write("tls.crt", certificate), folder / "missing"));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace countersign::crypto
