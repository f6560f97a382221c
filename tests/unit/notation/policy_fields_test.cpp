// SPDX-License-Identifier: Apache-2.0
// No field of a trust policy is without effect: each one, changed alone, changes a verdict.
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "revocation_samples.h"

namespace countersign::notation {
namespace {

using samples::Given;
using samples::named;

// As JSON; a test changes one of them.
struct Fields {
  std::string version = R"("1.0")";
  std::string name = R"("acme")";
  std::string scopes = R"(["registry.example/app"])";
  std::string level = R"("strict")";
  std::string overrides = R"({})";
  std::string verify_timestamp = R"("always")";
  std::string stores = R"(["ca:acme"])";
  std::string identities = R"(["x509.subject: C=US, ST=WA, O=Acme"])";
};

std::string document(const Fields& fields) {
  return R"({"version":)" + fields.version + R"(,"trustPolicies":[{"name":)" + fields.name +
         R"(,"registryScopes":)" + fields.scopes + R"(,"signatureVerification":{"level":)" +
         fields.level + R"(,"override":)" + fields.overrides + R"(,"verifyTimestamp":)" +
         fields.verify_timestamp + R"(},"trustStores":)" + fields.stores +
         R"(,"trustedIdentities":)" + fields.identities + "}]}";
}

enum class Judged : std::uint8_t { Trusted, Untrusted, NoStatement, BadPolicy };

// A signature that is fine, under a policy with rules for the revocation of statement "acme". The
// signer's sources are not heard of for a second too long.
Judged judge(const Fields& fields, const Given& given, const RevocationRules& rules) {
  auto policy = TrustPolicy::parse(document(fields));
  if (!policy || !policy->set_revocation("acme", rules)) {
    return Judged::BadPolicy;
  }
  const Statement* statement = policy->statement_for("registry.example/app");
  if (statement == nullptr) {
    return Judged::NoStatement;
  }
  const auto envelope = open_envelope(given.media_type, given.envelope);
  auto examination =
      examine({.envelope = envelope, .subject = given.subject, .required_metadata = given.metadata},
              *statement, given.stores, given.now);
  const x509::RevocationStatus old{.kind = x509::RevocationStatus::Kind::Good,
                                   .detail = "",
                                   .fresh_until = given.now - std::chrono::seconds(1),
                                   .since = std::nullopt};
  const std::vector<Result<x509::RevocationStatus>> answers(
      questions(examination, *statement).size(), old);
  return conclude(std::move(examination), *statement, answers, given.now).trusted
             ? Judged::Trusted
             : Judged::Untrusted;
}

Given good() { return {}; }

Given expired() {
  return {.envelope = samples::writer().expires(test::CoseWriter::kSigningTime + 1).write()};
}

Given revocable() {
  return {.envelope = test::CoseWriter(named(), test::payload_of(samples::image())).write(),
          .stores = samples::stores({{"ca:acme", {named().chain().back()}}})};
}

const RevocationRules kSpecified{};
const RevocationRules kTolerant{.stale = std::chrono::seconds(1)};
const RevocationRules kDemanding{.stale = {}, .sourceless = RevocationRules::Sourceless::Refuse};

struct Row {
  const char* name;
  Given given;
  Fields one;
  Judged with_one;
  Fields other;
  Judged with_other;
};

const Row kRows[] = {
    {"version", good(), {}, Judged::Trusted, {.version = R"("1.1")"}, Judged::BadPolicy},
    {"name", good(), {}, Judged::Trusted, {.name = R"("other")"}, Judged::BadPolicy},
    {"scopes",
     good(),
     {},
     Judged::Trusted,
     {.scopes = R"(["registry.example/ap"])"},
     Judged::NoStatement},
    {"level", expired(), {}, Judged::Untrusted, {.level = R"("permissive")"}, Judged::Trusted},
    {"override",
     expired(),
     {},
     Judged::Untrusted,
     {.overrides = R"({"expiry":"log"})"},
     Judged::Trusted},
    {"verifyTimestamp",
     good(),
     {.stores = R"(["ca:acme","tsa:time"])"},
     Judged::Untrusted,
     {.verify_timestamp = R"("afterCertExpiry")", .stores = R"(["ca:acme","tsa:time"])"},
     Judged::Trusted},
    {"trustStores", good(), {}, Judged::Trusted, {.stores = R"(["ca:other"])"}, Judged::Untrusted},
    {"trustedIdentities",
     good(),
     {},
     Judged::Trusted,
     {.identities = R"(["x509.subject: C=US, ST=WA, O=Other"])"},
     Judged::Untrusted},
};

TEST(PolicyFields, EachOneChangesAVerdict) {  // POL-03
  for (const auto& row : kRows) {
    EXPECT_EQ(judge(row.one, row.given, kSpecified), row.with_one) << row.name;
    EXPECT_EQ(judge(row.other, row.given, kSpecified), row.with_other) << row.name;
  }
}

TEST(PolicyFields, EachRuleForRevocationChangesAVerdict) {  // POL-03
  EXPECT_EQ(judge({}, revocable(), kSpecified), Judged::Untrusted);
  EXPECT_EQ(judge({}, revocable(), kTolerant), Judged::Trusted);
  EXPECT_EQ(judge({}, good(), kSpecified), Judged::Trusted);
  EXPECT_EQ(judge({}, good(), kDemanding), Judged::Untrusted);
}

struct Override {
  const char* check;
  Given given;
};

TEST(PolicyFields, EachOverrideChangesAVerdict) {  // POL-03
  const Override kOverrides[] = {
      {"authenticity",
       {.stores = samples::stores({{"ca:acme", {test::make_root().certificate()}}})}},
      {"authenticTimestamp", {.now = samples::day(2095, 1, 1)}},
      {"expiry", expired()},
      {"revocation", revocable()},
  };
  for (const auto& row : kOverrides) {
    const std::string name = std::string("{\"") + row.check + "\":";
    EXPECT_EQ(judge({.overrides = name + R"("log"})"}, row.given, kSpecified), Judged::Trusted)
        << row.check;
    EXPECT_EQ(judge({.level = R"("permissive")", .overrides = name + R"("enforce"})"}, row.given,
                    kSpecified),
              Judged::Untrusted)
        << row.check;
  }
}

}  // namespace
}  // namespace countersign::notation
