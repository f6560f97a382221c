// SPDX-License-Identifier: Apache-2.0
#include "notation/verification_level.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "notation/policy_members.h"

namespace countersign::notation {
namespace {

using codec::Json;
using Actions = std::array<Action, kChecks>;

constexpr std::array kAllLevels{Level::Strict, Level::Permissive, Level::Audit, Level::Skip};
constexpr std::array kAllActions{Action::Enforce, Action::Log, Action::Skip};
constexpr std::array kAllChecks{Check::Integrity, Check::Authenticity, Check::AuthenticTimestamp,
                                Check::Expiry, Check::Revocation};

Result<Level> parse_level(const Json& json);
Actions actions_of(Level level);
Result<Actions> apply_overrides(const Json& json, Level level);
Result<void> apply_override(Actions& actions, const Json::Member& member);
Result<TimestampUse> parse_timestamp_use(const Json& json);

// The enumerator of that name.
template <class Enum>
std::optional<Enum> by_name(std::span<const Enum> all, const std::string& text) {
  const auto found = std::ranges::find_if(all, [&](Enum value) { return name(value) == text; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<SignatureVerification> parse_signature_verification(const Json& json) {
  TRY_VOID(check_members(json, "signatureVerification", {"level", "override", "verifyTimestamp"}));
  TRY(const auto level, parse_level(json));
  TRY(const auto actions, apply_overrides(json, level));
  TRY(const auto timestamp, parse_timestamp_use(json));
  return SignatureVerification{.level = level, .actions = actions, .verify_timestamp = timestamp};
}

namespace {

Result<Level> parse_level(const Json& json) {
  const std::string* text = json.find_string("level");
  if (text == nullptr) {
    return fail(Reason::BadConfig, "signatureVerification.level is missing or not a string");
  }
  const auto level = by_name<Level>(kAllLevels, *text);
  if (!level) {
    return fail(Reason::BadConfig, "unknown signatureVerification.level \"" + *text + "\"");
  }
  return *level;
}

// The specification's table of levels. Columns: as Check.
Actions actions_of(Level level) {
  using enum Action;
  switch (level) {
    case Level::Strict:
      return {Enforce, Enforce, Enforce, Enforce, Enforce};
    case Level::Permissive:
      return {Enforce, Enforce, Log, Log, Log};
    case Level::Audit:
      return {Enforce, Log, Log, Log, Log};
    case Level::Skip:
      return {Skip, Skip, Skip, Skip, Skip};
  }
  return {};  // not reached; enforces everything
}

Result<Actions> apply_overrides(const Json& json, Level level) {
  Actions actions = actions_of(level);
  const Json* overrides = json.find("override");
  if (overrides == nullptr) {
    return actions;
  }
  if (!overrides->is_object()) {
    return fail(Reason::BadConfig, "signatureVerification.override is not an object");
  }
  if (level == Level::Skip && !overrides->members().empty()) {
    return fail(Reason::BadConfig, "level skip can't be overridden");
  }
  for (const auto& member : overrides->members()) {
    TRY_VOID(apply_override(actions, member));
  }
  return actions;
}

Result<void> apply_override(Actions& actions, const Json::Member& member) {
  const auto check = by_name<Check>(kAllChecks, member.first);
  if (!check) {
    return fail(Reason::BadConfig, "override of unknown check \"" + member.first + "\"");
  }
  const std::string* text = member.second.string();
  const auto action = text != nullptr ? by_name<Action>(kAllActions, *text) : std::nullopt;
  if (!action) {
    return fail(Reason::BadConfig, "override of " + member.first + " by an unknown action");
  }
  if (*check == Check::Integrity) {
    return fail(Reason::BadConfig, "integrity can't be overridden");
  }
  if (*action == Action::Skip && *check != Check::Revocation) {
    return fail(Reason::BadConfig, member.first + " can't be skipped");
  }
  actions.at(static_cast<std::size_t>(*check)) = *action;
  return {};
}

Result<TimestampUse> parse_timestamp_use(const Json& json) {
  const Json* use = json.find("verifyTimestamp");
  if (use == nullptr) {
    return TimestampUse::Always;
  }
  const std::string* text = use->string();
  if (text != nullptr && (text->empty() || *text == "always")) {
    return TimestampUse::Always;
  }
  if (text != nullptr && *text == "afterCertExpiry") {
    return TimestampUse::AfterCertificateExpiry;
  }
  return fail(Reason::BadConfig, "verifyTimestamp is neither \"always\" nor \"afterCertExpiry\"");
}

}  // namespace
}  // namespace countersign::notation
