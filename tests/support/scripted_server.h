// SPDX-License-Identifier: Apache-2.0
// An HTTP server on loopback that answers as a test wants it to, well or badly: every byte of an
// answer is the test's. One thread a connection; port 0; ends with the object.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "countersign/net/http_transport.h"

#include "support/scripted_stream.h"

namespace countersign::test {

struct SeenRequest {
  std::string method, target;
  std::vector<net::Header> headers;  // names in lower case
  std::string body;
  std::size_t connection = 0;  // the first is 1
  std::string client;          // the common name in the client's certificate; "" without one
  std::string header(std::string_view lower_case_name) const;  // "" when it was not sent
};

struct WireAnswer {
  enum class Then : std::uint8_t {
    KeepOpen,
    Close,
    Reset,   // RST instead of FIN
    Hold,    // silent until release() or the client leaves
    Repeat,  // `more` again and again, until the client leaves
    Tunnel,  // to the port `more` on 127.0.0.1, as after CONNECT; without TLS
  };
  std::string bytes;  // the answer as it goes over the wire
  Then then = Then::KeepOpen;
  std::string more;
};

// A well-formed answer with a Content-Length.
WireAnswer wire(int status, const std::vector<net::Header>& headers, std::string_view body);

class ScriptedServer {
 public:
  using Script = std::function<WireAnswer(const SeenRequest&)>;  // called by several threads
  enum class Memory : std::uint8_t { None, AllRequests };        // None: seen() stays empty

  explicit ScriptedServer(Script script, std::optional<ServerIdentity> identity = std::nullopt,
                          Memory memory = Memory::AllRequests,
                          const char* address = "127.0.0.1");  // numeric
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const;  // "http://127.0.0.1:<port><path>"
  std::vector<SeenRequest> seen() const;
  std::size_t connections() const;
  void wait_until_seen(std::size_t requests);
  void wait_until_closed(std::size_t connections);  // by the client or by us
  void release();

 private:
  void accept_all();
  void serve(int socket, std::size_t connection);
  void join_ended();  // wants the lock to be held
  std::optional<SeenRequest> read_request(ServerStream& stream, std::string& buffer);
  bool send(ServerStream& stream, const WireAnswer& answer);  // whether the connection lives on

  Script script_;
  Memory memory_;
  std::unique_ptr<ServerTls> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SeenRequest> seen_;
  std::vector<int> open_;
  std::size_t accepted_ = 0;
  std::size_t closed_ = 0;
  bool released_ = false;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
  std::vector<std::thread::id> ended_;  // of the workers
  std::thread acceptor_;
};

}  // namespace countersign::test
