// SPDX-License-Identifier: Apache-2.0
#include "server/conversation.h"

#include "server/reply.h"

namespace countersign::server {

bool Budget::take(std::size_t bytes) {
  auto left = left_.load();
  while (left >= bytes) {
    if (left_.compare_exchange_weak(left, left - bytes)) {
      return true;
    }
  }
  return false;
}

bool Hold::grow_to(std::size_t bytes) {
  if (bytes <= bytes_) {
    return true;
  }
  if (!budget_->take(bytes - bytes_)) {
    return false;
  }
  bytes_ = bytes;
  return true;
}

Conversation::Conversation(const Terms& terms)
    : terms_(terms), reader_(terms.bounds), held_(terms.budget) {}

Step Conversation::opened() { return await_request(); }

// A client may open a connection in advance and use it later (Go does), so the first request has as
// much time as any other.
Step Conversation::await_request() {
  stage_ = Stage::Idle;
  if (reader_.has_input()) {
    return received({});  // sent ahead of our reply
  }
  return {Step::Do::Read, draining_ ? terms_.phases.last_call : terms_.phases.idle};
}

Step Conversation::received(std::string_view bytes) {
  if (stage_ != Stage::Idle) {
    return follow(reader_.feed(bytes));
  }
  stage_ = Stage::Header;
  first_byte_ = terms_.clock.tick();
  auto step = follow(reader_.feed(bytes));
  if (step.what == Step::Do::Read && !step.limit) {
    step.limit = terms_.phases.header;
  }
  return step;
}

Step Conversation::follow(RequestReader::Progress progress) {
  if (!held_.grow_to(reader_.body_size())) {
    return refuse({.status = 503});
  }
  switch (progress) {
    case RequestReader::Progress::Refused:
      return refuse({.status = reader_.status()});
    case RequestReader::Progress::NeedMore:
      return {Step::Do::Read};
    case RequestReader::Progress::HeadDone:
      return judge_head();
    case RequestReader::Progress::Complete:
      stage_ = Stage::Work;
      return {Step::Do::Work, terms_.phases.work};
  }
  return {};
}

Step Conversation::judge_head() {
  if (const auto refusal = terms_.site.refuse(reader_.head())) {
    return refuse(*refusal);
  }
  if (reader_.head().expect == RequestHead::Expect::Unknown) {
    return refuse({.status = 417});
  }
  return await_body();
}

Step Conversation::await_body() {
  stage_ = Stage::Body;
  auto step = follow(reader_.feed({}));
  if (step.what != Step::Do::Read) {
    return step;
  }
  // RFC 9110, 10.1.1: "A server MAY omit sending a 100 (Continue) response if it has already
  // received some or all of the content".
  if (reader_.head().expect == RequestHead::Expect::Continue && reader_.body_size() == 0) {
    stage_ = Stage::Continue;
    output_ = "HTTP/1.1 100 Continue\r\n\r\n";
    return {Step::Do::Write, terms_.phases.write};
  }
  return {Step::Do::Read, terms_.phases.body};
}

HttpRequest Conversation::take_request() {
  const auto& head = reader_.head();
  return {.path = head.path,
          .query = head.query,
          .content_type = head.content_type,
          .body = reader_.take_body(),
          .received = first_byte_,
          .trace_id = head.trace_id};
}

Step Conversation::replied(const HttpReply& reply) {
  if (stage_ != Stage::Work) {
    return {};
  }
  last_reply_ = draining_ || !reader_.head().keep_alive;
  return send(reply, {});
}

Step Conversation::refuse(Refusal refusal) {
  terms_.site.rejected(refusal.status);
  last_reply_ = true;  // the rest of the request was not read, so the next one can't be found
  return send(http_error(refusal.status), refusal.allow);
}

Step Conversation::send(const HttpReply& reply, std::string_view allow) {
  held_.release();
  stage_ = Stage::Reply;
  output_ =
      render(reply, {.after = last_reply_ ? ReplyFrame::After::Close : ReplyFrame::After::KeepOpen,
                     .payload = reader_.head().method == RequestHead::Method::Head
                                    ? ReplyFrame::Payload::HeaderOnly
                                    : ReplyFrame::Payload::Whole,
                     .allow = allow,
                     .now = terms_.clock.now()});
  return {Step::Do::Write, terms_.phases.write};
}

Step Conversation::written() {
  output_ = {};
  if (stage_ == Stage::Continue) {
    stage_ = Stage::Body;
    return {Step::Do::Read, terms_.phases.body};
  }
  if (last_reply_) {
    stage_ = Stage::Last;
    return {Step::Do::Finish, terms_.phases.linger};
  }
  reader_.next();
  return await_request();
}

Step Conversation::overdue() {
  if (stage_ != Stage::Idle) {
    return {};
  }
  stage_ = Stage::Last;
  return {Step::Do::Finish, terms_.phases.linger};
}

std::optional<std::chrono::milliseconds> Conversation::drain() {
  draining_ = true;
  return stage_ == Stage::Idle ? std::optional(terms_.phases.last_call) : std::nullopt;
}

}  // namespace countersign::server
