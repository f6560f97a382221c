// SPDX-License-Identifier: Apache-2.0
#include "app/entrance.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "countersign/base/limits.h"

#include "app/service_pages.h"

namespace countersign::app {
namespace {

void warn_of_strangers(log::Logger& logger) {
  logger.warning(
      "CALLERS ARE NOT AUTHENTICATED: whoever reaches the port may ask. Demand client certificates "
      "with server.tls.clients, or let a network policy admit the API server only");
}

Door::Tools for_door(server::Handler& handler, const Entrance::Tools& tools) {
  return {.handler = handler,
          .submit = tools.submit,
          .metrics = tools.metrics,
          .clock = tools.clock,
          .logger = tools.logger};
}

}  // namespace

Entrance::Entrance(const ServerSetup& setup, Tools tools)
    : tools_(std::move(tools)),
      self_managed_(setup.self_managed),
      main_{.door = {setup.where, setup.listen, for_door(tools_.webhook, tools_)},
            .files = setup.tls,
            .own = setup.self_managed.has_value()},
      notices_(tools_.logger) {
  if (tools_.gatekeeper != nullptr && setup.gatekeeper && setup.gatekeeper->listener) {
    const auto& listener = *setup.gatekeeper->listener;
    gatekeeper_.reset(
        new Way{.door = {listener.where, listener.listen, for_door(*tools_.gatekeeper, tools_)},
                .files = listener.tls,
                .own = listener.tls.certificate.empty()});
  }
}

Result<void> Entrance::open() {
  if (self_managed_) {
    TRY(certificate_,
        ServingCertificate::create(*self_managed_, tools_.cluster, tools_.clock, tools_.logger));
  }
  TRY_VOID(renew_all());
  if (certificate_) {
    certificate_->follow([this](const serving::ServingPair&) {
      if (const auto renewed = renew_all(); !renewed) {
        tools_.logger.error("the serving certificate can't be shown; the old one stays",
                            {{"detail", renewed.error().detail}});
      }
    });
  }
  if (!main_.files.clients) {
    warn_of_strangers(tools_.logger);
  }
  looks_ = std::make_unique<Periodic>(limits::kServingLookInterval, Periodic::First::Now, [this] {
    if (const auto end = not_after()) {
      notices_.look(*end, tools_.clock.now());
    }
  });
  return {};
}

Result<bool> Entrance::reload() { return renew_all(); }

// Each, whatever becomes of the other.
Result<bool> Entrance::renew_all() {
  auto renewed = renew(main_);
  if (!gatekeeper_) {
    return renewed;
  }
  auto other = renew(*gatekeeper_);
  if (!renewed || !other) {
    return renewed ? other : renewed;
  }
  return *renewed || *other;
}

Result<bool> Entrance::renew(Way& way) {
  if (!way.own) {
    TRY(const auto material, read_serving_files(way.files));
    return way.door.serve_with(material);
  }
  const auto pair = certificate_->pair();
  if (!pair) {
    return false;
  }
  TRY(const auto material, read_client_files(way.files, *pair));
  return way.door.serve_with(material);
}

void Entrance::stop() {
  looks_.reset();
  if (certificate_) {
    certificate_->stop();
  }
}

// Both at once: each may take all of the time.
void Entrance::drain(std::chrono::milliseconds grace) {
  std::jthread other;
  if (gatekeeper_) {
    other = std::jthread([this, grace] { gatekeeper_->door.drain(grace); });
  }
  main_.door.drain(grace);
}

std::vector<const Entrance::Way*> Entrance::ways() const {
  std::vector<const Way*> ways{&main_};
  if (gatekeeper_) {
    ways.push_back(gatekeeper_.get());
  }
  return ways;
}

std::optional<Time> Entrance::not_after() const {
  std::optional<Time> first;
  for (const auto* way : ways()) {
    const auto end = way->door.certificate_not_after();
    first = end ? std::min(*end, first.value_or(*end)) : first;
  }
  return first;
}

std::vector<std::string> Entrance::problems(Time now) const {
  auto problems = certificate_ ? certificate_->problems() : std::vector<std::string>();
  for (const auto* way : ways()) {
    if (!way->door.open() && problems.empty()) {
      problems.emplace_back("nothing is listening yet");
    }
  }
  if (const auto end = not_after(); end && *end < now) {
    problems.emplace_back("the serving certificate has expired");
  }
  return problems;
}

std::string Entrance::text() const { return certificate_ ? certificate_->text() : std::string(); }

void Entrance::show() const {
  server::FrontCounters sum;
  for (const auto* way : ways()) {
    const auto each = way->door.counters();
    sum.accepted += each.accepted;
    sum.refused += each.refused;
    sum.requests += each.requests;
    sum.open += each.open;
    sum.handshake_failures += each.handshake_failures;
    sum.gone += each.gone;
  }
  app::show(sum, tools_.metrics);
  if (const auto end = not_after()) {
    tools_.metrics.gauge("countersign_serving_certificate_not_after_seconds",
                         static_cast<double>(end->time_since_epoch().count()));
  }
  if (certificate_) {
    app::show(certificate_->status(), tools_.metrics);
  }
}

}  // namespace countersign::app
