// SPDX-License-Identifier: Apache-2.0
#include "app/revocation.h"

#include <utility>

#include "countersign/net/curl_transport.h"

namespace countersign::app {

Result<std::unique_ptr<Revocation>> Revocation::create(RevocationSetup setup, const Clock& clock,
                                                       log::Logger& logger) {
  auto options = std::move(setup.transport);
  options.plain_http = net::PlainHttp::Allow;  // the answers are signed (RFC 5280, section 8)
  options.user_agent = "countersign/" COUNTERSIGN_VERSION;
  auto http = net::make_curl_transport(std::move(options), clock);
  if (!http) {
    return fail(http.error().reason, setup.where + ": " + http.error().detail);
  }
  return std::unique_ptr<Revocation>(
      new Revocation(std::move(*http), std::move(setup.settings), clock, logger));
}

Revocation::Revocation(std::unique_ptr<net::HttpTransport> http, revocation::Settings settings,
                       const Clock& clock, log::Logger& logger)
    : http_(std::move(http)),
      client_(revocation::make_client(std::move(settings), *http_, clock, logger)),
      checker_(admission::make_revocation_checker(*client_)) {}

}  // namespace countersign::app
