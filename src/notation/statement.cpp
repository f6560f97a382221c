// SPDX-License-Identifier: Apache-2.0
#include "notation/statement.h"

#include <algorithm>
#include <utility>

#include "notation/policy_members.h"
#include "notation/registry_scope.h"
#include "notation/verification_level.h"

namespace countersign::notation {
namespace {

using codec::Json;

struct TrustedIdentities {
  Statement::Identities kind = Statement::Identities::Listed;
  std::vector<x509::Name> subjects;
};

Result<void> refuse_blob_policy(const Json& json);
Result<std::string> parse_name(const Json& json);
Result<SignatureVerification> parse_verification(const Json& json);
Result<std::vector<std::string>> parse_scopes(const Json& json, Level level);
Result<std::vector<trust::StoreName>> parse_stores(const Json& json);
Result<TrustedIdentities> parse_identities(const std::vector<std::string>& texts);
Result<std::optional<x509::Name>> parse_identity(std::string_view text);
Result<void> refuse_overlaps(std::span<const x509::Name> subjects);
Result<void> check_trust(Level level, const std::vector<std::string>& identities,
                         const std::vector<trust::StoreName>& stores);

}  // namespace

Result<Statement> parse_statement(const Json& json) {
  TRY_VOID(refuse_blob_policy(json));
  TRY_VOID(check_members(
      json, "the statement",
      {"name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities"}));
  TRY(auto name, parse_name(json));
  TRY(const auto verification, parse_verification(json));
  TRY(auto scopes, parse_scopes(json, verification.level));
  TRY(auto stores, parse_stores(json));
  TRY(const auto identities, read_strings(json, "trustedIdentities"));
  TRY_VOID(check_trust(verification.level, identities, stores));
  TRY(auto trusted, parse_identities(identities));
  return Statement{.name = std::move(name),
                   .scopes = std::move(scopes),
                   .level = verification.level,
                   .actions = verification.actions,
                   .verify_timestamp = verification.verify_timestamp,
                   .stores = std::move(stores),
                   .identities = trusted.kind,
                   .subjects = std::move(trusted.subjects)};
}

namespace {

// Trust policy specification: policies for blobs are documents of their own, whose statements have
// no scopes and may be global. They say nothing about images.
Result<void> refuse_blob_policy(const Json& json) {
  const bool is_blob = json.find("globalPolicy") != nullptr ||
                       (json.is_object() && json.find("registryScopes") == nullptr);
  if (is_blob) {
    return fail(Reason::BadConfig,
                "this is a blob policy: globalPolicy is given, or registryScopes is missing");
  }
  return {};
}

Result<std::string> parse_name(const Json& json) {
  const std::string* name = json.find_string("name");
  if (name == nullptr || name->empty()) {
    return fail(Reason::BadConfig, "the statement has no name");
  }
  return *name;
}

Result<SignatureVerification> parse_verification(const Json& json) {
  const Json* verification = json.find("signatureVerification");
  if (verification == nullptr) {
    return fail(Reason::BadConfig, "signatureVerification is missing");
  }
  return parse_signature_verification(*verification);
}

// The specification forbids skip for the global scope: one statement would switch verification off
// for everything that no other one names.
Result<std::vector<std::string>> parse_scopes(const Json& json, Level level) {
  TRY(auto scopes, read_strings(json, "registryScopes"));
  if (scopes.empty()) {
    return fail(Reason::BadConfig, "registryScopes is empty");
  }
  for (auto& scope : scopes) {
    TRY(scope, parse_scope(scope));
  }
  if (std::ranges::find(scopes, kWildcardScope) == scopes.end()) {
    return scopes;
  }
  if (scopes.size() > 1) {
    return fail(Reason::BadConfig, "registry scope \"*\" must stand alone");
  }
  if (level == Level::Skip) {
    return fail(Reason::BadConfig, "level skip is not allowed for registry scope \"*\"");
  }
  return scopes;
}

Result<std::vector<trust::StoreName>> parse_stores(const Json& json) {
  TRY(const auto texts, read_strings(json, "trustStores"));
  std::vector<trust::StoreName> stores;
  for (const auto& text : texts) {
    TRY(auto store, trust::StoreName::parse(text));
    stores.push_back(std::move(store));
  }
  return stores;
}

Result<void> check_trust(Level level, const std::vector<std::string>& identities,
                         const std::vector<trust::StoreName>& stores) {
  if (level == Level::Skip) {
    if (!stores.empty() || !identities.empty()) {
      return fail(Reason::BadConfig, "level skip goes without trustStores and trustedIdentities");
    }
    return {};
  }
  if (stores.empty() || identities.empty()) {
    return fail(Reason::BadConfig, "trustStores or trustedIdentities is missing or empty");
  }
  return {};
}

Result<TrustedIdentities> parse_identities(const std::vector<std::string>& texts) {
  if (std::ranges::find(texts, "*") != texts.end()) {
    if (texts.size() > 1) {
      return fail(Reason::BadConfig, "trusted identity \"*\" must stand alone");
    }
    return TrustedIdentities{.kind = Statement::Identities::Any, .subjects = {}};
  }
  TrustedIdentities identities;
  for (const auto& text : texts) {
    TRY(auto subject, parse_identity(text));
    if (subject) {
      identities.subjects.push_back(*std::move(subject));
    }
  }
  TRY_VOID(refuse_overlaps(identities.subjects));
  return identities;
}

// Empty for a prefix other than x509.subject: it may mean something to a plugin, here it matches
// nothing.
Result<std::optional<x509::Name>> parse_identity(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(Reason::BadConfig, "trusted identity \"" + std::string(text) + "\" has no prefix");
  }
  if (text.substr(0, colon) != "x509.subject") {
    return std::nullopt;
  }
  if (text.size() == colon + 1) {
    return fail(Reason::BadConfig, "trusted identity \"x509.subject:\" has no value");
  }
  TRY(auto subject, x509::Name::parse_identity(text.substr(colon + 1), Reason::BadConfig));
  return subject;
}

Result<void> refuse_overlaps(std::span<const x509::Name> subjects) {
  for (auto one = subjects.begin(); one != subjects.end(); ++one) {
    for (auto other = std::next(one); other != subjects.end(); ++other) {
      if (one->subset_of(*other) || other->subset_of(*one)) {
        return fail(Reason::BadConfig, "trusted identities " +
                                           std::to_string(one - subjects.begin()) + " and " +
                                           std::to_string(other - subjects.begin()) + " overlap");
      }
    }
  }
  return {};
}

}  // namespace
}  // namespace countersign::notation
