// SPDX-License-Identifier: Apache-2.0
#include "app/door.h"

#include <utility>

#include "countersign/crypto/digest.h"

namespace countersign::app {
namespace {

// Of everything that a client could notice, and of the key.
Version version_of(const server::TlsMaterial& material) {
  std::string all = material.certificate + material.key.reveal();
  if (material.clients) {
    all += material.clients->authorities;
    for (const auto& name : material.clients->names) {
      all.append(name).append("\n");
    }
  }
  const auto version = crypto::sha256(as_bytes(all));
  wipe(all);
  return version;
}

}  // namespace

Door::Door(std::string where, std::string listen, Tools tools)
    : where_(std::move(where)), listen_(std::move(listen)), tools_(std::move(tools)) {}

Result<bool> Door::serve_with(const server::TlsMaterial& material) {
  const auto version = version_of(material);
  const std::scoped_lock lock(mutex_);
  if (shown_ == version) {
    return false;
  }
  if (front_) {
    TRY_VOID(front_->replace_tls(material));
  } else {
    TRY_VOID(open_with(material));
  }
  shown_ = version;
  return true;
}

Result<void> Door::open_with(const server::TlsMaterial& material) {
  server::FrontOptions options;
  options.listen = listen_;
  options.tls = material;
  options.rejected = [&metrics = tools_.metrics](int status) { metrics.rejected_request(status); };
  options.client_refused = [&metrics = tools_.metrics](server::ClientRefusal why) {
    metrics.refused_client(why);
  };
  auto front = server::Front::create(std::move(options), tools_.handler, tools_.submit,
                                     tools_.clock, tools_.logger);
  if (!front) {
    return fail(front.error().reason, where_ + ": " + front.error().detail);
  }
  front_ = std::move(*front);
  front_->start();
  return {};
}

bool Door::open() const {
  const std::scoped_lock lock(mutex_);
  return front_ != nullptr;
}

void Door::drain(std::chrono::milliseconds grace) {
  std::shared_ptr<server::Front> front;
  {
    const std::scoped_lock lock(mutex_);
    front = front_;
  }
  if (front) {
    front->drain(grace);
  }
}

std::uint16_t Door::port() const {
  const std::scoped_lock lock(mutex_);
  return front_ ? front_->port() : 0;
}

server::FrontCounters Door::counters() const {
  const std::scoped_lock lock(mutex_);
  return front_ ? front_->counters() : server::FrontCounters{};
}

std::optional<Time> Door::certificate_not_after() const {
  const std::scoped_lock lock(mutex_);
  return front_ ? std::optional(front_->certificate_not_after()) : std::nullopt;
}

}  // namespace countersign::app
