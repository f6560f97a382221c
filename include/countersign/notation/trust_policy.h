// SPDX-License-Identifier: Apache-2.0
// Trust policy documents, version 1.0, for OCI artifacts (Notary Project trust store and trust
// policy specification, "Trust Policy"). Every rule of validation holds before any statement is
// used; unknown members are refused, because a typo must not change a meaning.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/trust/snapshot.h"
#include "countersign/x509/name.h"

namespace countersign::notation {

enum class Check : std::uint8_t { Integrity, Authenticity, AuthenticTimestamp, Expiry, Revocation };
inline constexpr std::size_t kChecks = 5;
enum class Action : std::uint8_t { Enforce, Log, Skip };  // zero means the strictest
enum class Level : std::uint8_t { Strict, Permissive, Audit, Skip };
enum class TimestampUse : std::uint8_t { Always, AfterCertificateExpiry };

std::string_view name(Check);   // "authenticTimestamp"
std::string_view name(Action);  // "enforce"
std::string_view name(Level);   // "strict"

// What the document has no words for; the configuration says it. The zero value is what the
// specification demands.
struct RevocationRules {
  enum class Sourceless : std::uint8_t { Accept, Refuse };
  std::chrono::seconds
      stale{};  // an answer counts so long beyond its end, when no newer one is had
  Sourceless sourceless = Sourceless::Accept;  // certificates that name no source of their status
};

struct Statement {
  std::string name;
  std::vector<std::string> scopes;  // canonical; "*" alone is the wildcard
  Level level = Level::Strict;
  std::array<Action, kChecks> actions{};  // by Check; after overrides
  TimestampUse verify_timestamp = TimestampUse::Always;
  std::vector<trust::StoreName> stores;
  enum class Identities : std::uint8_t { Listed, Any };
  Identities identities = Identities::Listed;
  std::vector<x509::Name> subjects;  // of x509.subject identities; other prefixes can't match
  RevocationRules revocation = {};

  Action action(Check check) const { return actions.at(static_cast<std::size_t>(check)); }
};

class TrustPolicy {
 public:
  // Reason::BadConfig, naming the statement and the rule it breaks.
  [[nodiscard]] static Result<TrustPolicy> parse(std::string_view json);

  // The statement that lists this repository ("host[:port]/path", any spelling: both sides are made
  // canonical), else the wildcard's, else null.
  const Statement* statement_for(std::string_view repository) const;
  const std::vector<Statement>& statements() const { return statements_; }

  // For the statement of that name. Reason::BadConfig when there is none.
  [[nodiscard]] Result<void> set_revocation(std::string_view statement, RevocationRules);

 private:
  explicit TrustPolicy(std::vector<Statement> statements) : statements_(std::move(statements)) {}
  std::vector<Statement> statements_;
};

}  // namespace countersign::notation
