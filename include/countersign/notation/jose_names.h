// SPDX-License-Identifier: Apache-2.0
// Names of JWS header parameters that we act upon: RFC 7515 (4.1) and RFC 7797.
#pragma once
#include <string_view>

namespace countersign::notation::jose {

inline constexpr std::string_view kAlgorithm = "alg";
inline constexpr std::string_view kCritical = "crit";
inline constexpr std::string_view kContentType = "cty";
inline constexpr std::string_view kEncodedPayload = "b64";
inline constexpr std::string_view kX5c = "x5c";

}  // namespace countersign::notation::jose
