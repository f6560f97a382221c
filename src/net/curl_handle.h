// SPDX-License-Identifier: Apache-2.0
// One request as a libcurl easy handle, and what has arrived for it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "countersign/net/http_transport.h"

#include "net/handle_pool.h"
#include "net/header_list.h"
#include "net/settings.h"

namespace countersign::net {

class Transfer {  // stays where it is: libcurl holds its address
 public:
  // Reason::Internal for a request that breaks the contract of http_transport.h, Reason::BadConfig
  // for plain http where it is not allowed. Settings and pool outlive the transfer.
  [[nodiscard]] static Result<std::unique_ptr<Transfer>> prepare(const Request&, const Settings&,
                                                                 HandlePool&);
  ~Transfer();  // not while a loop has its handle
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_.get(); }

  // Whether it looks for an address that answers.
  bool connecting();

  // What the exchange came to, once libcurl says that it has ended. To be called once.
  Result<Response> conclude(CURLcode code);

 private:
  enum class Stopped : std::uint8_t {
    No,
    AddressLimit,
    BodyLimit,
    HeaderLimit,
    ErrorBodyRead,
    ProxyRefused,
  };

  Transfer(const Url& url, const Request& request, const Settings& settings, HandlePool& pool);

  Result<void> configure(const Request&, const Url&);
  bool take_detour();
  bool may_connect(const Address&, std::uint16_t port) const;
  int status() const;
  int proxy_status() const;
  bool success() const;
  bool speaks_http1() const;
  bool proxy_refuses() const;
  bool announces_too_much() const;
  Result<Response> failure(CURLcode code) const;
  Result<Response> refused_by_proxy(int status) const;
  Result<Response> response();

  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view piece);
  curl_socket_t open_socket(const curl_sockaddr& remote);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* remote);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const Settings& settings_;
  HandlePool& pool_;
  const Detour* detour_;
  const Proxy* proxy_;
  std::string host_;
  std::size_t max_response_;
  Request::Answer answer_;
  std::string sent_body_;
  std::string body_;
  std::size_t header_bytes_ = 0;
  std::size_t header_lines_ = 0;
  std::size_t sockets_opened_ = 0;
  std::size_t addresses_refused_ = 0;
  bool connecting_ = false;
  Stopped stopped_ = Stopped::No;
  ListPtr headers_;
  ListPtr connect_to_;
  EasyPtr handle_;  // last: goes before what it points to
};

}  // namespace countersign::net
