// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_error.h"

#include <gtest/gtest.h>

#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using Kind = Resource::Kind;

const Resource kSecret{.kind = Kind::Secret, .name = "ca"};

std::string outcome(Result<net::Response> answer, const Resource& asked = kSecret) {
  const auto judged = judge(asked, vault(), std::move(answer));
  if (!judged) {
    EXPECT_EQ(judged.error().detail.find("words"), std::string::npos) << judged.error().detail;
    return std::string(wire_name(judged.error().reason));
  }
  return judged->state == VaultAnswer::State::Gone ? "gone" : "there";
}

std::string detail(Result<net::Response> answer, const Resource& asked = kSecret) {
  const auto judged = judge(asked, vault(), std::move(answer));
  return judged ? "" : judged.error().detail;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(VaultError, TellsGoneFromOutOfReach) {
  struct Row {
    int status;
    const char* code;
    const char* inner;
    const char* outcome;
  };
  for (const auto& row :
       {Row{404, "SecretNotFound", "", "gone"},
        {404, "CertificateNotFound", "", "gone"},
        {404, "KeyNotFound", "", "gone"},
        {403, "Forbidden", "SecretDisabled", "gone"},
        {403, "Forbidden", "CertificateDisabled", "gone"},
        {403, "Forbidden", "KeyDisabled", "gone"},
        {403, "Forbidden", "ForbiddenByRbac", "KEY_VAULT_DENIED"},
        {403, "Forbidden", "AccessDenied", "KEY_VAULT_DENIED"},
        {403, "Forbidden", "ForbiddenByFirewall", "KEY_VAULT_DENIED"},
        {403, "Forbidden", "ForbiddenByConnection", "KEY_VAULT_DENIED"},
        {403, "Forbidden", "SomethingNew", "KEY_VAULT_DENIED"},
        {403, "Forbidden", "", "KEY_VAULT_DENIED"},
        {400, "BadParameter", "", "BAD_CONFIG"},
        {400, "BadParameter", "SecretDisabled", "BAD_CONFIG"},
        {409, "Conflict", "ObjectIsDeletedButRecoverable", "KEY_VAULT_UNAVAILABLE"},
        {429, "Throttled", "VaultRequestTypeLimitReached", "KEY_VAULT_UNAVAILABLE"},
        {500, "InternalServerError", "", "KEY_VAULT_UNAVAILABLE"},
        {503, "ServiceUnavailable", "SecretNotFound", "KEY_VAULT_UNAVAILABLE"}}) {
    EXPECT_EQ(outcome(refusal(row.status, row.code, row.inner)), row.outcome)
        << row.status << row.inner;
  }
  EXPECT_EQ(outcome(good("{}")), "there");
}

// Gateways on the way write HTML, or nothing; what they say is not about the object.
TEST(VaultError, BelievesOnlyKeyVaultsOwnWords) {
  for (const char* body :
       {"", "<html>words</html>", "{}", R"({"error":"words"})",
        R"({"error":{"code":["SecretDisabled"]}})", R"({"error":{"code":"a b"}})",
        R"({"innererror":{"code":"SecretDisabled"}})"}) {
    EXPECT_EQ(outcome(test::answer(404, {}, body)), "KEY_VAULT_UNAVAILABLE") << body;
    EXPECT_EQ(outcome(test::answer(403, {}, body)), "KEY_VAULT_DENIED") << body;
    EXPECT_EQ(outcome(test::answer(502, {}, body)), "KEY_VAULT_UNAVAILABLE") << body;
    for (const int status : {201, 204, 301, 302, 307, 308, 405, 408, 410, 418}) {
      EXPECT_EQ(outcome(test::answer(status, {}, body)), "KEY_VAULT_UNAVAILABLE") << status;
    }
  }
}

TEST(VaultError, FindsCodesHoweverMembersAreSpelt) {
  for (
      const char* body :
      {R"({"error":{"code":"Forbidden","innererror":{"code":"SecretDisabled"}}})",
       R"({"error":{"code":"Forbidden","innerError":{"code":"SecretDisabled"}}})",
       R"({"Error":{"Code":"Forbidden","InnerError":{"Code":"SecretDisabled"}}})",
       R"({"error":{"message":"words","innererror":{"message":1,"innererror":{"code":"SecretDisabled"}}}})"}) {
    EXPECT_EQ(outcome(test::answer(403, {}, body)), "gone") << body;
  }
  EXPECT_EQ(error_codes(error_body("Forbidden", "AccessDenied")),
            (std::vector<std::string>{"Forbidden", "AccessDenied"}));
  std::string deep = R"({"code":"SecretDisabled"})";
  for (int i = 0; i < 8; ++i) {
    deep = R"({"code":"Forbidden","innererror":)" + deep + "}";
  }
  EXPECT_EQ(outcome(test::answer(403, {}, R"({"error":)" + deep + "}")), "KEY_VAULT_DENIED")
      << "there is an end to it";
}

TEST(VaultError, NamesWhatIsMissing) {
  const Resource list{.kind = Kind::Secret, .part = Resource::Part::Objects};
  const Resource certificate{.kind = Kind::Certificate, .name = "ca"};
  const auto rbac = refusal(403, "Forbidden", "ForbiddenByRbac");
  const auto policy = refusal(403, "Forbidden", "AccessDenied");
  EXPECT_TRUE(has(detail(rbac), "\"Key Vault Secrets User\""));
  EXPECT_TRUE(has(detail(rbac, list), "\"Key Vault Reader\""));
  EXPECT_TRUE(has(detail(rbac, certificate), "\"Key Vault Reader\""));
  EXPECT_TRUE(has(detail(policy), "secrets/get"));
  EXPECT_TRUE(has(detail(policy, list), "secrets/list"));
  EXPECT_TRUE(has(detail(policy, certificate), "certificates/get"));
  for (const char* inner : {"ForbiddenByFirewall", "ForbiddenByConnection"}) {
    const auto text = detail(refusal(403, "Forbidden", inner));
    EXPECT_TRUE(has(text, inner) && has(text, "network rules") && !has(text, "role")) << text;
  }
  const auto unknown = detail(test::answer(403, {}, "<html>"));
  EXPECT_TRUE(has(unknown, "Key Vault Secrets User") && has(unknown, "secrets/get") &&
              has(unknown, "network rules"));
}

TEST(VaultError, TellsHowToFindTheRequest) {
  auto answer = refusal(500, "InternalServerError");
  answer.headers.push_back({"x-ms-request-id", "1f0c8a26-0001"});
  EXPECT_TRUE(has(detail(answer), "request 1f0c8a26-0001"));
  answer.headers.back().value = "words of the vault";
  EXPECT_EQ(request_id(answer), "");
}

TEST(VaultError, ReadsTheCodeOfARefusedToken) {
  const auto code = [](std::string_view message) {
    return refusal_code(error_body("Unauthorized", "", message));
  };
  EXPECT_EQ(code("AKV10022: Invalid audience. Expected https://vault.azure.net, found: x"),
            "AKV10022");
  EXPECT_EQ(code("[TokenExpired] words"), "");
  EXPECT_EQ(code("AKV1002"), "");
  EXPECT_EQ(code("AKV"), "");
  EXPECT_EQ(code("AKVwords"), "");
  EXPECT_EQ(refusal_code("<html>"), "");
}

TEST(VaultError, NoExchangeIsNoAnswer) {
  struct Row {
    Reason below;
    Reason reason;
  };
  for (const auto& row : {Row{Reason::RegistryUnavailable, Reason::KeyVaultUnavailable},
                          {Reason::RegistryThrottled, Reason::KeyVaultUnavailable},
                          {Reason::RegistryResponse, Reason::KeyVaultUnavailable},
                          {Reason::DeadlineExceeded, Reason::DeadlineExceeded},
                          {Reason::AddressNotAllowed, Reason::AddressNotAllowed},
                          {Reason::AzureIdentityRefused, Reason::AzureIdentityRefused}}) {
    EXPECT_EQ(outcome(fail(row.below, "no luck")), wire_name(row.reason));
  }
}

}  // namespace
}  // namespace countersign::azure
