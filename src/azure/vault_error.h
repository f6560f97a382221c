// SPDX-License-Identifier: Apache-2.0
// What a vault's answer means, by its status and Key Vault's error codes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

#include "azure/vault_resource.h"

namespace countersign::azure {

struct VaultAnswer {
  enum class State : std::uint8_t {
    Gone,  // the vault says that it is disabled, deleted, or was never there: trust nothing of it
    There,
  };
  State state = State::Gone;
  std::string text = {};  // There: the answer's body. Gone: which of it, "is disabled"
};

// Everything but 200, gone and 401 is an Error: it says nothing about the object, so what it gave
// last stays. The details hold codes, ids of requests, and what is missing on our side; never the
// vault's own words, which name callers and addresses. 401 is vault_client.h's.
[[nodiscard]] Result<VaultAnswer> judge(const Resource&, const Vault&, Result<net::Response>);

// Codes of {"error":{"code":...,"innererror":{"code":...}}}, from the outside in, however the
// members' names are spelt; empty when the body is no such document.
std::vector<std::string> error_codes(std::string_view body);
// "AKV10022", which Key Vault writes at the head of the message of a 401; empty when there is none.
std::string refusal_code(std::string_view body);
// ", request 1234..." by which Microsoft finds it, or nothing.
std::string request_id(const net::Response&);

}  // namespace countersign::azure
