// SPDX-License-Identifier: Apache-2.0
#include "azure/certificate_answer.h"

#include <gtest/gtest.h>

#include "support/pki.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using test::key_vault_spec;
using test::KeyType;

const Resource kAsked{.kind = Resource::Kind::Certificate, .name = "ca"};

std::string outcome(std::string_view answer) {
  const auto version_read = read_certificate(answer, kAsked, vault());
  if (!version_read) {
    return std::string(wire_name(version_read.error().reason));
  }
  return version_read->certificates
             ? std::to_string(version_read->certificates->size())
             : "unusable " + std::string(wire_name(version_read->certificates.error().reason));
}

std::string with(const std::string& members) {
  return R"({"id":")" + id("certificates", "ca", version(1)) +
         R"(","attributes":{"enabled":true},)" + members + "}";
}

// A certificate whose text differs in the two alphabets, and whose length wants padding.
x509::Certificate telling_certificate() {
  for (unsigned number = 0;; ++number) {
    const auto made =
        test::Signer::self_signed(key_vault_spec("CN=" + std::string(number % 3 + 1, 'a')));
    const auto text = codec::encode_base64(made.certificate().der());
    if (text.find_first_of("+/") != std::string::npos && text.ends_with('=')) {
      return made.certificate();
    }
  }
}

TEST(CertificateAnswer, HasOneCertificateThatIsTheOneItSays) {  // AZ-36
  const auto own = telling_certificate();
  const auto answer = certificate("ca", version(1), own, {.enabled = false});
  const auto version_read = read_certificate(answer, kAsked, vault());
  ASSERT_TRUE(version_read);
  EXPECT_EQ(version_read->version, version(1));
  EXPECT_FALSE(version_read->attributes.enabled);
  EXPECT_EQ(version_read->certificates, x509::Chain{own});

  const auto standard = codec::encode_base64(own.der());
  const auto thumbprint = codec::encode_base64url(x509::sha1_thumbprint(own));
  const auto cer = [](const std::string& text) { return R"("cer":")" + text + "\""; };
  const auto x5t = [](const std::string& text) { return R"(,"x5t":")" + text + "\""; };
  EXPECT_EQ(outcome(with(cer(standard) + x5t(thumbprint))), "1");
  EXPECT_EQ(outcome(with(cer(codec::encode_base64url(own.der())) + x5t(thumbprint))),
            "unusable BAD_CONFIG")
      << "the other alphabet";
  EXPECT_EQ(outcome(with(cer("MIIB\\n") + x5t(thumbprint))), "unusable BAD_CONFIG");
  EXPECT_EQ(outcome(with(cer("") + x5t(thumbprint))), "unusable BAD_CONFIG");
  EXPECT_EQ(outcome(with(R"("cer":null)" + x5t(thumbprint))), "unusable BAD_CONFIG");
  EXPECT_EQ(outcome(with(x5t(thumbprint).substr(1))), "unusable BAD_CONFIG") << "none";
  EXPECT_EQ(outcome(with(cer(standard))), "unusable BAD_CONFIG") << "no thumbprint";
  const auto other = test::make_key_vault_signer(test::key(KeyType::P256)).certificate();
  EXPECT_EQ(
      outcome(with(cer(standard) + x5t(codec::encode_base64url(x509::sha1_thumbprint(other))))),
      "unusable BAD_CONFIG");
  EXPECT_EQ(outcome(with(cer(standard + standard) + x5t(thumbprint))), "unusable BAD_CONFIG");
  EXPECT_EQ(outcome("{}"), "KEY_VAULT_UNAVAILABLE");
}

}  // namespace
}  // namespace countersign::azure
