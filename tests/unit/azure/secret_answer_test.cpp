// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_answer.h"

#include <gtest/gtest.h>

#include "support/pki.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;

const Resource kAsked{.kind = Resource::Kind::Secret, .name = "ca"};

Result<ObjectVersion> read(std::string answer) { return read_secret(answer, kAsked, vault()); }

TEST(SecretAnswer, HasVersionAttributesAndCertificates) {
  const auto leaf = test::make_leaf();
  const auto read_one = read(secret("ca", version(7), leaf.key().pem() + leaf.chain_pem(), kPemType,
                                    {.enabled = false, .expires = 5}));
  ASSERT_TRUE(read_one);
  EXPECT_EQ(read_one->version, version(7));
  EXPECT_FALSE(read_one->attributes.enabled);
  EXPECT_EQ(read_one->attributes.expires, Time(std::chrono::seconds(5)));
  EXPECT_EQ(read_one->certificates, leaf.chain());
  EXPECT_EQ(read(secret("ca", version(7), leaf.chain_pem(), nullptr))->certificates, leaf.chain())
      << "no content type";
}

TEST(SecretAnswer, KeepsWhatIsUnusableApartFromWhatIsNonsense) {
  const auto unusable_one = read(secret("ca", version(7), "hunter2"));
  ASSERT_TRUE(unusable_one);
  ASSERT_FALSE(unusable_one->certificates);
  const auto& error = unusable_one->certificates.error();
  EXPECT_EQ(error.reason, Reason::BadConfig);
  EXPECT_NE(error.detail.find("kv.vault.azure.net: secret ca"), std::string::npos);
  EXPECT_EQ(error.detail.find("hunter2"), std::string::npos);
  for (const auto& bad : {secret("other", version(7), "x"), std::string("{}"),
                          std::string(R"({"value":"x"})"), std::string("<html>")}) {
    ASSERT_FALSE(read(bad));
    EXPECT_EQ(read(bad).error().reason, Reason::KeyVaultUnavailable);
  }
}

}  // namespace
}  // namespace countersign::azure
