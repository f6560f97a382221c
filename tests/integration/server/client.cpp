// SPDX-License-Identifier: Apache-2.0
#include "integration/server/client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace countersign::server::test {
namespace {

int connect_loopback(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Longer than any limit under test: a peer that waits for ever is a failure, not a hang.
  const timeval longest{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return -1;
  }
  return socket;
}

// OpenSSL writes without MSG_NOSIGNAL. Only this thread is spared: the server must protect its own.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutSigpipe() {
    const int before = errno;
    const timespec none{};
    while (sigtimedwait(&pipe_, nullptr, &none) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = before;
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
};

crypto::SslContextPtr make_context(const TlsOptions& options) {
  crypto::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(context.get(), 0);  // may offer what the server must refuse
  SSL_CTX_set_min_proto_version(context.get(), options.least);
  SSL_CTX_set_max_proto_version(context.get(), options.most);
  if (!options.ciphers.empty()) {
    SSL_CTX_set_cipher_list(context.get(), options.ciphers.c_str());
  }
  if (!options.alpn.empty()) {
    SSL_CTX_set_alpn_protos(context.get(),
                            reinterpret_cast<const unsigned char*>(options.alpn.data()),
                            static_cast<unsigned>(options.alpn.size()));
  }
  if (options.configure) {
    options.configure(context.get());
  }
  return context;
}

crypto::X509Ptr next_certificate(BIO* bio) {
  return crypto::X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
}

crypto::BioPtr memory(const std::string& text) {
  return crypto::BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Answer parse_head(std::string_view head) {
  Answer answer;
  answer.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(": ");
    answer.fields[lower(std::string(line.substr(0, colon)))] = line.substr(colon + 2);
    head.remove_prefix(line.size() + 2);
  }
  return answer;
}

}  // namespace

std::function<void(SSL_CTX*)> showing(const std::string& chain_pem, const std::string& key_pem) {
  return [chain_pem, key_pem](SSL_CTX* context) {
    const auto chain = memory(chain_pem);
    SSL_CTX_use_certificate(context, next_certificate(chain.get()).get());
    while (const auto above = next_certificate(chain.get())) {
      SSL_CTX_add1_chain_cert(context, above.get());
    }
    const auto text = memory(key_pem);
    const crypto::KeyPtr key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_PrivateKey(context, key.get());
  };
}

std::function<void(SSL_CTX*)> trusting(const std::string& ca_bundle, const std::string& name) {
  return [ca_bundle, name](SSL_CTX* context) {
    const auto bundle = memory(ca_bundle);
    while (const auto authority = next_certificate(bundle.get())) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    }
    X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(context), name.data(), name.size());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  };
}

Client Client::plain(std::uint16_t port) {
  Client client(connect_loopback(port));
  client.connected_ = client.socket_ >= 0;
  return client;
}

Client Client::tls(std::uint16_t port, const TlsOptions& options) {
  auto client = plain(port);
  if (!client.connected_) {
    return client;
  }
  const auto context = make_context(options);
  client.ssl_.reset(SSL_new(context.get()));
  SSL_set_fd(client.ssl_.get(), client.socket_);
  if (!options.server_name.empty()) {
    SSL_set_tlsext_host_name(client.ssl_.get(), options.server_name.c_str());
  }
  const WithoutSigpipe spared;
  ERR_clear_error();
  client.connected_ = SSL_connect(client.ssl_.get()) == 1;
  return client;
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      connected_(other.connected_),
      ssl_(std::move(other.ssl_)),
      input_(std::move(other.input_)) {}

Client::~Client() { close(); }

void Client::close() {
  if (socket_ >= 0) {
    ::close(std::exchange(socket_, -1));
  }
}

std::string Client::peer_serial() const {
  const auto* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) {
    return "none";
  }
  const crypto::BignumPtr serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* hex = BN_bn2hex(serial.get());
  std::string text(hex);
  OPENSSL_free(hex);
  return text;
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (ssl_) {
      const WithoutSigpipe spared;
      ERR_clear_error();
      sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    } else {
      sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

int Client::read_some(char* into, int size) {
  if (!ssl_) {
    return static_cast<int>(::recv(socket_, into, static_cast<std::size_t>(size), 0));
  }
  const WithoutSigpipe spared;  // an alert may be sent
  ERR_clear_error();
  return SSL_read(ssl_.get(), into, size);
}

bool Client::fill() {
  std::array<char, 4096> piece{};
  const int size = read_some(piece.data(), piece.size());
  if (size <= 0) {
    return false;
  }
  input_.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

Answer Client::receive(std::string_view method) {
  while (input_.find("\r\n\r\n") == input_.npos) {
    if (!fill()) {
      return {};
    }
  }
  const auto end = input_.find("\r\n\r\n");
  auto answer = parse_head(std::string_view(input_).substr(0, end + 2));
  input_.erase(0, end + 4);
  const bool has_body = method != "HEAD" && answer.fields.contains("content-length");
  const auto length = has_body ? std::stoul(answer.fields.at("content-length")) : 0;
  while (input_.size() < length) {
    if (!fill()) {
      return {};
    }
  }
  answer.body = input_.substr(0, length);
  input_.erase(0, length);
  return answer;
}

Answer Client::ask(std::string_view request) {
  return send(request) ? receive(request.substr(0, request.find(' '))) : Answer{};
}

End Client::wait_for_end() {
  std::array<char, 4096> piece{};
  for (;;) {
    const int size = read_some(piece.data(), piece.size());
    const int why = errno;
    if (size > 0) {
      dropped_ += static_cast<std::size_t>(size);
      continue;
    }
    if (!ssl_) {
      return size == 0 ? End::Clean : why == EAGAIN ? End::Waiting : End::Cut;
    }
    const int error = SSL_get_error(ssl_.get(), size);
    return error == SSL_ERROR_ZERO_RETURN                  ? End::Clean
           : error == SSL_ERROR_WANT_READ || why == EAGAIN ? End::Waiting
                                                           : End::Cut;
  }
}

int Client::alert() {
  if (connected_) {  // else the handshake has met it
    std::array<char, 64> piece{};
    while (read_some(piece.data(), piece.size()) > 0) {
    }
  }
  const auto code = ERR_peek_error();
  return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET
             ? ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET
             : 0;
}

std::string post(std::string_view body, std::string_view path, std::string_view fields) {
  std::string request = "POST ";
  request.append(path).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append("\r\n").append(fields).append("\r\n");
  return request.append(body);
}

}  // namespace countersign::server::test
