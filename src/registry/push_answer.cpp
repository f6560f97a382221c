// SPDX-License-Identifier: Apache-2.0
#include "registry/push_answer.h"

#include <string>

#include "countersign/oci/descriptor.h"
#include "countersign/registry/status.h"

namespace countersign::registry {
namespace {

// In whichever algorithm it says so; some registries leave the algorithm's name away.
bool names(const std::string& text, Bytes content) {
  const auto digest = oci::Digest::parse(text, Reason::DigestMismatch);
  return digest ? *digest == oci::Digest::of(content, digest->algorithm())
                : text == oci::Digest::of(content).encoded();
}

}  // namespace

Error push_error(const Reply& reply) {
  auto error = status_error(reply.response, reply.url.host());
  if (error.reason == Reason::RegistryAuth) {
    const auto code = error_code(reply.response);
    error.detail = reply.url.host() + " answers " + std::to_string(reply.response.status) +
                   (code.empty() ? "" : " " + code) + ": no right to push, or no such repository";
  }
  return error;
}

Result<void> accept_stored(const Result<Reply>& answer, Bytes content) {
  if (!answer) {
    return std::unexpected(answer.error());
  }
  const auto& reply = *answer;
  if (reply.response.status != 201) {
    return std::unexpected(push_error(reply));
  }
  const auto* digest = reply.response.header("docker-content-digest");
  if (digest != nullptr && !names(*digest, content)) {
    return fail(Reason::DigestMismatch,
                reply.url.host() + " says that it stored something else than what was sent");
  }
  return {};
}

}  // namespace countersign::registry
