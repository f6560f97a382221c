// SPDX-License-Identifier: Apache-2.0
// Names of the Notary Project's header parameters, the same in COSE and JWS (signature envelope
// specifications, "Protected Headers" and "Unprotected Headers").
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace countersign::notation::attribute {

// Protected.
inline constexpr std::string_view kSigningScheme = "io.cncf.notary.signingScheme";
inline constexpr std::string_view kSigningTime = "io.cncf.notary.signingTime";
inline constexpr std::string_view kAuthenticSigningTime = "io.cncf.notary.authenticSigningTime";
inline constexpr std::string_view kExpiry = "io.cncf.notary.expiry";
inline constexpr std::string_view kVerificationPlugin = "io.cncf.notary.verificationPlugin";
inline constexpr std::string_view kPluginMinVersion = "io.cncf.notary.verificationPluginMinVersion";

// Unprotected.
inline constexpr std::string_view kTimestampSignature = "io.cncf.notary.timestampSignature";
inline constexpr std::string_view kSigningAgent = "io.cncf.notary.signingAgent";

// Is it one of those that mean something only when they are signed?
constexpr bool is_signed_only(std::string_view name) {
  constexpr std::array kNames{kSigningScheme, kSigningTime,        kAuthenticSigningTime,
                              kExpiry,        kVerificationPlugin, kPluginMinVersion};
  return std::ranges::find(kNames, name) != kNames.end();
}

}  // namespace countersign::notation::attribute

namespace countersign::notation {

// The content type of every envelope.
inline constexpr std::string_view kPayloadType = "application/vnd.cncf.notary.payload.v1+json";
// Of keys of annotations and signed metadata: reserved for the Notary Project.
inline constexpr std::string_view kReservedPrefix = "io.cncf.notary";

}  // namespace countersign::notation
