// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/trust_policy.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::notation {
namespace {

std::string statement(const std::string& name, const std::string& scopes) {
  return R"({"name":")" + name + R"(","registryScopes":)" + scopes +
         R"(,"signatureVerification":{"level":"strict"},"trustStores":["ca:x"],)"
         R"("trustedIdentities":["*"]})";
}

std::string document(const std::string& statements) {
  return R"({"version":"1.0","trustPolicies":[)" + statements + "]}";
}

const std::string kOne = statement("one", R"(["registry.example/app"])");

TEST(TrustPolicy, ReadsStatementsInOrder) {
  const auto policy = TrustPolicy::parse(document(kOne + "," + statement("rest", R"(["*"])")));
  ASSERT_TRUE(policy) << policy.error().detail;
  ASSERT_EQ(policy->statements().size(), 2U);
  EXPECT_EQ(policy->statements()[0].name, "one");
  EXPECT_EQ(policy->statements()[1].name, "rest");
}

struct Row {
  const char* name;
  std::string text;
};

const Row kRefused[] = {
    {"VersionMissing", R"({"trustPolicies":[)" + kOne + "]}"},                // NV-O01
    {"VersionEmpty", R"({"version":"","trustPolicies":[)" + kOne + "]}"},     // NV-O01
    {"VersionOther", R"({"version":"2.0","trustPolicies":[)" + kOne + "]}"},  // NV-O01
    {"VersionNumber", R"({"version":1.0,"trustPolicies":[)" + kOne + "]}"},   // NV-O01
    {"NoStatements", document("")},                                           // NV-O02
    {"StatementsMissing", R"({"version":"1.0"})"},                            // NV-O02
    {"StatementsObject", R"({"version":"1.0","trustPolicies":{}})"},
    {"Empty", ""},                // NV-O02
    {"NotJson", "version: 1.0"},  // NV-O02
    {"Array", "[" + kOne + "]"},  // NV-O02
    {"StatementNull", document("null")},
    {"BadStatementBesideGood", document(kOne + "," + statement("", R"(["b.example/x"])"))},
    {"NamesEqual", document(kOne + "," + statement("one", R"(["b.example/x"])"))},  // NV-O03
    {"ScopeInTwo", document(kOne + "," + statement("two", R"(["registry.example/app"])"))},
    {"ScopeInTwoSpellings",  // NV-O12
     document(kOne + "," + statement("two", R"(["Registry.example:443/app"])"))},
    {"ScopeTwiceInOne", document(statement("one", R"(["b.example/x","b.example/x"])"))},
    {"TwoWildcards",  // NV-O12
     document(statement("one", R"(["*"])") + "," + statement("two", R"(["*"])"))},
    {"UnknownMember",
     R"({"version":"1.0","comment":"","trustPolicies":[)" + kOne + "]}"},  // NV-O16
    {"DuplicateMember",                                                    // NV-O16 POL-02
     R"({"version":"1.0","version":"1.0","trustPolicies":[)" + kOne + "]}"},
};

TEST(TrustPolicy, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto policy = TrustPolicy::parse(row.text);
    ASSERT_FALSE(policy) << row.name;
    EXPECT_EQ(policy.error().reason, Reason::BadConfig) << row.name;
  }
}

TEST(TrustPolicy, NamesTheStatementAtFault) {
  const auto policy =
      TrustPolicy::parse(document(kOne + "," + statement("second", R"(["no-slash"])")));
  ASSERT_FALSE(policy);
  EXPECT_NE(policy.error().detail.find("trustPolicies[1]"), std::string::npos);
  EXPECT_NE(policy.error().detail.find("second"), std::string::npos);
  EXPECT_NE(policy.error().detail.find("no-slash"), std::string::npos);
}

TEST(TrustPolicy, LimitsTheNumberOfStatements) {
  std::string statements;
  for (std::size_t i = 0; i <= limits::kPolicyStatements; ++i) {
    const auto number = std::to_string(i);
    statements += (i > 0 ? "," : "") + statement(number, R"(["b.example/)" + number + R"("])");
  }
  EXPECT_FALSE(TrustPolicy::parse(document(statements)));
  EXPECT_TRUE(TrustPolicy::parse(document(statements.substr(0, statements.rfind(R"(,{"name")")))));
}

TEST(TrustPolicy, RefusesADocumentOverTheSizeLimit) {
  EXPECT_FALSE(TrustPolicy::parse(document(kOne) + std::string(limits::kPolicyBytes, ' ')));
}

struct Lookup {
  const char* repository;
  const char* expected;  // a statement's name, null for none
};

TEST(TrustPolicy, FindsTheStatementOfARepository) {
  const auto policy = TrustPolicy::parse(document(
      statement("app", R"(["registry.example/app","registry.example:5000/app"])") + "," +
      statement("nginx", R"(["docker.io/library/nginx"])") + "," + statement("rest", R"(["*"])")));
  ASSERT_TRUE(policy) << policy.error().detail;
  const Lookup kLookups[] = {
      {"registry.example/app", "app"},
      {"registry.example:5000/app", "app"},
      {"registry.example/app/child", "rest"},
      {"registry.example/ap", "rest"},
      {"registry.example:80/app", "rest"},
      {"other.example/app", "rest"},
      // NV-O18: no spelling falls through to the wildcard.
      {"Registry.Example/app", "app"},
      {"registry.example:443/app", "app"},
      {"docker.io/nginx", "nginx"},
      {"index.docker.io/library/nginx", "nginx"},
      {"registry-1.docker.io/library/nginx", "nginx"},
      {"*", "rest"},
  };
  for (const auto& row : kLookups) {
    const auto* found = policy->statement_for(row.repository);
    ASSERT_NE(found, nullptr) << row.repository;
    EXPECT_EQ(found->name, row.expected) << row.repository;
  }
}

TEST(TrustPolicy, HasNoStatementForOtherRepositories) {  // NV-O15 POL-01
  const auto policy = TrustPolicy::parse(document(kOne));
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->statement_for("registry.example/other"), nullptr);
  EXPECT_EQ(policy->statement_for("*"), nullptr);
  EXPECT_EQ(policy->statement_for(""), nullptr);
}

TEST(TrustPolicy, SetsTheRulesForRevocationOfOneStatement) {
  auto policy = TrustPolicy::parse(document(kOne + "," + statement("rest", R"(["*"])")));
  ASSERT_TRUE(policy);
  const RevocationRules rules{.stale = std::chrono::hours(1),
                              .sourceless = RevocationRules::Sourceless::Refuse};
  ASSERT_TRUE(policy->set_revocation("rest", rules));
  EXPECT_EQ(policy->statement_for("b.example/x")->revocation.stale, std::chrono::hours(1));
  EXPECT_EQ(policy->statement_for("b.example/x")->revocation.sourceless,
            RevocationRules::Sourceless::Refuse);
  EXPECT_EQ(policy->statement_for("registry.example/app")->revocation.stale,
            std::chrono::seconds(0));
}

TEST(TrustPolicy, SetsNoRulesForStatementsThatAreNotThere) {
  auto policy = TrustPolicy::parse(document(kOne));
  ASSERT_TRUE(policy);
  for (const char* name : {"", "On", "ONE", "one ", "*"}) {
    const auto set = policy->set_revocation(name, {.stale = std::chrono::hours(1)});
    ASSERT_FALSE(set) << name;
    EXPECT_EQ(set.error().reason, Reason::BadConfig);
  }
  EXPECT_EQ(policy->statements()[0].revocation.stale, std::chrono::seconds(0));
}

TEST(TrustPolicy, RefusesABlobPolicyByName) {
  const auto policy = TrustPolicy::parse(document(
      R"({"name":"blobs","signatureVerification":{"level":"strict"},"trustStores":["ca:x"],)"
      R"("trustedIdentities":["*"],"globalPolicy":true})"));
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().reason, Reason::BadConfig);
  EXPECT_NE(policy.error().detail.find("blob policy"), std::string::npos);
}

TEST(TrustPolicy, NamesChecksActionsAndLevels) {
  EXPECT_EQ(name(Check::Integrity), "integrity");
  EXPECT_EQ(name(Check::Authenticity), "authenticity");
  EXPECT_EQ(name(Check::AuthenticTimestamp), "authenticTimestamp");
  EXPECT_EQ(name(Check::Expiry), "expiry");
  EXPECT_EQ(name(Check::Revocation), "revocation");
  EXPECT_EQ(name(Action::Enforce), "enforce");
  EXPECT_EQ(name(Action::Log), "log");
  EXPECT_EQ(name(Action::Skip), "skip");
  EXPECT_EQ(name(Level::Strict), "strict");
  EXPECT_EQ(name(Level::Permissive), "permissive");
  EXPECT_EQ(name(Level::Audit), "audit");
  EXPECT_EQ(name(Level::Skip), "skip");
}

}  // namespace
}  // namespace countersign::notation
