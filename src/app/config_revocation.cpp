// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/limits.h"
#include "countersign/net/url.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

// Empty for none. Nothing but scheme, host and port: credentials do not belong here.
Result<std::string> parse_proxy(std::string_view text) {
  if (text.empty()) {
    return std::string();
  }
  const auto url = net::Url::parse(text, Reason::BadConfig);
  if (!url || url->path() != "/" || !url->query().empty()) {
    return fail(Reason::BadConfig, "http://HOST:PORT is expected");
  }
  return std::string(text);
}

}  // namespace

RevocationSetup read_revocation(Section& root) {
  auto section = root.section("revocation");
  RevocationSetup setup;
  setup.where = section.where();
  read_reach(section, setup.transport);
  setup.transport.proxy = section.parsed("proxy", "", parse_proxy).value_or("");
  setup.settings.cache_folder = section.path("cacheFolder");
  setup.settings.cache_bytes =
      section.number("cacheBytes", limits::kRevocationCacheBytes,
                     {.least = limits::kCrlBytes, .most = limits::kRevocationCacheBytesMost});
  return setup;
}

}  // namespace countersign::app
