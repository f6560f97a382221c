// SPDX-License-Identifier: Apache-2.0
#include "registry/hosts.h"

#include <string>
#include <string_view>

#include "registry/origin.h"

namespace countersign::registry {

std::shared_ptr<HostState> Hosts::of(const net::Url& url) {
  static constexpr std::string_view kAfterScheme = "://";
  const auto origin = origin_of(url).text();
  const std::lock_guard lock(mutex_);
  if (const auto* const known = hosts_.find(origin)) {
    return *known;
  }
  auto host =
      std::make_shared<HostState>(origin.substr(origin.find(kAfterScheme) + kAfterScheme.size()));
  hosts_.put(origin, host);
  return host;
}

}  // namespace countersign::registry
