// SPDX-License-Identifier: Apache-2.0
#include "azure/federated_token.h"

#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/rfc3339.h"

#include "azure/jwt_times.h"

namespace countersign::azure {
namespace {

std::unexpected<Error> refuse(std::string why) {
  return fail(Reason::AzureIdentityRefused, "the federated token file " + std::move(why));
}

// RFC 7515, section 7.1: three parts, each with something in it.
bool is_jwt(std::string_view token) {
  for (int part = 0; part < 3; ++part) {
    const auto dot = token.find('.');
    if ((dot == std::string_view::npos) != (part == 2)) {
      return false;
    }
    const auto content =
        codec::decode_base64url(token.substr(0, dot), Reason::AzureIdentityRefused);
    if (!content || content->empty()) {
      return false;
    }
    token.remove_prefix(dot == std::string_view::npos ? token.size() : dot + 1);
  }
  return true;
}

}  // namespace

Result<void> check_federated_token(std::string_view token, Time now) {
  if (token.empty()) {
    return refuse("is empty");
  }
  if (token.size() > limits::kFederatedTokenBytes) {
    return refuse("is larger than " + std::to_string(limits::kFederatedTokenBytes) + " bytes");
  }
  if (!is_jwt(token)) {
    return refuse("holds no JWT: three parts in base64url with dots between them are expected");
  }
  const auto times = jwt_times(token);
  if (times.expires && *times.expires <= now) {
    return refuse("holds a token that expired at " + codec::format_rfc3339(*times.expires) +
                  ": the kubelet has not replaced it, or the clock is wrong");
  }
  if (times.not_before && *times.not_before > now + limits::kFederatedTokenSkew) {
    return refuse("holds a token that is not valid before " +
                  codec::format_rfc3339(*times.not_before) +
                  ": clock skew between this node and who issued it");
  }
  return {};
}

}  // namespace countersign::azure
