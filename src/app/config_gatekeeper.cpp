// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "app/time_budget.h"

namespace countersign::app {
namespace {

using Listener = GatekeeperSetup::Listener;

// Gatekeeper itself refuses anything older.
constexpr const char* kLeastTls = "1.3";

Result<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  const auto timeout = parse_go_duration(text);
  if (!timeout || *timeout < limits::kProviderTimeoutLeast ||
      *timeout > limits::kProviderTimeoutMost) {
    return fail(Reason::BadConfig, "100ms to 29s is expected");
  }
  return *timeout;
}

std::string timeout_text(std::chrono::milliseconds timeout) {
  return std::to_string(timeout.count()) + "ms";
}

// Under a certificate that keeps itself, a listener that names none shows that one, too.
std::optional<Listener> read_listener(Section& section, Certificate certificate) {
  if (!section.has("listen")) {
    if (section.has("tls")) {
      section.json("tls");
      section.refuse("tls", "is only of use with listen; the webhook's listener has its own");
    }
    return std::nullopt;
  }
  Listener listener;
  listener.where = section.where("listen");
  listener.listen = section.required_text("listen");
  auto tls = section.section("tls");
  const bool own = certificate == Certificate::SelfManaged && !tls.has("certificate");
  listener.tls = read_serving(tls, own ? Certificate::SelfManaged : Certificate::Files, kLeastTls);
  return listener;
}

}  // namespace

std::optional<GatekeeperSetup> read_gatekeeper(Section& root, Certificate certificate) {
  if (!root.has("gatekeeper")) {
    return std::nullopt;
  }
  auto section = root.section("gatekeeper");
  GatekeeperSetup gatekeeper;
  gatekeeper.timeout =
      section.parsed("timeout", timeout_text(limits::kProviderTimeout), parse_timeout)
          .value_or(limits::kProviderTimeout);
  gatekeeper.verifier = section.text("verifierName", "notation");
  if (gatekeeper.verifier.empty()) {
    section.refuse("verifierName", "is empty");
  }
  gatekeeper.listener = read_listener(section, certificate);
  return gatekeeper;
}

}  // namespace countersign::app
