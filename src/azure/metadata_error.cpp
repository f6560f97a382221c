// SPDX-License-Identifier: Apache-2.0
#include "azure/metadata_error.h"

#include <string>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

constexpr std::uint32_t kUnknownResource = 500011;

// The description is free text, and the only thing that tells these two apart.
std::string_view hint_of(const ErrorReply& reply) {
  if (reply.description.contains("Identity not found")) {
    return ": the identity is not assigned to this node: assign it, or check its id";
  }
  if (reply.description.contains("Multiple user assigned identities")) {
    return ": the node has several identities: set the clientId or resourceId of one";
  }
  if (reply.code == kUnknownResource) {
    return ": Azure does not know what the token is for: the cloud may be another one";
  }
  return "";
}

std::string hint_of(int status) {
  switch (status) {
    case 404:
    case 410:
      return ": the node's identities are being changed, or it has no such service";
    case 429:
      return ": too many requests from this node";
    default:  // of all integers
      return "";
  }
}

}  // namespace

Refusal read_metadata_error(const net::Response& response, Time now) {
  const bool no = response.status == 400 || response.status == 401 || response.status == 403;
  const auto reply = parse_error_reply(response.body);
  Refusal refusal;
  refusal.error.detail = "the instance metadata service answers " + std::to_string(response.status);
  if (!no || !reply) {
    refusal.error.reason = Reason::AzureIdentityUnavailable;
    refusal.error.detail += hint_of(response.status);
    refusal.pause = retry_after_of(response, now);
    return refusal;
  }
  refusal.error.reason = Reason::AzureIdentityRefused;
  refusal.error.detail += reply->error.empty() ? std::string() : " " + reply->error;
  refusal.error.detail += reply->code ? " AADSTS" + std::to_string(*reply->code) : std::string();
  refusal.error.detail += hint_of(*reply);
  refusal.pause = limits::kAzureRetryPauseMost;
  return refusal;
}

}  // namespace countersign::azure
