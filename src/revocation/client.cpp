// SPDX-License-Identifier: Apache-2.0
#include "countersign/revocation/client.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

#include "revocation/failures.h"
#include "revocation/flights.h"
#include "revocation/inquiry.h"
#include "revocation/source_reader.h"
#include "revocation/status_cache.h"

namespace countersign::revocation {
namespace {

using Answer = Result<x509::RevocationStatus>;

struct Case {  // one certificate that this thread looks into, for all who want to know
  Flights::Seat seat;
  Inquiry inquiry;
  std::size_t index = 0;  // of the query
};

class CachingClient final : public Client {
 public:
  CachingClient(Settings settings, net::HttpTransport& transport, const Clock& clock,
                log::Logger& logger)
      : clock_(clock),
        logger_(logger),
        reader_(std::move(settings), transport, clock, logger),
        flights_(clock) {}

  std::vector<Answer> ask(std::span<const Query> queries, Deadline deadline) override;
  void refresh(Deadline deadline) override;
  Counters counters() const override;

 private:
  using Answers = std::vector<std::optional<Answer>>;

  std::vector<Answer> find_out(std::span<const Query> queries, Deadline deadline);
  void renew(std::span<const Query> queries, Tick since, Deadline deadline);
  std::vector<Case> open_cases(std::span<const Query> queries, Answers& answers);
  void run(std::vector<Case> cases, Tick lists_since, Deadline deadline, Answers& answers);
  std::optional<Answer> known(const Query& query);
  Answer known_at_once(const Query& query);
  Answer settle(const Inquiry& inquiry);
  Answer last_or(const Query& query, const Error& error);
  void report(const std::exception& thrown);

  const Clock& clock_;
  log::Logger& logger_;
  SourceReader reader_;
  StatusCache statuses_;
  Failures failures_;  // by certificate
  Flights flights_;    // by certificate
};

std::vector<Answer> CachingClient::ask(std::span<const Query> queries, Deadline deadline) {
  try {
    return find_out(queries, deadline);
  } catch (const std::exception& thrown) {  // no memory, or a fault: of one decision, not of all
    report(thrown);
    return std::vector<Answer>(queries.size(),
                               fail(Reason::RevocationUnknown, "a fault while asking"));
  }
}

std::vector<Answer> CachingClient::find_out(std::span<const Query> queries, Deadline deadline) {
  Answers answers(queries.size());
  while (deadline.waits()) {
    auto cases = open_cases(queries, answers);
    const auto gap = std::ranges::find_if(answers, [](const auto& one) { return !one; });
    if (gap == answers.end()) {
      break;
    }
    const auto& query = queries[static_cast<std::size_t>(gap - answers.begin())];
    if (deadline.passed(clock_)) {
      *gap = last_or(query, {Reason::DeadlineExceeded, "no time was left to ask"});
    } else if (!cases.empty()) {
      run(std::move(cases), Tick::min(), deadline, answers);
    } else {
      flights_.wait(key_of(query), deadline);
    }
  }
  std::vector<Answer> complete;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    complete.push_back(answers[i] ? *std::move(answers[i]) : known_at_once(queries[i]));
  }
  return complete;
}

// What is known is answered; what nobody else looks into becomes a case.
std::vector<Case> CachingClient::open_cases(std::span<const Query> queries, Answers& answers) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (!answers[i]) {
      answers[i] = known(queries[i]);
    }
    if (answers[i]) {
      continue;
    }
    if (auto seat = flights_.take_off(key_of(queries[i]))) {
      answers[i] = known(queries[i]);
      if (!answers[i]) {
        cases.push_back({std::move(*seat), Inquiry(queries[i], clock_.now()), i});
      }
    }
  }
  return cases;
}

// In each round the next step of every case, as one batch.
void CachingClient::run(std::vector<Case> cases, Tick lists_since, Deadline deadline,
                        Answers& answers) {
  while (!cases.empty()) {
    std::vector<Source> sources;
    for (const auto& one : cases) {
      std::ranges::copy(one.inquiry.wanted(), std::back_inserter(sources));
    }
    const auto findings = reader_.read_all(sources, {Moment::of(clock_), lists_since, deadline});
    std::span<const Result<Finding>> left(findings);
    std::vector<Case> unfinished;
    for (auto& one : cases) {
      const auto share = one.inquiry.wanted().size();
      one.inquiry.take(left.first(share));
      left = left.subspan(share);
      if (one.inquiry.outcome()) {
        answers[one.index] = settle(one.inquiry);
      } else {
        unfinished.push_back(std::move(one));
      }
    }
    cases = std::move(unfinished);
  }
}

std::optional<Answer> CachingClient::known(const Query& query) {
  const auto moment = Moment::of(clock_);
  if (auto status = statuses_.fresh(query, moment)) {
    return std::move(*status);
  }
  if (const auto failure = failures_.find(key_of(query), moment.tick)) {
    return last_or(query, *failure);
  }
  return std::nullopt;
}

// For who does not wait. Not what was known last: that is for who has asked and heard nothing.
Answer CachingClient::known_at_once(const Query& query) {
  if (auto status = statuses_.fresh(query, Moment::of(clock_))) {
    return std::move(*status);
  }
  return fail(Reason::DeadlineExceeded, "the status is not known");
}

Answer CachingClient::settle(const Inquiry& inquiry) {
  const auto moment = Moment::of(clock_);
  const auto& outcome = *inquiry.outcome();
  if (outcome) {
    statuses_.keep(inquiry.query(), *outcome, moment);
    return outcome;
  }
  if (outcome.error().reason != Reason::DeadlineExceeded) {
    failures_.remember(key_of(inquiry.query()), outcome.error(), moment.tick);
  }
  return last_or(inquiry.query(), outcome.error());
}

Answer CachingClient::last_or(const Query& query, const Error& error) {
  if (auto status = statuses_.last(query)) {
    return std::move(*status);
  }
  return std::unexpected(error);
}

void CachingClient::refresh(Deadline deadline) {
  try {
    const auto moment = Moment::of(clock_);
    const auto due = statuses_.due(moment);
    std::span<const Query> left(due);
    while (!left.empty() && !deadline.passed(clock_)) {
      const auto some = std::min(left.size(), limits::kRevocationsAtOnce);
      renew(left.first(some), moment.tick, deadline);
      left = left.subspan(some);
    }
  } catch (const std::exception& thrown) {
    report(thrown);
  }
}

void CachingClient::renew(std::span<const Query> queries, Tick since, Deadline deadline) {
  std::vector<Case> cases;
  for (const auto& query : queries) {
    const auto moment = Moment::of(clock_);
    if (failures_.find(key_of(query), moment.tick)) {
      continue;
    }
    if (auto seat = flights_.take_off(key_of(query))) {
      cases.push_back({std::move(*seat), Inquiry(query, moment.now), cases.size()});
    }
  }
  Answers nobody_waits(cases.size());
  run(std::move(cases), since, deadline, nobody_waits);
}

Counters CachingClient::counters() const {
  return {reader_.requests(), reader_.failures(), statuses_.size(), reader_.cached_bytes()};
}

void CachingClient::report(const std::exception& thrown) {
  logger_.error("asking about revocation failed", {{"cause", thrown.what()}});
}

}  // namespace

std::unique_ptr<Client> make_client(Settings settings, net::HttpTransport& transport,
                                    const Clock& clock, log::Logger& logger) {
  return std::make_unique<CachingClient>(std::move(settings), transport, clock, logger);
}

}  // namespace countersign::revocation
