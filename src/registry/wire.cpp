// SPDX-License-Identifier: Apache-2.0
#include "registry/wire.h"

#include "registry/realm.h"

namespace countersign::registry {

Result<Entrance> entrance_of(const std::string& registry, const RegistrySettings& settings) {
  TRY(const auto any, oci::ImageRef::parse(registry + "/any"));
  const std::string scheme = settings.scheme == Scheme::Https ? "https://" : "http://";
  TRY(auto root, net::Url::parse(scheme + any.wire_host() + "/v2/", Reason::Internal));
  if (!settings.issuer) {
    return Entrance{std::move(root), {.realms = settings.realms}};
  }
  TRY(auto pinned, pin_issuer(*settings.issuer, root));
  return Entrance{std::move(root), {.pinned = std::move(pinned)}};
}

Result<net::Url> repository_url(const Wire& wire, const oci::ImageRef& image) {
  if (image.registry() != wire.name) {
    return fail(Reason::Internal, "a reference of another registry");
  }
  TRY(const auto entrance, wire.entrance);
  return entrance.root.below(image.path() + "/", Reason::Internal);
}

}  // namespace countersign::registry
