// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/image_config.h"

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::oci {

Result<std::optional<Platform>> platform_of_config(Bytes document) {
  TRY(const auto json, codec::Json::parse(as_text(document), {.bytes = limits::kImageConfigBytes},
                                          Reason::RegistryResponse));
  if (!json.is_object()) {
    return fail(Reason::RegistryResponse, "the image's configuration is not a JSON object");
  }
  const auto* const os = json.find_string("os");
  const auto* const architecture = json.find_string("architecture");
  const auto* const variant = json.find_string("variant");
  if (os == nullptr || os->empty() || architecture == nullptr || architecture->empty()) {
    return std::nullopt;
  }
  return Platform{.os = *os,
                  .architecture = *architecture,
                  .variant = variant == nullptr ? std::string() : *variant};
}

}  // namespace countersign::oci
