// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_resource.h"

#include <gtest/gtest.h>

#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using Kind = Resource::Kind;
using Part = Resource::Part;

TEST(VaultResource, HasAnAddressAndARight) {
  struct Row {
    Resource resource;
    std::string url;
    std::string_view role;
    std::string permission;
  };
  const auto one = version(1);
  const std::vector<Row> rows{
      {{Kind::Secret, Part::Object, "ca"},
       url("/secrets/ca"),
       "Key Vault Secrets User",
       "secrets/get"},
      {{Kind::Secret, Part::Object, "ca", one},
       url("/secrets/ca/" + one),
       "Key Vault Secrets User",
       "secrets/get"},
      {{Kind::Secret, Part::Versions, "ca"},
       list_url("/secrets/ca/versions"),
       "Key Vault Reader",
       "secrets/list"},
      {{Kind::Secret, Part::Objects}, list_url("/secrets"), "Key Vault Reader", "secrets/list"},
      {{Kind::Certificate, Part::Object, "ca"},
       url("/certificates/ca"),
       "Key Vault Reader",
       "certificates/get"},
      {{Kind::Certificate, Part::Versions, "ca"},
       list_url("/certificates/ca/versions"),
       "Key Vault Reader",
       "certificates/list"},
      {{Kind::Certificate, Part::Objects},
       list_url("/certificates"),
       "Key Vault Reader",
       "certificates/list"},
      {{Kind::Key, Part::Object, "k", one},
       url("/keys/k/" + one),
       "Key Vault Crypto User",
       "keys/get"},
      {{Kind::Key, Part::Signature, "k", one},
       url("/keys/k/" + one + "/sign"),
       "Key Vault Crypto User",
       "keys/sign"},
      {{Kind::Secret, Part::Objects, "", "", kOrigin + "/secrets?next"},
       kOrigin + "/secrets?next",
       "Key Vault Reader",
       "secrets/list"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(url_of(row.resource, vault(), "7.4"), row.url);
    EXPECT_EQ(needed_role(row.resource), row.role) << row.url;
    EXPECT_EQ(needed_permission(row.resource), row.permission) << row.url;
    EXPECT_FALSE(text_of(row.resource).empty());
  }
  EXPECT_EQ(url_of(rows[0].resource, vault(), "2025-07-01&x"),
            kOrigin + "/secrets/ca?api-version=2025-07-01%26x");
}

std::string outcome(std::string_view text) {
  const auto parsed = parse_object_id(text, vault(), Kind::Secret);
  return parsed ? parsed->name + " " + parsed->version
                : std::string(wire_name(parsed.error().reason));
}

// AKV-10 has a host that pretends to be the vault's.
TEST(VaultResource, AnIdentifierIsOfTheVault) {
  const auto one = version(1);
  EXPECT_EQ(outcome(kOrigin + "/secrets/Ca/" + one), "Ca " + one);
  EXPECT_EQ(outcome("HTTPS://KV.vault.azure.net:443/Secrets/ca/" + one), "ca " + one);
  EXPECT_EQ(outcome(kOrigin + "/secrets/ca/AB" + std::string(30, '0')), "ca " + version(0xab));
  EXPECT_EQ(outcome(kOrigin + "/secrets/ca"), "ca ");
  for (const auto& bad :
       {std::string(), std::string("ca"), "https://other.vault.azure.net/secrets/ca/" + one,
        "https://kv.vault.azure.net.attacker.example/secrets/ca/" + one,
        "https://kv.vault.azure.net@attacker.example/secrets/ca/" + one,
        "http://kv.vault.azure.net/secrets/ca/" + one,
        "https://kv.vault.azure.net:8443/secrets/ca/" + one, kOrigin + "/keys/ca/" + one,
        kOrigin + "/secrets/", kOrigin + "/secrets/ca/", kOrigin + "/secrets/ca/1",
        kOrigin + "/secrets/ca/" + one + "/x", kOrigin + "/secrets/c%2fa/" + one,
        kOrigin + "/x/../secrets/c_a/" + one}) {
    EXPECT_EQ(outcome(bad), "KEY_VAULT_UNAVAILABLE") << bad;
  }
}

}  // namespace
}  // namespace countersign::azure
