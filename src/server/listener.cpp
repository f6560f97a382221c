// SPDX-License-Identifier: Apache-2.0
#include "server/listener.h"

#include <charconv>
#include <csignal>
#include <exception>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "countersign/base/limits.h"

#include "server/session.h"

namespace countersign::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

std::unexpected<Error> refuse(const std::string& listen, const std::string& why) {
  return fail(Reason::BadConfig, "can't listen on " + listen + ": " + why);
}

// "[v6]:port" or "v4:port".
Result<tcp::endpoint> parse_listen(const std::string& listen) {
  static constexpr const char* kForm = "an address has the form 127.0.0.1:8443 or [::]:8443";
  const std::string_view text(listen);
  const auto colon = text.rfind(':');
  if (colon == text.npos) {
    return refuse(listen, kForm);
  }
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  Code code;
  const auto address = asio::ip::make_address(host, code);
  if (code || address.is_v6() != bracketed || parsed.ec != std::errc() ||
      parsed.ptr != digits.data() + digits.size()) {
    return refuse(listen, kForm);
  }
  return tcp::endpoint(address, port);
}

Code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  Code code;
  acceptor.open(endpoint.protocol(), code);
  if (!code && endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(false), code);
  }
  if (!code) {
    acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  }
  if (!code) {
    acceptor.bind(endpoint, code);
  }
  if (!code) {
    acceptor.listen(tcp::acceptor::max_listen_connections, code);
  }
  return code;
}

void drain_sessions(Loop& loop) {
  loop.draining = true;
  for (const auto& session : loop.sessions) {
    session->drain();
  }
}

void close_sessions(Loop& loop) {
  while (!loop.sessions.empty()) {
    (*loop.sessions.begin())->close();  // leaves the set
  }
}

class AsioListener final : public Listener {
 public:
  AsioListener(const ListenerOptions& options, Site& site, const TlsSlot* tls, const Clock& clock,
               log::Logger& logger)
      : hall_(std::make_shared<Hall>(site, options.phases, options.bounds, clock)),
        tls_(tls),
        logger_(logger),
        loops_(make_loops(options.threads)),
        acceptor_(loops_.front()->context),
        pause_(loops_.front()->context) {}
  ~AsioListener() override;

  Result<void> bind(const std::string& listen);
  void start() override;
  void drain(std::chrono::milliseconds grace) override;
  std::uint16_t port() const override { return port_; }
  FrontCounters counters() const override { return hall_->ledger.counters(); }

 private:
  std::vector<std::shared_ptr<Loop>> make_loops(std::size_t threads) const;
  void serve(Loop& loop);
  void accept();
  void accept_the_rest();
  void take(Loop& loop, tcp::socket socket);
  void pause();

  const std::shared_ptr<Hall> hall_;
  const TlsSlot* tls_;
  log::Logger& logger_;
  const std::vector<std::shared_ptr<Loop>> loops_;  // the first one accepts, too
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_loop_ = 0;
  bool full_ = false;     // so that a flood is one line in the log
  bool starved_ = false;  // the same for file descriptors
  std::vector<std::thread> threads_;
};

std::vector<std::shared_ptr<Loop>> AsioListener::make_loops(std::size_t threads) const {
  std::vector<std::shared_ptr<Loop>> loops;
  for (std::size_t index = 1; index < threads; ++index) {
    loops.push_back(std::make_shared<Loop>(hall_));
  }
  loops.insert(loops.begin(), std::make_shared<Loop>(hall_, loops));
  return loops;
}

Result<void> AsioListener::bind(const std::string& listen) {
  TRY(auto endpoint, parse_listen(listen));
  auto code = open(acceptor_, endpoint);
  const bool without_ipv6 = code == asio::error::address_family_not_supported ||
                            code == boost::system::errc::address_not_available;
  if (without_ipv6 && endpoint.address() == asio::ip::address_v6::any()) {
    Code ignored;
    acceptor_.close(ignored);
    code = open(acceptor_, {asio::ip::address_v4::any(), endpoint.port()});
  }
  if (code) {
    return refuse(listen, code.message());
  }
  port_ = acceptor_.local_endpoint(code).port();
  return {};
}

void AsioListener::start() {
  hall_->ledger.accepting(true);
  asio::post(loops_.front()->context, [this] { accept(); });
  for (const auto& loop : loops_) {
    threads_.emplace_back([this, &loop = *loop] { serve(loop); });
  }
}

void AsioListener::serve(Loop& loop) {
  // See Stream: a peer that is gone shall be an error, not the end of the process.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto work = asio::make_work_guard(loop.context);
  for (;;) {
    try {
      loop.context.run();
      return;
    } catch (const std::exception& exception) {
      // Out of memory, most likely. The session concerned ends at its limit.
      logger_.error("the server loop caught an exception", {{"what", exception.what()}});
    }
  }
}

void AsioListener::accept() {
  auto& loop = *loops_[next_loop_++ % loops_.size()];
  acceptor_.async_accept(loop.context, [this, &loop](const Code& code, tcp::socket socket) {
    if (!acceptor_.is_open()) {
      return;
    }
    if (code) {
      return pause();
    }
    starved_ = false;
    take(loop, std::move(socket));
    accept();
  });
}

// Who is in the backlog believes itself connected; closing would reset it.
void AsioListener::accept_the_rest() {
  Code code;
  acceptor_.non_blocking(true, code);
  for (auto left = hall_->bounds.connections; !code && left > 0; --left) {
    auto& loop = *loops_[next_loop_++ % loops_.size()];
    tcp::socket socket(loop.context);
    acceptor_.accept(socket, code);
    if (!code) {
      take(loop, std::move(socket));
    }
  }
}

void AsioListener::take(Loop& loop, tcp::socket socket) {
  Code ignored;
  auto seat = hall_->ledger.enter(hall_->bounds.connections);
  if (!seat) {
    if (!std::exchange(full_, true)) {
      logger_.warning("too many connections, new ones are reset",
                      {{"limit", hall_->bounds.connections}});
    }
    socket.set_option(tcp::socket::linger(true, 0), ignored);
    socket.close(ignored);
    return;
  }
  full_ = false;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  asio::post(loop.context, [this, &loop, accepted = std::move(socket),
                            counted = std::move(seat)]() mutable {
    auto tls = tls_ != nullptr ? tls_->new_connection() : nullptr;
    if (tls_ == nullptr || tls) {
      std::make_shared<Session>(loop, std::move(accepted), std::move(tls), std::move(counted))
          ->start();
    }
  });
}

// Out of file descriptors: the connection stays in the backlog until one is free.
void AsioListener::pause() {
  if (!std::exchange(starved_, true)) {
    logger_.warning("can't accept connections, trying again");
  }
  pause_.expires_after(limits::kAcceptPause);
  pause_.async_wait([this](const Code& code) {
    if (!code && acceptor_.is_open()) {
      accept();
    }
  });
}

void AsioListener::drain(std::chrono::milliseconds grace) {
  asio::post(loops_.front()->context, [this] {
    Code ignored;
    accept_the_rest();
    acceptor_.close(ignored);
    // From the loop that accepts, so that no connection is handed over afterwards.
    for (const auto& loop : loops_) {
      asio::post(loop->context, [&each = *loop] { drain_sessions(each); });
    }
    hall_->ledger.accepting(false);
  });
  if (hall_->ledger.wait_empty(grace)) {
    return;
  }
  logger_.warning("connections did not end in time", {{"open", counters().open}});
  for (const auto& loop : loops_) {
    asio::post(loop->context, [&each = *loop] { close_sessions(each); });
  }
}

AsioListener::~AsioListener() {
  for (const auto& loop : loops_) {
    loop->context.stop();
  }
  for (auto& thread : threads_) {
    thread.join();
  }
  for (const auto& loop : loops_) {
    close_sessions(*loop);
  }
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::create(const ListenerOptions& options, Site& site,
                                                   const TlsSlot* tls, const Clock& clock,
                                                   log::Logger& logger) {
  try {
    auto listener = std::make_unique<AsioListener>(options, site, tls, clock, logger);
    TRY_VOID(listener->bind(options.listen));
    return listener;
  } catch (const std::exception& exception) {  // no epoll, no memory
    return fail(Reason::Internal, std::string("can't set up a listener: ") + exception.what());
  }
}

}  // namespace countersign::server
