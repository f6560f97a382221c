// SPDX-License-Identifier: Apache-2.0
// Trust stores from Azure Key Vault (REST API 7.4, data plane). Each certificate is an item of its
// own (trust/certificate_source.h). A pattern or tags that select nothing, or can't be looked up
// now, are one too, so that somebody notices; then what they selected last has that error as well.
//
// Read::Secrets reads the secret behind a certificate, or a plain secret with PEM: the only place
// where Key Vault has a whole chain. It may hold the private key; that text is overwritten in the
// answer before anything parses it, and a PKCS#12 key is never decrypted. Read::Certificates reads
// the certificate alone, which needs less rights and sees no key, and gives no chain.
//
// What counts as "not there any more" and empties an item: 404 with an error code of Key Vault's, a
// secret that is disabled (403 SecretDisabled), `enabled: false`, and outside `nbf` and `exp`
// unless Expired::Keep. Everything else is an Error, and the last good stays: KeyVaultDenied (403
// by role, access policy or firewall, 401), KeyVaultUnavailable (no connection, 429, 5xx),
// BadConfig (content that can't be used), and those of identity.h. A redirect is an error, and so
// is a link of a list to another origin.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "countersign/azure/cloud.h"
#include "countersign/azure/token_keeper.h"
#include "countersign/trust/certificate_source.h"

namespace countersign::azure {

// 1 to 127 letters, digits and "-". BadConfig.
[[nodiscard]] Result<std::string> parse_object_name(std::string_view text);
// 32 hexadecimal digits, in lower case afterwards. BadConfig.
[[nodiscard]] Result<std::string> parse_object_version(std::string_view text);
// An object name in which "*" stands for any characters, one "*" at least. BadConfig.
[[nodiscard]] Result<std::string> parse_object_pattern(std::string_view text);

struct Versions {
  // Newest: the last that was created, and nothing when that one is disabled: no silent step back.
  // Last: the last `count` that were created, of these the enabled. All: every enabled one, the
  // newest limits::kVaultVersions of them. Pinned: `id` alone.
  enum class Which : std::uint8_t { Newest, Last, All, Pinned };
  Which which = Which::Newest;
  std::size_t count = 1;
  std::string id = {};
};

struct Selection {  // what of a vault a store trusts
  enum class By : std::uint8_t { Name, Pattern, Tags };
  By by = By::Name;
  std::string name = {};                         // or pattern
  std::map<std::string, std::string> tags = {};  // all of them; an empty value: any
  Versions versions = {};
  trust::Item::Need need = trust::Item::Need::Optional;
};

struct KeyVaultSettings {
  Vault vault;
  std::string audience;
  std::string api_version = "7.4";
  enum class Read : std::uint8_t { Secrets, Certificates };
  Read read = Read::Secrets;
  enum class Expired : std::uint8_t { Drop, Keep };
  Expired expired = Expired::Drop;
  std::vector<Selection> selections;  // at least one
};

// Keeper and transport are borrowed and outlive it. Tokens are asked for with the audience only,
// never with what a challenge says.
std::unique_ptr<trust::CertificateSource> make_key_vault_source(KeyVaultSettings, TokenKeeper&,
                                                                net::HttpTransport&, const Clock&);

}  // namespace countersign::azure
