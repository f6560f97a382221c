// SPDX-License-Identifier: Apache-2.0
#include "app/service.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/library.h"
#include "countersign/net/curl_transport.h"

#include "app/service_pages.h"

namespace countersign::app {

Result<std::unique_ptr<Service>> Service::start(Config config, LoadConfig load, const Clock& clock,
                                                log::Logger& logger) {
  auto watch = std::make_unique<Watch>(logger, hosts_of(config.setup));
  auto cluster = config.setup.cluster;
  TRY(auto application,
      Application::create(std::move(config.setup),
                          {.clock = clock, .logger = logger, .observer = watch->registries}));
  application->refresh_local_trust(Deadline::after(clock, limits::kTrustLoadWait));
  if (const auto broken = application->broken_stores(); !broken.empty()) {
    return fail(Reason::BadConfig, broken.front());
  }
  std::unique_ptr<Service> service(
      new Service(std::move(watch), std::move(application), std::move(cluster), clock, logger));
  TRY_VOID(service->begin(config, std::move(load)));
  return service;
}

Service::Service(std::unique_ptr<Watch> watch, std::unique_ptr<Application> application,
                 std::shared_ptr<ClusterAccess> cluster, const Clock& clock, log::Logger& logger)
    : clock_(clock),
      logger_(logger),
      watch_(std::move(watch)),
      cluster_(std::move(cluster)),
      running_(std::move(application), clock, [] { return courier::make_patience()->chance(); }),
      admitter_({.clock = clock,
                 .workers = running_.current()->workers(),
                 .view = [this] { return running_.view(); }}),
      expiry_(logger),
      refresh_(limits::kRevocationRefreshInterval, Periodic::First::Later,
               [this] {
                 running_.current()->refresh_revocation(
                     Deadline::after(clock_, limits::kRevocationRefreshWait));
               }),
      credentials_(limits::kAzureRenewalInterval, Periodic::First::Now, [this] { keep_fresh(); }) {}

Service::~Service() = default;

void Service::keep_fresh() {
  const auto application = running_.current();
  application->renew_credentials(Deadline::after(clock_, limits::kAzureRenewalWait));
  expiry_.look(*application->trust(), clock_.now());
}

Result<void> Service::begin(const Config& config, LoadConfig load) {
  if (config.events) {
    TRY(events_, DenialEvents::create(*config.events, *cluster_, clock_, logger_));
  }
  watch_->metrics.gauge("countersign_config_last_reload_successful", 1);  // by starting
  TRY_VOID(watch_registration(*config.server));
  route(*config.server);
  TRY_VOID(open(*config.server));
  follow_files(config, std::move(load));
  logger_.info("serving", {{"port", port()},
                           {"adminPort", admin_port()},
                           {"version", COUNTERSIGN_VERSION},
                           {"openssl", crypto::openssl_version()},
                           {"libcurl", net::libcurl_version()}});
  return {};
}

Result<void> Service::watch_registration(const ServerSetup& server) {
  if (server.registration) {
    TRY(registration_, RegistrationWatch::create(*server.registration, *cluster_, clock_, logger_));
    registration_->follow();
  }
  return {};
}

void Service::route(const ServerSetup& server) {
  webhook_ = std::make_unique<Webhook>(WebhookParts{.admitter = admitter_,
                                                    .clock = clock_,
                                                    .metrics = watch_->metrics,
                                                    .logger = logger_,
                                                    .events = events_.get()});
  std::vector<server::Handler*> handlers{webhook_.get()};
  if (server.gatekeeper) {
    provider_ = std::make_unique<Provider>(ProviderParts{.admitter = admitter_,
                                                         .workers = running_.current()->workers(),
                                                         .clock = clock_,
                                                         .metrics = watch_->metrics,
                                                         .logger = logger_,
                                                         .timeout = server.gatekeeper->timeout,
                                                         .verifier = server.gatekeeper->verifier});
    if (!server.gatekeeper->listener) {
      handlers.push_back(provider_.get());
    }
  }
  routes_ = std::make_unique<Routes>(std::move(handlers));
  entrance_ = std::make_unique<Entrance>(
      server,
      Entrance::Tools{
          .webhook = *routes_,
          .gatekeeper = provider_.get(),
          .submit = [&workers = running_.current()->workers()](
                        std::function<void()> task) { return workers.submit(std::move(task)); },
          .cluster = *cluster_,
          .metrics = watch_->metrics,
          .clock = clock_,
          .logger = logger_});
}

// The admin endpoint first: it says why there is no other yet.
Result<void> Service::open(const ServerSetup& server) {
  auto admin =
      server::Admin::create(server.admin_listen, {.not_ready = [this] { return not_ready(); },
                                                  .details = [this] { return details(); },
                                                  .metrics = [this] { return metrics_page(); }});
  if (!admin) {
    return fail(admin.error().reason, server.where_admin + ": " + admin.error().detail);
  }
  admin_ = std::move(*admin);
  return entrance_->open();
}

void Service::follow_files(const Config& started, LoadConfig load) {
  reloader_ = std::make_unique<Reloader>(
      Reloader::Tools{
          .running = running_,
          .load = std::move(load),
          .reload_certificate = [this] { return entrance_->reload(); },
          .reloaded = [this](Reloader::Part part,
                             Reloader::Result result) { reloaded(part, result); },
          .accepted = [this](const Setup& setup) { watch_->registries.know(hosts_of(setup)); },
          .application = {.clock = clock_, .logger = logger_, .observer = watch_->registries},
          .clock = clock_,
          .logger = logger_},
      started);
}

// On the reloader's thread alone.
void Service::reloaded(Reloader::Part part, Reloader::Result result) {
  reloads_.at(static_cast<std::size_t>(part)) = result;
  if (result != Reloader::Result::Unchanged) {
    watch_->metrics.config_reload(result == Reloader::Result::Done);
  }
  const bool good = std::ranges::find(reloads_, Reloader::Result::Refused) == reloads_.end();
  watch_->metrics.gauge("countersign_config_last_reload_successful", good ? 1 : 0);
}

void Service::announce_end() {
  draining_ = true;
  logger_.info("stopping: not ready any more");
}

void Service::drain(std::chrono::milliseconds grace) {
  draining_ = true;
  logger_.info("draining");
  reloader_->stop();
  refresh_.stop();
  credentials_.stop();
  running_.stop();
  if (registration_) {
    registration_->stop();
  }
  entrance_->drain(grace);
  running_.current()->close_azure();  // a look at a vault that hangs would be waited for
  logger_.info("stopped");
}

std::vector<std::string> Service::not_ready() const {
  auto reasons = running_.current()->trust_problems();
  std::ranges::move(entrance_->problems(clock_.now()), std::back_inserter(reasons));
  if (draining_) {
    reasons.emplace_back("stopping");
  }
  return reasons;
}

std::string Service::details() const {
  const auto registration = registration_ ? registration_->text() : "";
  return entrance_->text() + registration + details_of(*running_.current(), clock_.now());
}

std::string Service::metrics_page() {
  const auto application = running_.current();
  auto& metrics = watch_->metrics;
  metrics.gauge("countersign_ready", not_ready().empty() ? 1 : 0);
  metrics.gauge("countersign_queued_reviews", static_cast<double>(application->workers().queued()));
  metrics.gauge("countersign_log_lines_dropped", static_cast<double>(logger_.dropped()));
  if (events_) {
    show(events_->counters(), metrics);
  }
  if (registration_) {
    show(registration_->status(), metrics);
  }
  entrance_->show();
  show(*application, clock_.now(), metrics);
  return metrics.text();
}

}  // namespace countersign::app
