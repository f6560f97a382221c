// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_socket.h"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace countersign::test {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const char* address, std::uint16_t port) {
  SocketAddress made;
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(made.storage);
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(made.storage);
  if (inet_pton(AF_INET, address, &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    made.size = sizeof ipv4;
  } else {
    demand_success(inet_pton(AF_INET6, address, &ipv6.sin6_addr) == 1, address);
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    made.size = sizeof ipv6;
  }
  return made;
}

int new_socket(const SocketAddress& address) {
  const int made = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  demand_success(made >= 0, "socket");
  return made;
}

bool carry(int from, int to) {
  std::array<char, 4'096> piece{};
  const auto got = recv(from, piece.data(), piece.size(), 0);
  return got > 0 && send(to, piece.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

void demand_success(bool good, const char* what) {
  if (!good) {
    std::perror(what);
    std::abort();
  }
}

Listener listen_on(const char* address, std::uint16_t port, int backlog) {
  auto where = socket_address(address, port);
  const Listener made{new_socket(where), 0};
  const int on = 1;  // the port of a connection that has just been closed is free, too
  setsockopt(made.socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  demand_success(bind(made.socket, where.generic(), where.size) == 0 &&
                     listen(made.socket, backlog) == 0 &&
                     getsockname(made.socket, where.generic(), &where.size) == 0,
                 address);
  // The port stands at the same place in both families.
  return {made.socket, ntohs(reinterpret_cast<sockaddr_in&>(where.storage).sin_port)};
}

int connect_to(const char* address, std::uint16_t port) {
  auto where = socket_address(address, port);
  const int made = new_socket(where);
  demand_success(connect(made, where.generic(), where.size) == 0, address);
  return made;
}

void tunnel(int socket, std::uint16_t port) {
  const int far = connect_to("127.0.0.1", port);
  std::array<pollfd, 2> watched{pollfd{socket, POLLIN, 0}, pollfd{far, POLLIN, 0}};
  bool open = true;
  while (open && poll(watched.data(), watched.size(), -1) > 0) {
    open = (watched[0].revents == 0 || carry(socket, far)) &&
           (watched[1].revents == 0 || carry(far, socket));
  }
  close(far);
}

// Linux drops the first packet of a connection while the queue of those to be accepted is full, and
// with a backlog of zero one fills it.
SilentPort::SilentPort(const char* address, std::uint16_t port)
    : listener_(listen_on(address, port, 0)), filler_(connect_to(address, listener_.port)) {}

SilentPort::~SilentPort() {
  close(filler_);
  close(listener_.socket);
}

}  // namespace countersign::test
