// SPDX-License-Identifier: Apache-2.0
#include "notation/statement.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::notation {
namespace {

// A valid statement; a test replaces one member by other JSON, or drops it.
struct Members {
  std::string name = R"("acme")";
  std::string scopes = R"(["registry.example/app"])";
  std::string verification = R"({"level":"strict"})";
  std::string stores = R"(["ca:acme"])";
  std::string identities = R"(["x509.subject: C=US, ST=WA, O=Acme"])";
  std::string more = {};
};

std::string text(const Members& members) {
  std::string out = "{";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      out += (out.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + value;
    }
  };
  add("name", members.name);
  add("registryScopes", members.scopes);
  add("signatureVerification", members.verification);
  add("trustStores", members.stores);
  add("trustedIdentities", members.identities);
  return out + members.more + "}";
}

Result<Statement> parse(const Members& members) {
  const auto json =
      codec::Json::parse(text(members), {.bytes = limits::kPolicyBytes}, Reason::Internal);
  return parse_statement(json.value());
}

TEST(Statement, ReadsEveryMember) {
  const auto statement = parse({.scopes = R"(["Registry.Example:443/app","b.example/x"])",
                                .verification = R"({"level":"permissive",)"
                                                R"("verifyTimestamp":"afterCertExpiry"})",
                                .stores = R"(["ca:acme","tsa:time"])",
                                .identities = R"(["x509.subject: C=US, ST=WA, O=Acme",)"
                                              R"("x509.subject:C=US,ST=WA,O=Other","arn:aws:x"])"});
  ASSERT_TRUE(statement) << statement.error().detail;
  EXPECT_EQ(statement->name, "acme");
  EXPECT_EQ(statement->scopes, (std::vector<std::string>{"registry.example/app", "b.example/x"}));
  EXPECT_EQ(statement->level, Level::Permissive);
  EXPECT_EQ(statement->action(Check::Expiry), Action::Log);
  EXPECT_EQ(statement->verify_timestamp, TimestampUse::AfterCertificateExpiry);
  EXPECT_EQ(statement->stores, (std::vector<trust::StoreName>{{trust::StoreType::Ca, "acme"},
                                                              {trust::StoreType::Tsa, "time"}}));
  EXPECT_EQ(statement->identities, Statement::Identities::Listed);
  EXPECT_EQ(statement->subjects.size(), 2U);
}

TEST(Statement, TakesAnyIdentityForTheWildcard) {
  const auto statement = parse({.identities = R"(["*"])"});
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->identities, Statement::Identities::Any);
  EXPECT_TRUE(statement->subjects.empty());
}

TEST(Statement, KeepsUnknownPrefixesButMatchesNothingWithThem) {
  const auto statement = parse({.identities = R"(["arn:aws:signer:us-west-2:1:/profiles/x"])"});
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->identities, Statement::Identities::Listed);
  EXPECT_TRUE(statement->subjects.empty());
}

TEST(Statement, SkipsWithoutTrust) {
  const Members skip{.verification = R"({"level":"skip"})", .stores = "", .identities = ""};
  EXPECT_TRUE(parse(skip));
  auto empty = skip;
  empty.stores = "[]";
  empty.identities = "[]";
  EXPECT_TRUE(parse(empty));
}

struct Row {
  const char* name;
  Members members;
};

const std::string kSkip = R"({"level":"skip"})";

const Row kRefused[] = {
    {"NameMissing", {.name = ""}},     // NV-O03
    {"NameEmpty", {.name = R"("")"}},  // NV-O03
    {"NameNumber", {.name = "1"}},
    {"LevelMissing", {.verification = ""}},                         // NV-O04
    {"LevelUnknown", {.verification = R"({"level":"x"})"}},         // NV-O04
    {"SkipWithStores", {.verification = kSkip, .identities = ""}},  // NV-O06
    {"SkipWithIdentities", {.verification = kSkip, .stores = ""}},  // NV-O06
    {"NoStores", {.stores = ""}},                                   // NV-O07
    {"EmptyStores", {.stores = "[]"}},                              // NV-O07
    {"NoIdentities", {.identities = ""}},                           // NV-O07
    {"EmptyIdentities", {.identities = "[]"}},                      // NV-O07
    {"StoreWithoutColon", {.stores = R"(["ca"])"}},                 // NV-O08
    {"StoreWithoutName", {.stores = R"(["ca:"])"}},                 // NV-O08
    {"StoreWithoutType", {.stores = R"([":x"])"}},                  // NV-O08
    {"StoreWildcard", {.stores = R"(["*"])"}},                      // NV-O08
    {"StoreNameWildcard", {.stores = R"(["ca:*"])"}},               // NV-O08
    {"StorePrefix", {.stores = R"(["x509:ca:foo"])"}},              // NV-O08
    {"StoreTypeCase", {.stores = R"(["CA:x"])"}},                   // NV-S08
    {"StoreTypeSpace", {.stores = R"(["tsa :x"])"}},                // NV-S08
    {"StoreDots", {.stores = R"(["ca:.."])"}},                      // NV-S08
    {"StoreSlash", {.stores = R"(["ca:a/b"])"}},                    // NV-S08
    {"StoreUnicode", {.stores = R"(["ca:\u00e9"])"}},               // NV-S08
    {"StoreNumber", {.stores = "[1]"}},
    {"IdentityWildcardAndOther",  // NV-O09
     {.identities = R"(["*","x509.subject: C=US, ST=WA, O=x"])"}},
    {"IdentityTwoWildcards", {.identities = R"(["*","*"])"}},
    {"IdentityEmpty", {.identities = R"([""])"}},                      // NV-O09
    {"IdentityWithoutColon", {.identities = R"(["CN=x"])"}},           // NV-O09
    {"IdentityWithoutValue", {.identities = R"(["x509.subject:"])"}},  // NV-O09
    {"IdentityBlankValue", {.identities = R"(["x509.subject: "])"}},
    {"IdentityWithoutState", {.identities = R"(["x509.subject: C=US, O=x"])"}},         // NV-O10
    {"IdentityTwice", {.identities = R"(["x509.subject: C=US, ST=WA, ST=WA, O=x"])"}},  // NV-O10
    {"IdentityMultiValued",                                                             // NV-O10
     {.identities = R"(["x509.subject: C=US, ST=WA, O=x+OU=y"])"}},
    {"IdentityHexValue", {.identities = R"(["x509.subject: C=US, ST=WA, O=#04"])"}},     // NV-O10
    {"IdentityLowerCaseType", {.identities = R"(["x509.subject: c=US, ST=WA, O=x"])"}},  // NV-O10
    {"IdentitiesSubset",                                                                 // NV-O11
     {.identities = R"(["x509.subject: C=US, ST=WA, O=x",)"
                    R"("x509.subject: C=US, ST=WA, O=x, CN=y"])"}},
    {"IdentitiesSuperset",  // NV-O11
     {.identities = R"(["x509.subject: C=US, ST=WA, O=x, CN=y",)"
                    R"("x509.subject: C=US, ST=WA, O=x"])"}},
    {"IdentitiesEqual",  // NV-O11
     {.identities = R"(["x509.subject: C=US, ST=WA, O=x","x509.subject: C=US, S=WA, O=x"])"}},
    {"ScopesMissing", {.scopes = ""}},                                         // NV-O12
    {"ScopesEmpty", {.scopes = "[]"}},                                         // NV-O12
    {"ScopeWildcardAndOther", {.scopes = R"(["*","registry.example/app"])"}},  // NV-O12
    {"ScopePattern", {.scopes = R"(["registry.example/app*"])"}},              // NV-O12
    {"ScopeWithTag", {.scopes = R"(["registry.example/app:v1"])"}},            // NV-O12
    {"SkipEverything",                                                         // NV-O13 POL-05
     {.scopes = R"(["*"])", .verification = kSkip, .stores = "", .identities = ""}},
    {"UnknownMember", {.more = R"(,"trustStore":[])"}},  // NV-O16 POL-02
    {"MemberCase", {.more = R"(,"TrustStores":[])"}},    // NV-O16
};

TEST(Statement, SaysWhenItIsOneOfABlobPolicy) {
  for (const Members& members : {Members{.scopes = ""}, Members{.more = R"(,"globalPolicy":true)"},
                                 Members{.scopes = "", .more = R"(,"globalPolicy":false)"}}) {
    const auto statement = parse(members);
    ASSERT_FALSE(statement);
    EXPECT_EQ(statement.error().reason, Reason::BadConfig);
    EXPECT_NE(statement.error().detail.find("blob policy"), std::string::npos);
  }
}

TEST(Statement, HasTheRulesOfTheSpecificationForRevocation) {
  const auto statement = parse({});
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->revocation.stale, std::chrono::seconds(0));
  EXPECT_EQ(statement->revocation.sourceless, RevocationRules::Sourceless::Accept);
}

TEST(Statement, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto statement = parse(row.members);
    ASSERT_FALSE(statement) << row.name;
    EXPECT_EQ(statement.error().reason, Reason::BadConfig) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation
