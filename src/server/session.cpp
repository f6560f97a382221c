// SPDX-License-Identifier: Apache-2.0
#include "server/session.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "countersign/base/limits.h"

namespace countersign::server {

using boost::asio::ip::tcp;

namespace {

// Then the loop's other connections and timers have their turn: who sends byte after byte faster
// than they are read would hold it until the largest body is there. A review fits into a few.
constexpr std::size_t kReadsInARow = 16;

// While callers wait: who has left shall not hold a connection and its buffers until an answer
// comes. A look now and then costs less than to be told, which most answers are too quick for.
void look_for_callers(Loop& loop) {
  loop.looking = true;
  loop.look.expires_after(limits::kCallerLook);
  loop.look.async_wait([&loop](const boost::system::error_code& error) {
    loop.looking = false;
    bool waiting = false;
    for (auto each = loop.sessions.begin(); !error && each != loop.sessions.end();) {
      const auto session = *each++;  // it may leave the set
      waiting = session->look() || waiting;
    }
    if (waiting) {
      look_for_callers(loop);
    }
  });
}

}  // namespace

Session::Session(Loop& loop, tcp::socket socket, SslPtr tls, Ledger::Seat seat)
    : loop_(loop),
      seat_(std::move(seat)),
      socket_(std::move(socket)),
      timer_(loop.context),
      stream_(socket_.native_handle(), std::move(tls)),
      conversation_(loop.hall->terms) {}

void Session::start() {
  loop_.sessions.insert(shared_from_this());
  if (loop_.draining) {
    conversation_.drain();
  }
  set_limit(loop_.hall->phases.handshake);
  handshake();
}

void Session::handshake() {
  const auto state = stream_.handshake();
  if (state == Stream::State::Closed) {
    refuse_handshake();
  } else if (!wait_for(state, &Session::handshake)) {
    shaking_hands_ = false;
    run(conversation_.opened());
  }
}

// TLS 1.3 clients may have sent a request before they learn that their certificate is refused: they
// shall read the alert, not a reset.
void Session::refuse_handshake() {
  shaking_hands_ = false;
  ++loop_.hall->ledger.handshake_failures;
  const auto refused = stream_.refused_client();
  if (!refused) {
    return close();
  }
  loop_.hall->terms.site.client_refused(*refused);
  set_limit(loop_.hall->phases.linger);
  finish();
}

// Goes on until a step has to wait or the connection has ended.
void Session::run(Step step) {
  for (std::size_t reads = 0; is_open_;) {
    if (step.limit) {
      set_limit(*step.limit);
    }
    switch (step.what) {
      case Step::Do::Read:
        if (++reads > kReadsInARow) {
          return let_others_run(step);
        }
        if (!read_some(step)) {
          return;
        }
        break;
      case Step::Do::Write:
        if (!write_all()) {
          return;
        }
        step = conversation_.written();
        if (step.what == Step::Do::Read && !stream_.holds_input()) {
          return await_input(step);
        }
        break;
      case Step::Do::Work:
        return ask_site();
      case Step::Do::Finish:
        return finish();
      case Step::Do::Close:
        return close();
    }
  }
}

void Session::let_others_run(const Step& step) {
  boost::asio::post(loop_.context,
                    [self = shared_from_this(), what = step.what, number = ++wait_number_] {
                      if (self->is_open_ && number == self->wait_number_) {
                        self->run({what});
                      }
                    });
}

// After a reply: the next request is hardly ever there yet, and to try is a system call in vain.
void Session::await_input(const Step& step) {
  if (step.limit) {
    set_limit(*step.limit);
  }
  wait_for(Stream::State::WantRead, &Session::resume_read);
}

bool Session::read_some(Step& step) {
  const auto outcome = stream_.read(loop_.scratch);
  if (outcome.state == Stream::State::Closed) {
    close();
  }
  if (outcome.state != Stream::State::Done) {
    wait_for(outcome.state, &Session::resume_read);
    return false;
  }
  step = conversation_.received({loop_.scratch.data(), outcome.bytes});
  return true;
}

bool Session::write_all() {
  const auto output = conversation_.output();
  while (written_ < output.size()) {
    const auto outcome = stream_.write(output.substr(written_));
    if (outcome.state == Stream::State::Closed) {
      close();
    }
    if (outcome.state != Stream::State::Done) {
      wait_for(outcome.state, &Session::resume_write);
      return false;
    }
    written_ += outcome.bytes;
  }
  written_ = 0;
  return true;
}

// The answer comes from another thread, or never. The loop is kept alive for it, the session is
// not. What waits in the loop for its turn must not keep the loop.
struct Session::Waiter {
  std::weak_ptr<Session> session;
  Hold hold;
};
struct Session::Asked {
  std::shared_ptr<Loop> loop;
  std::shared_ptr<Waiter> waiter;  // goes before the loop
};

void Session::ask_site() {
  ++loop_.hall->ledger.requests;
  is_asking_ = true;
  const Asked asked{
      .loop = loop_.shared_from_this(),
      .waiter = std::make_shared<Waiter>(weak_from_this(), conversation_.take_hold())};
  auto respond = [asked](HttpReply reply) {
    boost::asio::post(asked.loop->context, [waiter = asked.waiter, reply = std::move(reply)] {
      if (const auto self = waiter->session.lock()) {
        self->is_asking_ = false;
        self->run(self->conversation_.replied(reply));
      }
    });
  };
  if (!loop_.looking) {
    look_for_callers(loop_);
  }
  loop_.hall->terms.site.answer(conversation_.take_request(), std::move(respond),
                                [here = is_here_] { return here->load(); });
}

bool Session::look() {
  if (!is_asking_ || stream_.look() != Stream::State::Closed) {
    return is_asking_;
  }
  ++loop_.hall->ledger.gone;
  close();
  return false;
}

// Closing a socket with unread input resets the connection, and the reset may overtake our reply.
// So: say goodbye, then read on until the peer closes, for bounded bytes and a bounded time.
void Session::finish() {
  stream_.say_goodbye();
  Code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  linger();
}

void Session::linger() {
  while (lingered_ < loop_.hall->bounds.linger_bytes) {
    const auto outcome = stream_.discard(loop_.scratch);
    if (outcome.state == Stream::State::Closed) {
      break;
    }
    if (wait_for(outcome.state, &Session::linger)) {
      return;
    }
    lingered_ += outcome.bytes;
  }
  close();
}

void Session::drain() {
  if (const auto limit = conversation_.drain()) {
    set_limit(*limit);
  }
}

void Session::close() {
  if (!std::exchange(is_open_, false)) {
    return;
  }
  *is_here_ = false;
  is_asking_ = false;
  Code ignored;
  timer_.cancel(ignored);
  socket_.close(ignored);
  seat_.reset();
  loop_.sessions.erase(shared_from_this());
}

// False when there is nothing to wait for.
bool Session::wait_for(Stream::State state, Waited then) {
  if (state != Stream::State::WantRead && state != Stream::State::WantWrite) {
    return false;
  }
  const auto direction =
      state == Stream::State::WantRead ? tcp::socket::wait_read : tcp::socket::wait_write;
  socket_.async_wait(direction,
                     [self = shared_from_this(), then, number = ++wait_number_](const Code& error) {
                       if (!self->is_open_ || number != self->wait_number_) {
                         return;
                       }
                       if (error) {
                         self->close();
                       } else {
                         ((*self).*then)();
                       }
                     });
  return true;
}

// Most phases end long before their limit, so the timer is only set anew when it would fire too
// late.
void Session::set_limit(std::chrono::milliseconds limit) {
  deadline_ = loop_.hall->terms.clock.tick() + limit;
  if (deadline_ < timer_at_) {
    arm_timer(limit);
  }
}

void Session::arm_timer(std::chrono::milliseconds wait) {
  timer_at_ = deadline_;
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this()](const Code& error) {
    if (!error && self->is_open_) {
      self->on_timer();
    }
  });
}

void Session::on_timer() {
  const auto left = Deadline::at(deadline_).remaining(loop_.hall->terms.clock);
  if (left.count() > 0) {
    return arm_timer(left);
  }
  timer_at_ = Tick::max();
  ++wait_number_;  // gives up the wait
  Code ignored;
  socket_.cancel(ignored);
  if (shaking_hands_) {
    ++loop_.hall->ledger.handshake_failures;
  }
  run(conversation_.overdue());
}

}  // namespace countersign::server
