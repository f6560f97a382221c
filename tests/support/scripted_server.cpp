// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_server.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "support/loopback_socket.h"

namespace countersign::test {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

SeenRequest parse_head(std::string_view head) {
  SeenRequest request;
  const auto line = head.substr(0, head.find("\r\n"));
  request.method = line.substr(0, line.find(' '));
  request.target = line.substr(line.find(' ') + 1);
  request.target = request.target.substr(0, request.target.find(' '));
  for (auto rest = head.substr(std::min(line.size() + 2, head.size())); !rest.empty();) {
    const auto field = rest.substr(0, rest.find("\r\n"));
    const auto colon = field.find(": ");
    if (colon != std::string_view::npos) {
      request.headers.push_back(
          {lower(std::string(field.substr(0, colon))), std::string(field.substr(colon + 2))});
    }
    rest.remove_prefix(std::min(field.size() + 2, rest.size()));
  }
  return request;
}

}  // namespace

std::string SeenRequest::header(std::string_view lower_case_name) const {
  const auto found = std::ranges::find(headers, lower_case_name, &net::Header::name);
  return found == headers.end() ? std::string() : found->value;
}

WireAnswer wire(int status, const std::vector<net::Header>& headers, std::string_view body) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
  for (const auto& [name, value] : headers) {
    bytes += name + ": " + value + "\r\n";
  }
  bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return {bytes.append(body), WireAnswer::Then::KeepOpen, {}};
}

ScriptedServer::ScriptedServer(Script script, std::optional<ServerIdentity> identity, Memory memory,
                               const char* address)
    : script_(std::move(script)), memory_(memory) {
  if (identity) {
    tls_ = std::make_unique<ServerTls>(*identity);
    signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  }
  const auto listener = listen_on(address, 0, SOMAXCONN);
  listener_ = listener.socket;
  port_ = listener.port;
  acceptor_ = std::thread(&ScriptedServer::accept_all, this);
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = released_ = true;
    for (const int socket : open_) {
      shutdown(socket, SHUT_RDWR);
    }
  }
  changed_.notify_all();
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& worker : workers_) {
    worker.join();
  }
  close(listener_);
}

std::string ScriptedServer::url(std::string_view path) const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) +
         std::string(path);
}

std::vector<SeenRequest> ScriptedServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

void ScriptedServer::wait_until_seen(std::size_t requests) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return seen_.size() >= requests; });
}

void ScriptedServer::wait_until_closed(std::size_t connections) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ >= connections; });
}

void ScriptedServer::release() {
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  changed_.notify_all();
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    const std::lock_guard lock(mutex_);
    join_ended();
    ++accepted_;
    open_.push_back(socket);
    if (stopping_) {
      shutdown(socket, SHUT_RDWR);
    }
    workers_.emplace_back(&ScriptedServer::serve, this, socket, accepted_);
  }
}

void ScriptedServer::serve(int socket, std::size_t connection) {
  {
    ServerStream stream(socket, tls_.get());
    std::string buffer;
    for (bool open = stream.good(); open;) {
      auto request = read_request(stream, buffer);
      if (!request) {
        break;
      }
      request->connection = connection;
      request->client = stream.client();
      if (memory_ == Memory::AllRequests) {
        const std::lock_guard lock(mutex_);
        seen_.push_back(*request);
      }
      changed_.notify_all();
      open = send(stream, script_(*request));
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  close(socket);
  ++closed_;
  ended_.push_back(std::this_thread::get_id());
  changed_.notify_all();
}

void ScriptedServer::join_ended() {
  for (const auto id : ended_) {
    const auto worker = std::ranges::find(workers_, id, &std::thread::get_id);
    worker->join();  // it has left the lock for the last time
    workers_.erase(worker);
  }
  ended_.clear();
}

std::optional<SeenRequest> ScriptedServer::read_request(ServerStream& stream, std::string& buffer) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!stream.read(buffer)) {
      return std::nullopt;
    }
  }
  auto request = parse_head(std::string_view(buffer).substr(0, end + 2));
  buffer.erase(0, end + 4);
  const auto length = request.header("content-length");
  const auto size = length.empty() ? 0U : std::strtoul(length.c_str(), nullptr, 10);
  while (buffer.size() < size) {
    if (!stream.read(buffer)) {
      return std::nullopt;
    }
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

bool ScriptedServer::send(ServerStream& stream, const WireAnswer& answer) {
  if (!stream.write(answer.bytes)) {
    return false;
  }
  switch (answer.then) {
    case WireAnswer::Then::KeepOpen:
      return true;
    case WireAnswer::Then::Close:
      return false;
    case WireAnswer::Then::Reset: {
      const linger at_once{1, 0};
      setsockopt(stream.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
    case WireAnswer::Then::Hold: {
      std::unique_lock lock(mutex_);
      while (!released_) {
        lock.unlock();
        pollfd watched{stream.socket(), POLLRDHUP, 0};
        const bool left = poll(&watched, 1, 5) > 0;
        lock.lock();
        if (left) {
          return false;
        }
      }
      return stream.write(answer.more);
    }
    case WireAnswer::Then::Tunnel:
      tunnel(stream.socket(), static_cast<std::uint16_t>(std::stoul(answer.more)));
      return false;
    case WireAnswer::Then::Repeat:
      while (stream.write(answer.more)) {
      }
      return false;
  }
  return false;
}

}  // namespace countersign::test
