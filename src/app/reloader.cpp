// SPDX-License-Identifier: Apache-2.0
#include "app/reloader.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::app {
namespace {

std::string joined(const Problems& problems) {
  std::string text;
  for (const auto& each : problems) {
    text += (text.empty() ? "" : "; ") + each;
  }
  return text;
}

}  // namespace

Reloader::Reloader(Tools tools, const Config& started)
    : tools_(std::move(tools)), unchangeable_(started.unchangeable), read_at_(tools_.clock.tick()) {
  files_.watch(started.files);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Reloader::look_now() {
  const std::scoped_lock lock(mutex_);
  wanted_ = true;
  wake_.notify_all();
}

void Reloader::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto wish = await_look(stop);
    if (!stop.stop_requested()) {
      look(wish, stop);
      tools_.running.end_former();
    }
  }
}

Reloader::Look Reloader::await_look(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, tools_.pause, [this] { return wanted_; });
  if (std::exchange(wanted_, false)) {
    return Look::Wanted;
  }
  return tools_.clock.tick() - read_at_ >= limits::kFileReadPause ? Look::Thorough : Look::Quick;
}

void Reloader::look(Look wish, const std::stop_token& stop) {
  if (!files_.changed() && wish == Look::Quick) {
    return;
  }
  read_at_ = tools_.clock.tick();
  if (wish == Look::Wanted) {  // who asks is told, also what was said before
    complaint_.clear();
    certificate_complaint_.clear();
  }
  const auto certificate = look_at_certificate();
  const auto configuration = look_at_configuration();
  tools_.reloaded(Part::Certificate, certificate);
  tools_.reloaded(Part::Configuration, configuration);
  tools_.running.current()->refresh_local_trust(
      Deadline::after(tools_.clock, limits::kTrustLoadWait));
  if (wish == Look::Wanted) {
    end_wanted(stop, {.certificate = certificate, .configuration = configuration});
  }
}

Reloader::Result Reloader::look_at_certificate() {
  const auto changed = tools_.reload_certificate();
  if (!changed) {
    if (std::exchange(certificate_complaint_, changed.error().detail) != changed.error().detail) {
      tools_.logger.error(
          "the serving certificate could not be reloaded; the old one stays",
          {{"reason", wire_name(changed.error().reason)}, {"detail", changed.error().detail}});
    }
    return Result::Refused;
  }
  certificate_complaint_.clear();
  if (*changed) {
    tools_.logger.info("the serving certificate was reloaded");
  }
  return *changed ? Result::Done : Result::Unchanged;
}

Reloader::Result Reloader::look_at_configuration() {
  auto config = tools_.load();
  if (!config) {
    return refuse(joined(config.error()));
  }
  if (config->setup.versions.whole == tools_.running.current()->versions().whole) {
    complaint_.clear();
    return Result::Unchanged;
  }
  return take(std::move(*config));
}

// The new one decides only once it has what it needs: a store that was never loaded would deny.
Reloader::Result Reloader::take(Config config) {
  tools_.accepted(config.setup);
  const auto current = tools_.running.current();
  auto next = Application::create(std::move(config.setup), tools_.application, current.get());
  if (!next) {
    return refuse(next.error().detail);
  }
  const auto deadline = Deadline::after(tools_.clock, limits::kTrustLoadWait);
  (*next)->load_missing_trust(deadline);
  (*next)->renew_credentials(deadline);
  if (const auto broken = (*next)->broken_stores(); !broken.empty()) {
    return refuse(broken.front());
  }
  if (const auto unloaded = (*next)->unloaded_stores(); !unloaded.empty()) {
    return refuse(unloaded.front());
  }
  tools_.running.replace(std::move(*next));
  files_.watch(std::move(config.files));
  complaint_.clear();
  tools_.logger.info("the configuration was reloaded");
  if (std::exchange(unchangeable_, config.unchangeable) != config.unchangeable) {
    tools_.logger.warning(
        "what changed under server, gatekeeper, events or log counts from the next start");
  }
  return Result::Done;
}

Reloader::Result Reloader::refuse(std::string why) {
  if (why != complaint_) {
    tools_.logger.error("the configuration could not be reloaded; the old one stays",
                        {{"detail", why}});
    complaint_ = std::move(why);
  }
  return Result::Refused;
}

// Somebody waits for this line.
void Reloader::end_wanted(const std::stop_token& stop, Results results) {
  tools_.running.look_at_stores_now();
  static_cast<void>(tools_.running.await_looks(stop, limits::kTrustLoadWait));
  if (!stop.stop_requested()) {
    const auto problems = tools_.running.current()->trust_problems();
    tools_.logger.info("reloaded", {{"certificate", results.certificate != Result::Refused},
                                    {"configuration", results.configuration != Result::Refused},
                                    {"trust", problems.empty()}});
  }
}

}  // namespace countersign::app
