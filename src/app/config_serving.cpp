// SPDX-License-Identifier: Apache-2.0
// server.tls.selfManaged: a serving certificate that keeps itself in the cluster; and events.
#include "countersign/base/limits.h"
#include "countersign/x509/issue.h"

#include "app/config_sections.h"
#include "app/duration.h"

namespace countersign::app {
namespace {

using cluster::Resource;
using Kind = Resource::Kind;

// "countersign/countersign-tls"
Result<Resource> parse_secret(std::string_view text) {
  const auto slash = text.find('/');
  auto secret = slash == std::string_view::npos
                    ? fail(Reason::BadConfig, "")
                    : Resource::parse(Kind::Secret, text.substr(0, slash), text.substr(slash + 1));
  if (!secret) {
    return fail(Reason::BadConfig, "NAMESPACE/NAME of a secret is expected");
  }
  return secret;
}

Result<std::chrono::seconds> parse_authority_life(std::string_view text) {
  TRY(const auto life, parse_duration(text));
  if (life < limits::kAuthorityLifeLeast || life > limits::kAuthorityLifeMost) {
    return fail(Reason::BadConfig, "24h to 87600h is expected");
  }
  return life;
}

Result<std::chrono::seconds> parse_leaf_life(std::string_view text) {
  TRY(const auto life, parse_duration(text));
  if (life < limits::kLeafLifeLeast) {
    return fail(Reason::BadConfig, "at least 1h is expected");
  }
  return life;
}

serving::Lifetimes read_lifetimes(Section& own) {
  auto section = own.section("lifetime");
  serving::Lifetimes lifetimes;
  lifetimes.authority =
      section.parsed("authority", duration_text(limits::kAuthorityLife), parse_authority_life)
          .value_or(lifetimes.authority);
  lifetimes.leaf = section.parsed("leaf", duration_text(limits::kLeafLife), parse_leaf_life)
                       .value_or(lifetimes.leaf);
  if (lifetimes.leaf > lifetimes.authority / 3) {
    section.refuse("leaf",
                   "at most a third of the authority's is expected, so that none outlives it");
  }
  return lifetimes;
}

// The API server calls a service as NAME.NAMESPACE.svc, and refuses a certificate without it.
void read_names(Section& own, std::vector<std::string>& names) {
  names = own.texts("dnsNames");
  if (names.empty() || names.size() > limits::kServingNames) {
    own.refuse("dnsNames", "one to " + std::to_string(limits::kServingNames) +
                               " names are expected, NAME.NAMESPACE.svc of the service first");
  }
  for (const auto& name : names) {
    if (!x509::is_dns_name(name)) {
      own.refuse("dnsNames", "\"" + name + "\" is no DNS name in lower case");
    }
  }
}

void read_targets(Section& own, std::vector<Resource>& targets) {
  if (own.has("webhook")) {
    const auto webhook = own.understood(
        "webhook",
        Resource::parse(Kind::ValidatingWebhookConfiguration, own.required_text("webhook")));
    if (webhook) {
      targets.push_back(*webhook);
    }
  }
  const auto providers = own.texts("providers");
  if (!own.has("webhook") && providers.empty()) {
    own.refuse("webhook", "is missing, and there are no providers: nobody would have the bundle");
  }
  if (providers.size() > limits::kServingProviders) {
    own.refuse("providers", "at most " + std::to_string(limits::kServingProviders));
  }
  for (const auto& name : providers) {
    if (const auto provider = own.understood("providers", Resource::parse(Kind::Provider, name))) {
      targets.push_back(*provider);
    }
  }
}

}  // namespace

std::optional<serving::KeeperSetup> read_self_managed(Section& tls) {
  if (!tls.has("selfManaged")) {
    return std::nullopt;
  }
  auto own = tls.section("selfManaged");
  const auto secret = own.understood("secret", parse_secret(own.required_text("secret")));
  std::vector<Resource> targets;
  read_targets(own, targets);
  std::vector<std::string> names;
  read_names(own, names);
  const auto lifetimes = read_lifetimes(own);
  if (!secret) {
    return std::nullopt;  // noted
  }
  return serving::KeeperSetup{*secret, std::move(targets), std::move(names), lifetimes};
}

std::optional<EventSetup> read_events(Section& root) {
  auto section = root.section("events");
  const bool enabled = section.flag("enabled", false);
  EventSetup events;
  events.per_minute = section.number("perMinute", limits::kEventsPerMinute,
                                     {.least = 1, .most = limits::kEventsPerMinuteMost});
  return enabled ? std::optional(events) : std::nullopt;
}

}  // namespace countersign::app
