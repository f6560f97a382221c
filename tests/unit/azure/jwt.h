// SPDX-License-Identifier: Apache-2.0
// Tokens in the form of a JWT, which nobody signed.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/codec/base64.h"

namespace countersign::test {

inline std::string jwt(std::string_view claims, std::string_view signature = "signature") {
  return codec::encode_base64url(as_bytes(R"({"alg":"RS256"})")) + "." +
         codec::encode_base64url(as_bytes(claims)) + "." +
         codec::encode_base64url(as_bytes(signature));
}

// As Kubernetes projects it: valid from a minute ago, for an hour.
inline std::string service_account_token(Time now, std::string_view signature = "signature") {
  const auto at = [now](int seconds) {
    return std::to_string((now + std::chrono::seconds(seconds)).time_since_epoch().count());
  };
  return jwt(R"({"aud":["api://AzureADTokenExchange"],"exp":)" + at(3'540) + R"(,"nbf":)" +
                 at(-60) + R"(,"sub":"system:serviceaccount:a:b"})",
             signature);
}

}  // namespace countersign::test
