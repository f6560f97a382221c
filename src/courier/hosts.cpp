// SPDX-License-Identifier: Apache-2.0
#include "courier/hosts.h"

#include <string>

namespace countersign::courier {
namespace {

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;

// "ghcr.io", "host:5000": as people write it.
std::string name_of(const net::Url& url) {
  const auto usual = url.scheme() == net::UrlScheme::Https ? kHttpsPort : kHttpPort;
  return url.port() == usual ? url.host() : url.host() + ":" + std::to_string(url.port());
}

}  // namespace

std::shared_ptr<HostState> Hosts::of(const net::Url& url) {
  auto name = name_of(url);
  const auto origin = (url.scheme() == net::UrlScheme::Https ? "https://" : "http://") + name;
  const std::lock_guard lock(mutex_);
  if (const auto* const known = hosts_.find(origin)) {
    return *known;
  }
  auto host = std::make_shared<HostState>(std::move(name));
  hosts_.put(origin, host);
  return host;
}

}  // namespace countersign::courier
