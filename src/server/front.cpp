// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/front.h"

#include <exception>
#include <shared_mutex>
#include <utility>

#include "server/listener.h"
#include "server/refusal_log.h"
#include "server/reply.h"
#include "server/tls.h"

namespace countersign::server {
namespace {

// Tasks may run when the front has gone; behind the closed gate they do nothing.
class Gate {
 public:
  template <class Task>
  void pass(Task task) {
    const std::shared_lock inside(mutex_);
    if (open_) {
      task();
    }
  }
  void close() {  // waits for those inside
    const std::unique_lock alone(mutex_);
    open_ = false;
  }

 private:
  std::shared_mutex mutex_;
  bool open_ = true;
};

class HttpsFront final : public Front, private Site {
 public:
  HttpsFront(FrontOptions options, ServingPair pair, Handler& handler, Submit submit,
             const Clock& clock, log::Logger& logger)
      : options_(std::move(options)),
        tls_(std::move(pair)),
        handler_(handler),
        submit_(std::move(submit)),
        clock_(clock),
        logger_(logger),
        refusals_(logger, clock) {}
  ~HttpsFront() override {
    listener_.reset();
    gate_->close();
  }

  Result<void> listen();
  void start() override { listener_->start(); }
  Result<void> replace_tls(TlsMaterial material) override;
  void drain(std::chrono::milliseconds grace) override { listener_->drain(grace); }
  std::uint16_t port() const override { return listener_->port(); }
  FrontCounters counters() const override { return listener_->counters(); }
  Time certificate_not_after() const override { return tls_.not_after(); }

 private:
  std::optional<Refusal> refuse(const RequestHead& head) const override;
  void answer(HttpRequest request, Respond respond, Wanted wanted) override;
  void rejected(int status) override;
  void client_refused(const RefusedClient& refused) override;

  std::optional<HttpReply> answer_at_once(const HttpRequest& request);
  template <class Answer>
  HttpReply guarded(Answer answer);

  const FrontOptions options_;
  TlsSlot tls_;
  Handler& handler_;
  const Submit submit_;
  const Clock& clock_;
  log::Logger& logger_;
  RefusalLog refusals_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::unique_ptr<Listener> listener_;
};

Result<void> HttpsFront::listen() {
  const ListenerOptions options{.listen = options_.listen,
                                .threads = limits::kLoopThreads,
                                .phases = options_.phases,
                                .bounds = options_.bounds};
  TRY(listener_, Listener::create(options, *this, &tls_, clock_, logger_));
  return {};
}

Result<void> HttpsFront::replace_tls(TlsMaterial material) {
  TRY(auto pair, load_serving_pair(material, clock_));
  tls_.replace(std::move(pair));
  return {};
}

std::optional<Refusal> HttpsFront::refuse(const RequestHead& head) const {
  if (!handler_.knows(head.path)) {
    return Refusal{.status = 404};
  }
  if (head.method != RequestHead::Method::Post) {
    return Refusal{.status = 405, .allow = "POST"};
  }
  if (head.encoded || !is_json(head.content_type)) {
    return Refusal{.status = 415};
  }
  if (head.framing == RequestHead::Framing::None) {
    return Refusal{.status = 411};
  }
  return std::nullopt;
}

// What others share goes on when its caller has left; what has not begun is not begun for nobody.
void HttpsFront::answer(HttpRequest request, Respond respond, Wanted wanted) {
  if (auto reply = answer_at_once(request)) {
    // In the loop's next round: replies to those who asked together go together, which wakes a
    // client with many connections less often.
    return respond(std::move(*reply));
  }
  const auto shared = std::make_shared<const HttpRequest>(std::move(request));
  const bool queued = submit_([this, gate = gate_, shared, respond, wanted = std::move(wanted)] {
    gate->pass([&] {
      if (wanted()) {
        respond(guarded([&] { return handler_.handle(*shared); }));
      }
    });
  });
  if (!queued) {
    respond(guarded([&] { return handler_.overloaded(*shared); }));
  }
}

std::optional<HttpReply> HttpsFront::answer_at_once(const HttpRequest& request) {
  if (request.body.size() > limits::kAtOnceBytes) {
    return std::nullopt;
  }
  try {
    return handler_.handle_at_once(request);
  } catch (const std::exception& exception) {
    logger_.error("a handler threw", {{"what", exception.what()}});
    return std::nullopt;
  }
}

// A handler does not throw, but memory may be short.
template <class Answer>
HttpReply HttpsFront::guarded(Answer answer) {
  try {
    return answer();
  } catch (const std::exception& exception) {
    logger_.error("a handler threw", {{"what", exception.what()}});
  }
  rejected(500);
  return http_error(500);
}

void HttpsFront::rejected(int status) {
  if (options_.rejected) {
    options_.rejected(status);
  }
}

void HttpsFront::client_refused(const RefusedClient& refused) {
  refusals_.note(refused);
  if (options_.client_refused) {
    options_.client_refused(refused.why);
  }
}

}  // namespace

Result<std::unique_ptr<Front>> Front::create(FrontOptions options, Handler& handler, Submit submit,
                                             const Clock& clock, log::Logger& logger) {
  TRY(auto pair, load_serving_pair(options.tls, clock));
  options.tls = {};  // the key is in the pair; no second copy of it is kept
  auto front = std::make_unique<HttpsFront>(std::move(options), std::move(pair), handler,
                                            std::move(submit), clock, logger);
  TRY_VOID(front->listen());
  return front;
}

}  // namespace countersign::server
