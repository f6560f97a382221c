// SPDX-License-Identifier: Apache-2.0
#include "app/registry_remote.h"

#include <utility>

namespace countersign::app {

std::string scheme_of(const net::TransportOptions& options) {
  return options.plain_http == net::PlainHttp::Allow ? "http://" : "https://";
}

Result<Remote> make_remote(RemoteSetup& setup, net::HttpTransport& http,
                           const RegistryTools& tools) {
  setup.settings.scheme = setup.transport.plain_http == net::PlainHttp::Allow
                              ? registry::Scheme::Http
                              : registry::Scheme::Https;
  Remote remote;
  remote.credentials = std::move(setup.credentials);
  if (const auto started = remote.credentials->start({tools.logger, http}); !started) {
    return fail(started.error().reason, setup.where + ": credentials: " + started.error().detail);
  }
  remote.wire = std::make_unique<registry::Registry>(setup.host, std::move(setup.settings), http,
                                                     tools.clock);
  remote.registry = std::make_unique<registry::RememberedRegistry>(*remote.wire, tools.facts);
  return remote;
}

Result<RemoteSetup> member_of(const RemoteSetup& family, const std::string& host) {
  TRY(auto credentials, family.credentials->for_member());
  RemoteSetup member{.where = family.where,
                     .host = host,
                     .transport = family.transport,
                     .settings = family.settings,
                     .credentials = std::move(credentials)};
  TRY_VOID(member.credentials->fit(member));
  return member;
}

}  // namespace countersign::app
