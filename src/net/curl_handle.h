// SPDX-License-Identifier: Apache-2.0
// One request as a libcurl easy handle, and what has arrived for it.
//
// Everything libcurl could do by itself is turned off here: redirects, proxies and .netrc of the
// environment, cookies, compression, authentication, protocols other than http and https. HTTP/1.1
// only: a transfer that is given up takes its connection with it, so that no later one inherits a
// connection that went silent, and HTTP/2's floods need no counter-measures.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "countersign/net/address_guard.h"
#include "countersign/net/curl_transport.h"
#include "countersign/net/url.h"

namespace countersign::net {

struct EasyCleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
using EasyPtr = std::unique_ptr<CURL, EasyCleanup>;

struct ListWipe {  // header lines may hold credentials
  void operator()(curl_slist* list) const noexcept;
};
using ListPtr = std::unique_ptr<curl_slist, ListWipe>;

class Transfer {  // stays where it is: libcurl holds its address
 public:
  // Reason::Internal for a request that breaks the contract of http_transport.h, Reason::BadConfig
  // for plain http where it is not allowed. Options and guard outlive the transfer.
  [[nodiscard]] static Result<std::unique_ptr<Transfer>> prepare(const Request&,
                                                                 const TransportOptions&,
                                                                 const AddressGuard&);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_.get(); }

  // What the exchange came to, once libcurl says that it has ended. To be called once.
  Result<Response> conclude(CURLcode code);

 private:
  enum class Stopped : std::uint8_t { No, BodyLimit, HeaderLimit, ErrorBodyRead };

  Transfer(Request request, Url url, const AddressGuard& guard)
      : request_(std::move(request)), url_(std::move(url)), guard_(guard) {}

  Result<void> configure(const TransportOptions&);
  bool add_header(std::string line);
  bool route(const TransportOptions&);
  bool may_connect(const Address&, std::uint16_t port) const;
  int status() const;
  bool success() const;
  bool announces_too_much() const;
  Result<Response> failure(CURLcode code) const;
  Result<Response> response();

  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view piece);
  curl_socket_t open_socket(const curl_sockaddr& remote);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* remote);

  Request request_;
  Url url_;
  const AddressGuard& guard_;
  const ResolveOverride* override_ = nullptr;
  std::string body_;
  std::size_t header_bytes_ = 0;
  std::size_t header_lines_ = 0;
  std::size_t sockets_opened_ = 0;
  std::size_t addresses_refused_ = 0;
  Stopped stopped_ = Stopped::No;
  ListPtr headers_;
  ListPtr connect_to_;
  EasyPtr handle_;  // last: goes before what it points to
};

}  // namespace countersign::net
