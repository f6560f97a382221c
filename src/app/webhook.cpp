// SPDX-License-Identifier: Apache-2.0
#include "app/webhook.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "app/time_budget.h"

namespace countersign::app {
namespace {

using server::HttpReply;
using server::HttpRequest;

constexpr std::string_view kValidate = "/validate";
constexpr std::string_view kAdvise = "/advise";

HttpReply reply(const kube::Answer& answer) {
  return {.status = 200,
          .content_type = "application/json",
          .body = kube::render(answer),
          .retry_after = std::nullopt};
}

HttpReply no_uid(const Error& error) {
  codec::JsonWriter writer;
  writer.begin_object().member("error", error.detail).end_object();
  return {.status = 400,
          .content_type = "application/json",
          .body = writer.take(),
          .retry_after = std::nullopt};
}

kube::Answer denial(std::string uid, const Error& error) {
  kube::Answer answer;
  const auto id = correlation_id(uid);
  answer.uid = std::move(uid);
  answer.may_retry = may_retry(error.reason);
  answer.message = kube::denial_message(error, id);
  answer.causes.push_back({error.reason, "", error.detail});
  answer.audit_annotations = {
      {"decision", "deny"}, {"id", id}, {"reason", std::string(wire_name(error.reason))}};
  return answer;
}

// A webhook that advises never stands in the way, not even of what it can't read.
kube::Answer shrug(kube::Answer denial, const Error& error) {
  denial.allowed = true;
  denial.message.clear();
  denial.causes.clear();
  denial.warnings = {"countersign: not judged: " + std::string(wire_name(error.reason))};
  return denial;
}

const policy::Refusal* first_refusal(const policy::Decision& decision) {
  for (const auto* refusals : std::array{&decision.enforced, &decision.warned, &decision.audited}) {
    if (!refusals->empty()) {
      return &refusals->front();
    }
  }
  return nullptr;
}

server::Metrics::Decision outcome(const policy::Decision& decision, const kube::Answer& answer) {
  if (!answer.allowed) {
    return server::Metrics::Decision::Denied;
  }
  return first_refusal(decision) == nullptr ? server::Metrics::Decision::Allowed
                                            : server::Metrics::Decision::Warned;
}

}  // namespace

std::string correlation_id(std::string_view uid) {
  constexpr std::size_t kCharacters = 8;  // the first group of a UUID
  return log::clean(uid.substr(0, kCharacters), kCharacters);
}

Webhook::Webhook(const admission::Admitter& admitter, const Clock& clock, server::Metrics& metrics,
                 log::Logger& logger)
    : admitter_(admitter), clock_(clock), metrics_(metrics), logger_(logger) {}

bool Webhook::knows(std::string_view path) const { return path == kValidate || path == kAdvise; }

HttpReply Webhook::handle(const HttpRequest& request) {
  const auto deadline = Deadline::at(request.received + review_budget(request.query));
  const auto review = kube::parse_review(request.body);
  if (!review) {
    return refuse(request, review.error());
  }
  const auto id = correlation_id(review->uid);
  const auto decision = admitter_.admit(*review, deadline);
  const auto answer = request.path == kAdvise ? admission::advice(*review, decision, id)
                                              : admission::answer(*review, decision, id);
  record(request, *review, decision, answer, id);
  return reply(answer);
}

HttpReply Webhook::overloaded(const HttpRequest& request) {
  const Error error{Reason::Overloaded, "the queue of reviews is full"};
  auto review = kube::parse_review(request.body);
  if (review) {
    return refuse(request, {std::move(review->uid), error});
  }
  return refuse(request, {std::move(review.error().uid), error});
}

HttpReply Webhook::refuse(const HttpRequest& request, const kube::Unreadable& unreadable) {
  const auto& [uid, error] = unreadable;
  logger_.warning("review refused unjudged", {{"entry", request.path},
                                              {"uid", uid.value_or("")},
                                              {"reason", wire_name(error.reason)},
                                              {"detail", error.detail}});
  if (!uid) {
    metrics_.rejected_request(400);
    return no_uid(error);
  }
  auto answer = denial(*uid, error);
  const auto took = clock_.tick() - request.received;
  if (request.path == kAdvise) {
    metrics_.decided(server::Metrics::Decision::Warned, error.reason, took);
    return reply(shrug(std::move(answer), error));
  }
  metrics_.decided(server::Metrics::Decision::Denied, error.reason, took);
  return reply(answer);
}

void Webhook::record(const HttpRequest& request, const kube::Review& review,
                     const policy::Decision& decision, const kube::Answer& answer,
                     std::string_view id) {
  const auto took = clock_.tick() - request.received;
  const auto* const refusal = first_refusal(decision);
  const auto reason = refusal == nullptr ? decision.reason : refusal->reason;
  metrics_.decided(outcome(decision, answer), reason, took);
  metrics_.noted(decision.notes.size());
  const bool refused = refusal != nullptr || !answer.allowed;
  logger_.write(
      log::Level::Info, "decision",
      {{"id", id},
       {"uid", review.uid},
       {"entry", request.path},
       {"operation", kube::name(review.operation)},
       {"resource", review.resource},
       {"namespace", review.name_space},
       {"name", review.name},
       {"user", review.user},
       {"dryRun", review.dry_run},
       {"allowed", answer.allowed},
       {"reason", refused ? wire_name(reason) : std::string_view()},
       {"images", review.images.size()},
       {"refused", decision.enforced.size() + decision.warned.size() + decision.audited.size()},
       {"field", refusal == nullptr ? std::string_view() : refusal->field},
       {"image", refusal == nullptr ? std::string_view() : refusal->image},
       {"detail", refusal == nullptr ? std::string_view() : refusal->detail},
       {"notes", decision.notes.size()},
       {"note", decision.notes.empty() ? std::string_view() : decision.notes.front()},
       {"tookMs", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

}  // namespace countersign::app
