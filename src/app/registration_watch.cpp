// SPDX-License-Identifier: Apache-2.0
#include "app/registration_watch.h"

#include <utility>

#include "countersign/base/limits_registries.h"

#include "app/webhook.h"

namespace countersign::app {
namespace {

using cluster::WebhookRegistration;

bool same(const WebhookRegistration& one, const WebhookRegistration& other) {
  return one.gaps == other.gaps && one.exemptions == other.exemptions;
}

}  // namespace

RegistrationWatch::RegistrationWatch(cluster::Resource resource, cluster::ApiClient& api,
                                     const Clock& clock, log::Logger& logger)
    : resource_(std::move(resource)), api_(api), clock_(clock), logger_(logger) {}

Result<std::unique_ptr<RegistrationWatch>> RegistrationWatch::create(
    const cluster::Resource& resource, ClusterAccess& access, const Clock& clock,
    log::Logger& logger) {
  TRY(auto* const client, access.client());
  return std::make_unique<RegistrationWatch>(resource, *client, clock, logger);
}

void RegistrationWatch::follow() {
  looks_ = std::make_unique<Periodic>(limits::kRegistrationLook, Periodic::First::Now,
                                      [this] { look(); });
}

void RegistrationWatch::stop() { looks_.reset(); }

void RegistrationWatch::look() {
  const auto deadline = Deadline::after(clock_, limits::kRegistrationLookWait);
  const auto answer = std::move(api_.get({&resource_, 1}, deadline).front());
  if (!answer) {
    fail_to_look(answer.error());
  } else if (*answer) {
    learn(cluster::review_registration(**answer, kValidatePath));
  } else {
    learn({.gaps = {"it is not there: the API server asks nobody"}, .exemptions = {}});
  }
}

void RegistrationWatch::learn(WebhookRegistration found) {
  const auto before = status();
  const bool is_new = !before.found || !same(*before.found, found);
  const bool was_bad = before.found && !before.found->gaps.empty();
  if (is_new || !said_ || *said_ + limits::kRegistrationSayEvery <= clock_.tick()) {
    say(found);
    said_ = clock_.tick();
  }
  if (was_bad && found.gaps.empty()) {
    logger_.info("the registration of the webhook has no gap any more",
                 {{"registration", resource_.name()}});
  }
  const std::scoped_lock lock(mutex_);
  status_ = {.found = std::move(found), .trouble = {}};
}

void RegistrationWatch::say(const WebhookRegistration& found) {
  for (const auto& gap : found.gaps) {
    logger_.warning("pods may come in without being judged",
                    {{"registration", resource_.name()}, {"gap", gap}});
  }
  for (const auto& exemption : found.exemptions) {
    logger_.info("the registration of the webhook leaves something out",
                 {{"registration", resource_.name()}, {"exemption", exemption}});
  }
}

// Without the right to look nothing is known; while the API server is away, what was found stays.
void RegistrationWatch::fail_to_look(const Error& error) {
  const auto before = status();
  if (before.trouble != error.detail) {
    logger_.info("the registration of the webhook is not checked",
                 {{"registration", resource_.name()},
                  {"reason", wire_name(error.reason)},
                  {"detail", error.detail}});
  }
  const std::scoped_lock lock(mutex_);
  status_.trouble = error.detail;
  if (error.reason == Reason::BadConfig) {
    status_.found.reset();
  }
}

RegistrationWatch::Status RegistrationWatch::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

std::string RegistrationWatch::text() const {
  const auto now = status();
  const auto line = [this](std::string_view what) {
    return "registration " + resource_.name() + ": " + std::string(what) + "\n";
  };
  std::string text;
  if (!now.trouble.empty()) {
    text += line("not checked: " + now.trouble);
  } else if (!now.found) {
    text += line("not looked at yet");
  }
  if (now.found && now.found->gaps.empty()) {
    text += line("no gap");
  }
  if (now.found) {
    for (const auto& gap : now.found->gaps) {
      text += line("GAP: " + gap);
    }
    for (const auto& exemption : now.found->exemptions) {
      text += line(exemption);
    }
  }
  return text;
}

}  // namespace countersign::app
