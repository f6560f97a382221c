// SPDX-License-Identifier: Apache-2.0
// How Microsoft Entra says no (OAuth 2.0, RFC 6749, section 5.2, with Microsoft's own members), and
// what that means for us.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

namespace countersign::azure {

struct ErrorReply {
  std::string error;                  // "invalid_client"; empty: nothing that looks like one
  std::optional<std::uint32_t> code;  // 700024 of AADSTS700024
  std::string correlation_id;         // GUIDs, or empty
  std::string trace_id;
  std::string description;  // free text, which may quote what we sent: never shown
};
// nullopt: no JSON object, or neither `error` nor a code in it.
std::optional<ErrorReply> parse_error_reply(std::string_view body);

struct Refusal {
  Error error;
  std::optional<std::chrono::seconds> pause;  // Azure is not to be asked again before
};

// Of an answer other than 200. AzureIdentityRefused: 400, 401 or 403 with an error of Entra's own
// that is not about a passing trouble. All else is AzureIdentityUnavailable. The detail has the
// status, the error, the code with a hint what to do, and the ids by which Microsoft finds it.
Refusal read_entra_error(const net::Response&, Time now);

// Retry-After of an answer; nullopt: none that means anything.
std::optional<std::chrono::seconds> retry_after_of(const net::Response&, Time now);

}  // namespace countersign::azure
