// SPDX-License-Identifier: Apache-2.0
#include "registry/docker_entry.h"

#include <array>
#include <string>

#include "countersign/codec/base64.h"

namespace countersign::registry {
namespace {

using codec::Json;

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadConfig, std::move(detail));
}

// A number where a password is meant must not become "no password".
Result<void> check_members(const Json& entry) {
  static constexpr std::array<std::string_view, 5> kTexts{"registrytoken", "identitytoken", "auth",
                                                          "username", "password"};
  if (!entry.is_object()) {
    return bad("the entry is not an object");
  }
  for (const auto name : kTexts) {
    const auto* member = entry.find(name);
    if (member != nullptr && !member->is_null() && member->string() == nullptr) {
      return bad(std::string(name) + " is not text");
    }
  }
  return {};
}

const std::string* filled(const Json& entry, std::string_view name) {
  const auto* text = entry.find_string(name);
  return text != nullptr && !text->empty() ? text : nullptr;
}

Result<Credential> read_auth(const std::string& auth);

}  // namespace

Result<std::optional<Credential>> read_docker_entry(const Json& entry) {
  using enum Credential::Kind;
  TRY_VOID(check_members(entry));
  if (const auto* token = filled(entry, "registrytoken")) {
    return Credential{RegistryToken, {}, Secret(*token)};
  }
  if (const auto* token = filled(entry, "identitytoken")) {
    return Credential{RefreshToken, {}, Secret(*token)};
  }
  if (const auto* auth = filled(entry, "auth")) {
    return read_auth(*auth);
  }
  const auto* user = filled(entry, "username");
  const auto* password = entry.find_string("password");
  if (user != nullptr && password != nullptr) {
    return Credential{Password, *user, Secret(*password)};
  }
  return std::nullopt;
}

namespace {

Result<Credential> read_auth(const std::string& auth) {
  static constexpr std::string_view kTokenUser = "<token>";  // docker's sign for an identity token
  auto padded = auth;
  padded.append((4 - padded.size() % 4) % 4, '=');  // unpadded ones are in use
  const auto decoded = codec::decode_base64(padded, Reason::BadConfig);
  wipe(padded);
  if (!decoded) {
    return bad("auth is not base64");
  }
  auto text = as_text(*decoded);
  while (text.ends_with('\0')) {
    text.remove_suffix(1);
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return bad("auth is not user:password");
  }
  Credential credential{Credential::Kind::Password, std::string(text.substr(0, colon)),
                        Secret(std::string(text.substr(colon + 1)))};
  if (credential.user == kTokenUser) {
    credential.kind = Credential::Kind::RefreshToken;
    credential.user.clear();
  }
  return credential;
}

}  // namespace
}  // namespace countersign::registry
