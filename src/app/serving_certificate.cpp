// SPDX-License-Identifier: Apache-2.0
#include "app/serving_certificate.h"

#include <utility>

#include "countersign/codec/rfc3339.h"
#include "countersign/courier/courier.h"

namespace countersign::app {
namespace {

std::string_view name(serving::KeeperStatus::Bundle bundle) {
  switch (bundle) {
    case serving::KeeperStatus::Bundle::Unknown:
      return "unknown";
    case serving::KeeperStatus::Bundle::Misfits:
      return "does not fit";
    case serving::KeeperStatus::Bundle::Fits:
      return "fits";
  }
  return {};
}

std::string end_of(const std::optional<Time>& time) {
  return time ? codec::format_rfc3339(*time) : "none";
}

}  // namespace

Result<std::unique_ptr<ServingCertificate>> ServingCertificate::create(serving::KeeperSetup setup,
                                                                       ClusterAccess& access,
                                                                       const Clock& clock,
                                                                       log::Logger& logger) {
  TRY(auto* const client, access.client());
  std::unique_ptr<ServingCertificate> made(
      new ServingCertificate(std::move(setup), *client, clock, logger));
  made->look();
  return made;
}

ServingCertificate::ServingCertificate(serving::KeeperSetup setup, cluster::ApiClient& client,
                                       const Clock& clock, log::Logger& logger)
    : clock_(clock),
      keeper_(
          std::move(setup), client, clock, logger,
          [this](const serving::ServingPair& pair) { take(pair); },
          courier::make_patience()->chance()) {}

std::optional<serving::ServingPair> ServingCertificate::pair() const {
  const std::scoped_lock lock(mutex_);
  return pair_;
}

void ServingCertificate::follow(Serve serve) {
  std::optional<serving::ServingPair> now;
  {
    const std::scoped_lock lock(mutex_);
    serve_ = std::move(serve);
    now = pair_;
  }
  if (now) {
    serve_(*now);
  }
  looks_ = std::make_unique<Periodic>(limits::kCertificateLook, Periodic::First::Later,
                                      [this] { look(); });
}

void ServingCertificate::stop() { looks_.reset(); }

std::vector<std::string> ServingCertificate::problems() const {
  const auto now = keeper_.status();
  if (!now.has_pair) {
    return {"there is no serving certificate yet: " + now.trouble};
  }
  return {};
}

std::string ServingCertificate::text() const {
  const auto now = keeper_.status();
  std::string text = "serving certificate: ends " + end_of(now.leaf_until) + ", authority ends " +
                     end_of(now.authority_until) + ", caBundle ";
  text.append(name(now.bundle)).append("\n");
  return now.trouble.empty() ? text : text + "serving certificate: " + now.trouble + "\n";
}

void ServingCertificate::look() {
  keeper_.look(Deadline::after(clock_, limits::kCertificateLookWait));
}

void ServingCertificate::take(const serving::ServingPair& pair) {
  Serve serve;
  {
    const std::scoped_lock lock(mutex_);
    pair_ = pair;
    serve = serve_;
  }
  if (serve) {
    serve(pair);
  }
}

}  // namespace countersign::app
