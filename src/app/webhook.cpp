// SPDX-License-Identifier: Apache-2.0
#include "app/webhook.h"

#include <utility>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "app/time_budget.h"

namespace countersign::app {
namespace {

using server::HttpReply;
using server::HttpRequest;

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

DecisionRecord::Entry entry_of(const HttpRequest& request) {
  return request.path == kAdvise ? DecisionRecord::Entry::Advise : DecisionRecord::Entry::Validate;
}

}  // namespace

class Webhook::Stopwatch {  // how long each phase takes
 public:
  using Phase = server::Metrics::Phase;

  Stopwatch(const HttpRequest& request, const Clock& clock)
      : clock_(clock), last_(request.received) {
    end(Phase::Wait);
  }
  void end(Phase phase) {
    const auto now = clock_.tick();
    ended_.emplace_back(phase, now - last_);
    last_ = now;
  }
  void tell(server::Metrics& metrics) const {
    for (const auto& [phase, took] : ended_) {
      metrics.phase(phase, took);
    }
  }

 private:
  const Clock& clock_;
  Tick last_;
  std::vector<std::pair<Phase, Tick::duration>> ended_;
};

std::string correlation_id(std::string_view uid) {
  constexpr std::size_t kCharacters = 8;  // the first group of a UUID
  return log::clean(uid.substr(0, kCharacters), kCharacters);
}

bool Webhook::knows(std::string_view path) const {
  return path == kValidatePath || path == kAdvise;
}

HttpReply Webhook::handle(const HttpRequest& request) {
  Stopwatch watch(request, parts_.clock);
  const auto deadline = Deadline::at(request.received + review_budget(request.query));
  const auto view = parts_.admitter.view();
  const auto review = kube::parse_review(request.body, view.configuration->workloads);
  watch.end(Stopwatch::Phase::Read);
  if (!review) {
    watch.tell(parts_.metrics);
    return refuse(request, review.error());
  }
  return tell(request, *review, parts_.admitter.admit(view, *review, deadline), watch);
}

std::optional<HttpReply> Webhook::handle_at_once(const HttpRequest& request) {
  Stopwatch watch(request, parts_.clock);
  const auto view = parts_.admitter.view();
  const auto review = kube::parse_review(request.body, view.configuration->workloads);
  watch.end(Stopwatch::Phase::Read);
  if (!review) {
    return std::nullopt;
  }
  const auto decision = parts_.admitter.admit_at_once(view, *review);
  return decision ? std::optional(tell(request, *review, *decision, watch)) : std::nullopt;
}

HttpReply Webhook::tell(const HttpRequest& request, const kube::Review& review,
                        const policy::Decision& decision, Stopwatch& watch) {
  watch.end(Stopwatch::Phase::Judge);
  note_contradiction(review);
  const auto id = correlation_id(review.uid);
  const auto entry = entry_of(request);
  const auto answer = entry == DecisionRecord::Entry::Advise
                          ? admission::advice(review, decision, id)
                          : admission::answer(review, decision, id);
  auto http = reply(answer);
  watch.end(Stopwatch::Phase::Answer);
  watch.tell(parts_.metrics);
  record_.decided({request, entry, review, decision, answer, id});
  return http;
}

HttpReply Webhook::overloaded(const HttpRequest& request) {
  const Error error{Reason::Overloaded, "the queue of reviews is full"};
  auto review = kube::parse_review(request.body, parts_.admitter.view().configuration->workloads);
  if (review) {
    return refuse(request, {std::move(review->uid), error});
  }
  return refuse(request, {std::move(review.error().uid), error});
}

HttpReply Webhook::refuse(const HttpRequest& request, const kube::Unreadable& unreadable) {
  const auto& [uid, error] = unreadable;
  const auto entry = entry_of(request);
  record_.refused(request, entry, unreadable);
  if (!uid) {
    return no_uid(error);
  }
  auto answer = denial(*uid, error);
  return reply(entry == DecisionRecord::Entry::Advise ? shrug(std::move(answer), error) : answer);
}

void Webhook::note_contradiction(const kube::Review& review) {
  if (review.other_name_space) {
    parts_.logger.warning("the object names another namespace than the request, which counts",
                          {{"uid", review.uid},
                           {"namespace", review.name_space},
                           {"objectNamespace", *review.other_name_space}});
  }
}

}  // namespace countersign::app
