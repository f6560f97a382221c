// SPDX-License-Identifier: Apache-2.0
#include "support/scripted_server.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace countersign::test {
namespace {

void demand(bool good, const char* what) {
  if (!good) {
    std::perror(what);
    std::abort();
  }
}

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

struct ScriptedServer::Tls {
  explicit Tls(const ServerIdentity& identity) : context(SSL_CTX_new(TLS_server_method())) {
    demand(context != nullptr, "SSL_CTX_new");
    BIO* const certificates = BIO_new_mem_buf(identity.certificates.data(),
                                              static_cast<int>(identity.certificates.size()));
    X509* const leaf = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr);
    demand(leaf != nullptr && SSL_CTX_use_certificate(context, leaf) == 1, "certificate");
    X509_free(leaf);
    while (X509* const next = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr)) {
      demand(SSL_CTX_add_extra_chain_cert(context, next) == 1, "chain");
    }
    ERR_clear_error();
    BIO_free(certificates);
    BIO* const keys = BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(keys, nullptr, nullptr, nullptr);
    demand(key != nullptr && SSL_CTX_use_PrivateKey(context, key) == 1, "key");
    EVP_PKEY_free(key);
    BIO_free(keys);
    if (identity.most_version != 0) {
      SSL_CTX_set_security_level(context, 0);  // TLS 1.1 needs SHA-1
      demand(SSL_CTX_set_max_proto_version(context, identity.most_version) == 1, "version");
    }
  }
  ~Tls() { SSL_CTX_free(context); }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  SSL_CTX* context;
};

class ScriptedServer::Stream {
 public:
  Stream(int socket, const Tls* tls) : socket_(socket) {
    if (tls != nullptr) {
      ssl_ = SSL_new(tls->context);
      demand(ssl_ != nullptr && SSL_set_fd(ssl_, socket) == 1, "SSL_new");
      good_ = SSL_accept(ssl_) == 1;
    }
  }
  ~Stream() { SSL_free(ssl_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool good() const { return good_; }
  int socket() const { return socket_; }

  bool read(std::string& buffer) {
    char piece[4096];
    const auto got = ssl_ != nullptr ? SSL_read(ssl_, piece, sizeof piece)
                                     : static_cast<int>(recv(socket_, piece, sizeof piece, 0));
    if (got <= 0) {
      return false;
    }
    buffer.append(piece, static_cast<std::size_t>(got));
    return true;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = std::min<std::size_t>(bytes.size(), 64 * 1024);
      const auto sent = ssl_ != nullptr
                            ? SSL_write(ssl_, bytes.data(), static_cast<int>(size))
                            : static_cast<int>(::send(socket_, bytes.data(), size, MSG_NOSIGNAL));
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  int socket_;
  SSL* ssl_ = nullptr;
  bool good_ = true;
};

ScriptedServer::ScriptedServer(Script script, std::optional<ServerIdentity> identity)
    : script_(std::move(script)) {
  if (identity) {
    tls_ = std::make_unique<Tls>(*identity);
    signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  demand(listener_ >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  demand(bind(listener_, generic, size) == 0 && listen(listener_, SOMAXCONN) == 0 &&
             getsockname(listener_, generic, &size) == 0,
         "bind");
  port_ = ntohs(address.sin_port);
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
    ++accepted_;
    open_.push_back(socket);
    if (stopping_) {
      shutdown(socket, SHUT_RDWR);
    }
    workers_.emplace_back(&ScriptedServer::serve, this, socket);
  }
}

void ScriptedServer::serve(int socket) {
  {
    Stream stream(socket, tls_.get());
    std::string buffer;
    for (bool open = stream.good(); open;) {
      auto request = read_request(stream, buffer);
      if (!request) {
        break;
      }
      {
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
  changed_.notify_all();
}

std::optional<SeenRequest> ScriptedServer::read_request(Stream& stream, std::string& buffer) {
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

bool ScriptedServer::send(Stream& stream, const WireAnswer& answer) {
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
    case WireAnswer::Then::Repeat:
      while (stream.write(answer.more)) {
      }
      return false;
  }
  return false;
}

}  // namespace countersign::test
