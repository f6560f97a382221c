// SPDX-License-Identifier: Apache-2.0
// Sockets on loopback, for servers that a test plays.
#pragma once
#include <cstdint>

namespace countersign::test {

// What fails here makes a test worthless: it ends the program.
void demand_success(bool good, const char* what);

struct Listener {
  int socket = -1;  // the caller's to close
  std::uint16_t port = 0;
};
// On a numeric address of either family; port 0 is a free one.
Listener listen_on(const char* address, std::uint16_t port, int backlog);
int connect_to(const char* address, std::uint16_t port);  // the caller's to close

// Carries bytes between the socket and a port on 127.0.0.1 until one side ends.
void tunnel(int socket, std::uint16_t port);

// A port that answers nothing, not even with a refusal: what happens to packets that are lost.
class SilentPort {
 public:
  SilentPort(const char* address, std::uint16_t port);  // as listen_on
  ~SilentPort();
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;

  std::uint16_t port() const { return listener_.port; }

 private:
  Listener listener_;
  int filler_;
};

}  // namespace countersign::test
