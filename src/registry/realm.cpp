// SPDX-License-Identifier: Apache-2.0
#include "registry/realm.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign::registry {
namespace {

struct KnownRealm {
  std::string_view registry;
  std::string_view issuer;
};
// Registries whose tokens come from another host of the same owner.
constexpr std::array kKnown{KnownRealm{"registry-1.docker.io", "https://auth.docker.io"},
                            KnownRealm{"registry.gitlab.com", "https://gitlab.com"}};

bool has_origin(const net::Url& realm, std::string_view origin) {
  const auto url = net::Url::parse(origin, Reason::BadConfig);
  return url && url->same_origin(realm);
}

}  // namespace

Result<net::Url> accept_realm(std::string_view realm, const net::Url& asked,
                              std::span<const std::string> listed) {
  TRY(auto url, asked.resolve(realm, Reason::RegistryAuth));
  const bool downgraded =
      asked.scheme() == net::UrlScheme::Https && url.scheme() != net::UrlScheme::Https;
  if (downgraded || realm.find('#') != std::string_view::npos) {
    return fail(Reason::RegistryAuth, asked.host() + " names a token realm that is not acceptable");
  }
  const bool known = std::ranges::any_of(kKnown, [&](const KnownRealm& one) {
    return asked.scheme() == net::UrlScheme::Https && asked.port() == 443 &&
           asked.host() == one.registry && has_origin(url, one.issuer);
  });
  const bool permitted = std::ranges::any_of(
      listed, [&](const std::string& origin) { return has_origin(url, origin); });
  if (!known && !permitted && !url.same_origin(asked)) {
    return fail(Reason::RegistryAuth, asked.host() + " names a token realm on " + url.host() +
                                          ", which is not listed for it");
  }
  return url;
}

Result<PinnedIssuer> pin_issuer(const OwnIssuer& issuer, const net::Url& registry) {
  TRY(auto realm, registry.resolve(issuer.path, Reason::Internal));
  const bool named =
      !issuer.services.empty() && std::ranges::none_of(issuer.services, &std::string::empty);
  // What is resolved could still be "//other.test/token".
  if (!named || !realm.same_origin(registry) || realm.path() != issuer.path) {
    return fail(Reason::Internal, "no token issuer of " + registry.host());
  }
  return PinnedIssuer{std::move(realm), issuer.services};
}

Result<void> accept_issuer(const PinnedIssuer& issuer, std::string_view realm,
                           std::string_view service, const net::Url& asked) {
  TRY(const auto url, asked.resolve(realm, Reason::RegistryAuth));
  if (!url.same_origin(issuer.realm) || url.path() != issuer.realm.path() ||
      realm.find_first_of("?#") != std::string_view::npos) {
    return fail(Reason::RegistryAuth, asked.host() + " names a token realm on " + url.host() +
                                          " that is not its own issuer");
  }
  if (std::ranges::find(issuer.services, service) == issuer.services.end()) {
    return fail(Reason::RegistryAuth, asked.host() + " names a token service that is not its own");
  }
  return {};
}

}  // namespace countersign::registry
