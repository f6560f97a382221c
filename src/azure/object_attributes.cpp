// SPDX-License-Identifier: Apache-2.0
#include "azure/object_attributes.h"

namespace countersign::azure {
namespace {

Result<std::optional<Time>> read_time(const codec::Json& attributes, std::string_view name) {
  const auto* found = attributes.find(name);
  if (found == nullptr || found->is_null()) {
    return std::nullopt;
  }
  const auto seconds = found->integer();
  if (!seconds) {
    return fail(Reason::KeyVaultUnavailable, "attributes with a time that is no number");
  }
  return Time(std::chrono::seconds(*seconds));
}

}  // namespace

Result<Attributes> read_attributes(const codec::Json& object) {
  const auto* attributes = object.find("attributes");
  const auto* flag = attributes != nullptr ? attributes->find("enabled") : nullptr;
  const auto enabled = flag != nullptr ? flag->boolean() : std::nullopt;
  if (!enabled) {
    return fail(Reason::KeyVaultUnavailable, "no word about whether it is enabled");
  }
  Attributes read{.enabled = *enabled};
  TRY(read.not_before, read_time(*attributes, "nbf"));
  TRY(read.expires, read_time(*attributes, "exp"));
  TRY(read.created, read_time(*attributes, "created"));
  return read;
}

Standing standing(const Attributes& attributes, Time now) {
  if (!attributes.enabled) {
    return Standing::Disabled;
  }
  if (attributes.not_before && now < *attributes.not_before) {
    return Standing::NotYetValid;
  }
  return attributes.expires && now >= *attributes.expires ? Standing::Ended : Standing::Usable;
}

std::string_view text_of(Standing standing) {
  switch (standing) {
    case Standing::Disabled:
      return "is disabled";
    case Standing::NotYetValid:
      return "is not valid yet";
    case Standing::Ended:
      return "has ended";
    case Standing::Usable:
      return "is valid";
  }
  return "is unknown";
}

}  // namespace countersign::azure
