// SPDX-License-Identifier: Apache-2.0
// Labels of COSE header parameters: RFC 9052 (3.1), RFC 9338, RFC 9360 and the Notary Project's own
// (signature envelope COSE specification, "Protected Headers" and "Unprotected Headers").
#pragma once
#include <cstdint>
#include <string_view>

namespace countersign::notation::label {

inline constexpr std::int64_t kAlgorithm = 1;
inline constexpr std::int64_t kCritical = 2;
inline constexpr std::int64_t kContentType = 3;
inline constexpr std::int64_t kKeyId = 4;
inline constexpr std::int64_t kIv = 5;
inline constexpr std::int64_t kPartialIv = 6;
inline constexpr std::int64_t kCountersignature = 7;
inline constexpr std::int64_t kLastReserved = 8;
inline constexpr std::int64_t kCountersignature0 = 9;
inline constexpr std::int64_t kCountersignatureV2 = 11;
inline constexpr std::int64_t kCountersignature0V2 = 12;
inline constexpr std::int64_t kX5chain = 33;

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

}  // namespace countersign::notation::label
