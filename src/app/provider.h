// SPDX-License-Identifier: Apache-2.0
// The external data provider behind the front: keys in, a ProviderResponse out, in the shape of
// Ratify v1 (gatekeeper/provider_response.h). The rules of the configuration apply, with the key's
// namespace, so that a webhook and a constraint say the same of an image.
//
// HTTP 200 with items as soon as the keys can be read, also when the queue is full. Without keys
// 400, with systemError all the same: Gatekeeper reads the body whatever the status is.
#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/admission/admitter.h"
#include "countersign/admission/worker_pool.h"
#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/gatekeeper/provider_request.h"
#include "countersign/gatekeeper/provider_response.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

namespace countersign::app {

struct ProviderParts {
  const admission::Admitter& admitter;  // borrowed, as are the next four
  admission::WorkerPool& workers;
  const Clock& clock;
  server::Metrics& metrics;
  log::Logger& logger;
  std::chrono::milliseconds timeout;  // from the first byte of a request to its answer
  std::string verifier;               // the name that reports carry
};

class Provider final : public server::Handler {
 public:
  explicit Provider(ProviderParts parts) : parts_(std::move(parts)) {}

  bool knows(std::string_view path) const override;  // /ratify/gatekeeper/v1/verify
  std::optional<server::HttpReply> handle_at_once(const server::HttpRequest&) override;
  server::HttpReply handle(const server::HttpRequest&) override;
  server::HttpReply overloaded(const server::HttpRequest&) override;

 private:
  using Items = std::vector<gatekeeper::Item>;

  Items judge(std::span<const gatekeeper::Key>, const admission::View&, Deadline) const;
  std::optional<Items> judge_at_once(std::span<const gatekeeper::Key>) const;
  gatekeeper::Item judge_one(const gatekeeper::Key&, const admission::View&, Deadline) const;
  server::HttpReply refuse(const server::HttpRequest&, const Error&);
  server::HttpReply answer(const server::HttpRequest&, std::span<const gatekeeper::Key>,
                           const Items&, server::Metrics::ProviderRequest);
  void record(const server::HttpRequest&, const gatekeeper::Key&, const gatekeeper::Item&,
              std::string_view trace_id);

  ProviderParts parts_;
};

}  // namespace countersign::app
