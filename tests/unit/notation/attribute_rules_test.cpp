// SPDX-License-Identifier: Apache-2.0
// As envelopes of a format break them: cose_attributes_test.cpp and jws_attributes_test.cpp.
#include "notation/attribute_rules.h"

#include <functional>

#include <gtest/gtest.h>

#include "countersign/notation/attribute_names.h"

#include "samples.h"

namespace countersign::notation {
namespace {

const Time kSigned = samples::time(1'780'000'000);

Attributes x509() {
  Attributes attributes;
  attributes.content_type = "application/vnd.cncf.notary.payload.v1+json";
  attributes.critical = std::vector<std::string>{std::string(attribute::kSigningScheme)};
  attributes.scheme = "notary.x509";
  attributes.signing_time = kSigned;
  return attributes;
}

Attributes authority() {
  Attributes attributes = x509();
  attributes.critical = std::vector<std::string>{std::string(attribute::kSigningScheme),
                                                 std::string(attribute::kAuthenticSigningTime)};
  attributes.scheme = "notary.x509.signingAuthority";
  attributes.signing_time = std::nullopt;
  attributes.authentic_signing_time = kSigned;
  return attributes;
}

Attributes expiring(Time expiry) {
  Attributes attributes = x509();
  attributes.critical = std::vector<std::string>{std::string(attribute::kSigningScheme),
                                                 std::string(attribute::kExpiry)};
  attributes.expiry = expiry;
  return attributes;
}

TEST(AttributeRules, ClaimWhatEachSchemeSays) {
  const auto claims = check_attributes(x509());
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->scheme, SigningScheme::X509);
  EXPECT_EQ(claims->signing_time, kSigned);
  EXPECT_FALSE(claims->expiry);

  const auto by_authority = check_attributes(authority());
  ASSERT_TRUE(by_authority) << by_authority.error().detail;
  EXPECT_EQ(by_authority->scheme, SigningScheme::SigningAuthority);
  EXPECT_EQ(by_authority->signing_time, kSigned);

  const auto bounded = check_attributes(expiring(kSigned + std::chrono::seconds(1)));
  ASSERT_TRUE(bounded) << bounded.error().detail;
  EXPECT_EQ(bounded->expiry, kSigned + std::chrono::seconds(1));
}

TEST(AttributeRules, IgnoreExtendedAttributes) {
  Attributes attributes = x509();
  attributes.extended["io.cncf.notary.other"] = "x";
  EXPECT_TRUE(check_attributes(attributes));
}

TEST(AttributeRules, RefuseAnythingThatIsMissing) {
  EXPECT_FALSE(check_attributes({}));
  const std::function<void(Attributes&)> kDrops[] = {
      [](auto& a) { a.content_type.reset(); },
      [](auto& a) { a.critical.reset(); },
      [](auto& a) { a.scheme.reset(); },
      [](auto& a) { a.signing_time.reset(); },
  };
  for (const auto& drop : kDrops) {
    Attributes attributes = x509();
    drop(attributes);
    EXPECT_FALSE(check_attributes(attributes));
  }
}

// A value of a wrong type is never taken for an absent one.
TEST(AttributeRules, RefuseAnythingThatIsMistyped) {
  const auto mistyped = fail(Reason::EnvelopeInvalid, "of a wrong type");
  const std::function<void(Attributes&)> kBreaks[] = {
      [&](auto& a) { a.content_type = mistyped; },
      [&](auto& a) { a.critical = mistyped; },
      [&](auto& a) { a.scheme = mistyped; },
      [&](auto& a) { a.signing_time = mistyped; },
      [&](auto& a) { a.authentic_signing_time = mistyped; },
      [&](auto& a) {
        a = expiring(kSigned);
        a.expiry = mistyped;
      },
      [&](auto& a) { a.plugin = mistyped; },
      [&](auto& a) { a.plugin_min_version = mistyped; },
      [&](auto& a) {
        a = authority();
        a.signing_time = mistyped;
      },
  };
  for (const auto& break_it : kBreaks) {
    Attributes attributes = x509();
    break_it(attributes);
    const auto claims = check_attributes(attributes);
    ASSERT_FALSE(claims);
    EXPECT_EQ(claims.error().reason, Reason::EnvelopeInvalid);
  }
}

TEST(AttributeRules, RefuseTheTimeOfTheOtherScheme) {
  Attributes both = x509();
  both.authentic_signing_time = kSigned;
  EXPECT_FALSE(check_attributes(both));
  both = authority();
  both.signing_time = kSigned;
  EXPECT_FALSE(check_attributes(both));
}

TEST(AttributeRules, RefuseASigningAuthorityThatCallsTheOtherTimeCritical) {
  Attributes attributes = authority();
  attributes.critical->value().emplace_back(attribute::kSigningTime);
  EXPECT_FALSE(check_attributes(attributes));
}

TEST(AttributeRules, RefuseAnExpiryThatIsNotAfterTheSigningTime) {
  EXPECT_FALSE(check_attributes(expiring(kSigned)));
  EXPECT_FALSE(check_attributes(expiring(kSigned - std::chrono::seconds(1))));
}

}  // namespace
}  // namespace countersign::notation
