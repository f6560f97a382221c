// SPDX-License-Identifier: Apache-2.0
#include "app/service.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "countersign/base/limits.h"

#include "app/file.h"
#include "app/trust_report.h"

namespace countersign::app {
namespace {

Result<void> located(std::string_view where, const Result<void>& result) {
  if (!result) {
    return fail(result.error().reason, std::string(where) + ": " + result.error().detail);
  }
  return {};
}

Result<void> readable(const std::string& where, const std::string& file) {
  const auto content = read_file(file, limits::kTrustStoreFileBytes);
  return content ? Result<void>{}
                 : fail(content.error().reason, where + ": " + content.error().detail);
}

}  // namespace

Result<std::unique_ptr<Service>> Service::start(const ServerSetup& server, Setup setup,
                                                const Clock& clock, log::Logger& logger) {
  TRY_VOID(readable(server.where_certificate, server.tls.certificate));
  TRY_VOID(readable(server.where_key, server.tls.key));
  auto watch = std::make_unique<Watch>(logger, hosts_of(setup));
  TRY(auto application,
      Application::create(std::move(setup),
                          {.clock = clock, .logger = logger, .observer = watch->registries}));
  application->refresh_local_trust(Deadline::after(clock, limits::kTrustLoadWait));
  if (const auto broken = application->broken_stores(); !broken.empty()) {
    return fail(Reason::BadConfig, broken.front());
  }
  std::unique_ptr<Service> service(
      new Service(std::move(watch), std::move(application), clock, logger));
  TRY_VOID(service->listen(server));
  return service;
}

Service::Service(std::unique_ptr<Watch> watch, std::unique_ptr<Application> application,
                 const Clock& clock, log::Logger& logger)
    : clock_(clock),
      logger_(logger),
      watch_(std::move(watch)),
      application_(std::move(application)),
      webhook_(application_->admitter(), clock, watch_->metrics, logger),
      expiry_(logger),
      trust_(application_->trust_holder(), clock,
             [] { return courier::make_patience()->chance(); }),
      refresh_(limits::kRevocationRefreshInterval, Periodic::First::Later,
               [this] {
                 application_->refresh_revocation(
                     Deadline::after(clock_, limits::kRevocationRefreshWait));
               }),
      credentials_(limits::kAzureRenewalInterval, Periodic::First::Now, [this] { keep_fresh(); }) {}

void Service::keep_fresh() {
  application_->renew_credentials(Deadline::after(clock_, limits::kAzureRenewalWait));
  expiry_.look(*application_->trust(), clock_.now());
}

Result<void> Service::listen(const ServerSetup& server) {
  server::FrontOptions options;
  options.listen = server.listen;
  options.tls = server.tls;
  options.rejected = [this](int status) { watch_->metrics.rejected_request(status); };
  auto front = server::Front::create(
      std::move(options), webhook_,
      [this](std::function<void()> task) {
        return application_->workers().submit(std::move(task));
      },
      clock_, logger_);
  if (!front) {
    return located(server.where, std::unexpected(front.error()));
  }
  front_ = std::move(*front);
  auto admin =
      server::Admin::create(server.admin_listen, {.not_ready = [this] { return not_ready(); },
                                                  .details = [this] { return details(); },
                                                  .metrics = [this] { return metrics_page(); }});
  if (!admin) {
    return located(server.where_admin, std::unexpected(admin.error()));
  }
  admin_ = std::move(*admin);
  front_->start();
  logger_.info("serving", {{"port", front_->port()}, {"adminPort", admin_->port()}});
  return {};
}

void Service::reload() {
  application_->refresh_local_trust(Deadline::after(clock_, limits::kTrustLoadWait));
  trust_.look_now();
  const auto tls = front_->reload_tls();
  if (!tls) {
    logger_.error("the serving certificate could not be reloaded; the old one stays",
                  {{"reason", wire_name(tls.error().reason)}, {"detail", tls.error().detail}});
  }
  // A vault that hangs must not keep a signal waiting.
  reloading_ = std::jthread([this, good = tls.has_value()](const std::stop_token& stop) {
    static_cast<void>(trust_.await_looks(stop, limits::kTrustLoadWait));
    if (!stop.stop_requested()) {
      end_reload(good);
    }
  });
}

void Service::end_reload(bool tls) {
  const auto problems = application_->trust_problems();
  watch_->metrics.config_reload(tls && problems.empty());
  logger_.info("reloaded", {{"certificate", tls}, {"trust", problems.empty()}});
}

void Service::drain() {
  logger_.info("draining");
  draining_ = true;
  refresh_.stop();
  credentials_.stop();
  trust_.stop();
  reloading_.request_stop();
  front_->drain(limits::kDrainWait);
  application_->close_azure();  // a look at a vault that hangs would be waited for
  logger_.info("stopped");
}

std::vector<std::string> Service::not_ready() const {
  auto reasons = application_->trust_problems();
  if (front_->certificate_not_after() < clock_.now()) {
    reasons.emplace_back("the serving certificate has expired");
  }
  if (draining_) {
    reasons.emplace_back("stopping");
  }
  return reasons;
}

void Service::show_facts() {
  using Kind = registry::Facts::Kind;
  constexpr std::pair<Kind, std::string_view> kKinds[] = {{Kind::Manifest, "manifest"},
                                                          {Kind::Tag, "tag"},
                                                          {Kind::Referrers, "referrers"},
                                                          {Kind::Content, "content"}};
  for (const auto& each : kKinds) {
    const auto counters = application_->fact_counters(each.first);
    const auto gauge = [&](std::string_view name, std::size_t value) {
      watch_->metrics.gauge(name, each.second, static_cast<double>(value));
    };
    gauge("countersign_registry_facts_looked_up", counters.looks);
    gauge("countersign_registry_facts_known", counters.hits);
    gauge("countersign_registry_facts_shared", counters.shared);
    gauge("countersign_registry_facts_cached_bytes", counters.bytes);
  }
}

void Service::show_trust() {
  const auto series = trust_series(*application_->trust(), clock_.now());
  watch_->metrics.trusted(series.stores, series.certificates);
  std::vector<server::Metrics::AzureToken> tokens;
  if (const auto* azure = application_->azure()) {
    for (std::size_t each = 0; each < azure->identities(); ++each) {
      std::ranges::move(token_series(azure->keeper(each)), std::back_inserter(tokens));
    }
  }
  watch_->metrics.azure_tokens(tokens);
}

// What /readyz?verbose adds.
std::string Service::details() const {
  auto text = trust_text(*application_->trust(), clock_.now());
  if (const auto* azure = application_->azure()) {
    for (std::size_t each = 0; each < azure->identities(); ++each) {
      text += token_text(azure->keeper(each));
    }
  }
  return text;
}

std::string Service::metrics_page() {
  const auto counters = front_->counters();
  const auto gauge = [this](std::string_view name, std::integral auto value) {
    watch_->metrics.gauge(name, static_cast<double>(value));
  };
  gauge("countersign_ready", not_ready().empty() ? 1 : 0);
  gauge("countersign_serving_certificate_not_after_seconds",
        front_->certificate_not_after().time_since_epoch().count());
  gauge("countersign_connections_open", counters.open);
  gauge("countersign_connections_accepted", counters.accepted);
  gauge("countersign_connections_refused", counters.refused);
  gauge("countersign_handshake_failures", counters.handshake_failures);
  gauge("countersign_front_requests", counters.requests);
  gauge("countersign_queued_reviews", application_->workers().queued());
  gauge("countersign_trust_certificates", application_->trusted_certificates());
  const auto envelopes = application_->envelope_counters();
  gauge("countersign_envelopes_opened", envelopes.openings);
  gauge("countersign_envelopes_known", envelopes.hits);
  gauge("countersign_envelopes_shared", envelopes.shared);
  gauge("countersign_envelopes_cached_bytes", envelopes.bytes);
  const auto revocation = application_->revocation_counters();
  gauge("countersign_revocation_requests", revocation.requests);
  gauge("countersign_revocation_failures", revocation.failures);
  gauge("countersign_revocation_cached_statuses", revocation.cached_statuses);
  gauge("countersign_revocation_cached_bytes", revocation.cached_bytes);
  show_facts();
  show_trust();
  return watch_->metrics.text();
}

}  // namespace countersign::app
