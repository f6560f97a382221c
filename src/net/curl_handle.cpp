// SPDX-License-Identifier: Apache-2.0
#include "net/curl_handle.h"

#include <algorithm>
#include <sys/socket.h>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"
#include "countersign/net/header_reader.h"

#include "net/curl_options.h"
#include "net/endpoint.h"

namespace countersign::net {
namespace {

Result<void> check(const Request& request, const Url& url, const Settings& settings) {
  if (request.max_response == 0) {
    return fail(Reason::Internal, "a request without a limit for its answer");
  }
  if (url.scheme() == UrlScheme::Http && settings.plain_http == PlainHttp::Refuse) {
    return fail(Reason::BadConfig, "plain http is not allowed for " + url.host());
  }
  return {};
}

// An encoding that we did not ask for would make the bytes others than those with the digest.
bool is_encoded(const Response& response) {
  return std::ranges::any_of(response.headers, [](const Header& header) {
    return (header.name == "content-encoding" && header.value != "identity") ||
           (header.name == "transfer-encoding" && header.value != "chunked" &&
            header.value != "identity");
  });
}

bool is_2xx(int status) { return status >= 200 && status < 300; }

}  // namespace

Result<std::unique_ptr<Transfer>> Transfer::prepare(const Request& request,
                                                    const Settings& settings, HandlePool& pool) {
  TRY(const auto url, Url::parse(request.url, Reason::Internal));
  TRY_VOID(check(request, url, settings));
  std::unique_ptr<Transfer> transfer(new Transfer(url, request, settings, pool));
  TRY_VOID(transfer->configure(request, url));
  return transfer;
}

Transfer::Transfer(const Url& url, const Request& request, const Settings& settings,
                   HandlePool& pool)
    : settings_(settings),
      pool_(pool),
      detour_(settings.detour_of(url)),
      proxy_(settings.proxy_of(url)),
      host_(url.host()),
      max_response_(request.max_response),
      answer_(request.answer),
      handle_(pool.take()) {
  if (answer_ == Request::Answer::Secret) {
    body_.reserve(max_response_);  // to grow would leave copies
  }
}

// The handle points to what goes after it.
Transfer::~Transfer() {
  switch (answer_) {
    case Request::Answer::Ordinary:
      pool_.put_back(std::move(handle_));
      break;
    case Request::Answer::Secret:
      handle_.reset();  // with its buffer (curl_memory.h)
      wipe(body_);
      break;
  }
  wipe(sent_body_);
}

Result<void> Transfer::configure(const Request& request, const Url& url) {
  Options options(handle_.get());
  apply(options, settings_, proxy_);
  options.set(CURLOPT_URL, url.text().c_str());
  options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.wait.count()));
  options.set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  options.set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  options.set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  options.set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  options.set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  options.set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  options.set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  options.set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  if (request.method != Method::Get) {
    sent_body_ = request.body;
    options.set(CURLOPT_POST, 1L);  // all bodies are sent alike; the word alone differs
    options.set(CURLOPT_CUSTOMREQUEST, verb(request.method));
    options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent_body_.size()));
    options.set(CURLOPT_POSTFIELDS, sent_body_.data());
  }
  const bool led = take_detour();
  options.set(CURLOPT_CONNECT_TO, connect_to_.get());
  TRY(headers_, header_list(request));
  options.set(CURLOPT_HTTPHEADER, headers_.get());
  if (!led || !options.good()) {
    return fail(Reason::Internal, "libcurl refuses an option");
  }
  return {};
}

bool Transfer::take_detour() {
  if (detour_ == nullptr) {
    return true;
  }
  connect_to_.reset(curl_slist_append(nullptr, detour_->connect_to.c_str()));
  return connect_to_ != nullptr;
}

bool Transfer::connecting() {
  curl_off_t took = 0;
  connecting_ = connecting_ &&
                curl_easy_getinfo(handle(), CURLINFO_CONNECT_TIME_T, &took) == CURLE_OK &&
                took == 0;
  return connecting_;
}

Result<Response> Transfer::conclude(CURLcode code) {
  switch (stopped_) {
    case Stopped::AddressLimit:
      return failure(CURLE_COULDNT_CONNECT);
    case Stopped::BodyLimit:
      return fail(Reason::RegistryResponse,
                  host_ + " answers with more than " + std::to_string(max_response_) + " bytes");
    case Stopped::HeaderLimit:
      return fail(Reason::RegistryResponse, host_ + " answers with too many headers");
    case Stopped::ProxyRefused:
      return refused_by_proxy(proxy_status());
    case Stopped::ErrorBodyRead:
      return response();
    case Stopped::No:
      break;
  }
  return code == CURLE_OK ? response() : failure(code);
}

Result<Response> Transfer::failure(CURLcode code) const {
  if (addresses_refused_ != 0 && sockets_opened_ == 0) {
    return fail(Reason::AddressNotAllowed, (proxy_ != nullptr ? "the proxy to " + host_ : host_) +
                                               " has only addresses that may not be contacted");
  }
  const std::string cause = code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING
                                ? "the answer is cut short"
                                : curl_easy_strerror(code);
  return fail(Reason::RegistryUnavailable, host_ + ": " + cause);
}

Result<Response> Transfer::refused_by_proxy(int status) const {
  return fail(Reason::RegistryUnavailable,
              host_ + ": the proxy refuses with status " + std::to_string(status));
}

Result<Response> Transfer::response() {
  static constexpr int kProxyAuthenticationRequired = 407;
  Response response;
  response.status = status();
  if (!speaks_http1()) {
    return fail(Reason::RegistryUnavailable, host_ + " speaks a version of HTTP not asked for");
  }
  if (proxy_ != nullptr && response.status == kProxyAuthenticationRequired) {
    return refused_by_proxy(response.status);  // of a plain http request: no registry's word
  }
  // Not from the header callback: that one also sees interim answers and trailers.
  for (curl_header* header = nullptr;
       (header = curl_easy_nextheader(handle(), CURLH_HEADER, -1, header)) != nullptr;) {
    response.headers.push_back({lower(header->name), header->value});
  }
  if (success() && is_encoded(response)) {
    return fail(Reason::RegistryResponse, host_ + " answers in an encoding not asked for");
  }
  response.body = std::move(body_);
  return response;
}

bool Transfer::may_connect(const Address& address, std::uint16_t port) const {
  return settings_.guard.allows(address) || (detour_ != nullptr && detour_->target_port == port &&
                                             detour_->address.bytes == address.bytes);
}

int Transfer::status() const {  // 0, which is no success, while there is none
  long status = 0;
  const auto code = curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  return code == CURLE_OK ? static_cast<int>(status) : 0;
}

int Transfer::proxy_status() const {  // of the answer to CONNECT
  long status = 0;
  const auto code = curl_easy_getinfo(handle(), CURLINFO_HTTP_CONNECTCODE, &status);
  return code == CURLE_OK ? static_cast<int>(status) : 0;
}

bool Transfer::speaks_http1() const {  // libcurl takes the line "HTTP/2 200" for what it says
  long version = 0;
  return curl_easy_getinfo(handle(), CURLINFO_HTTP_VERSION, &version) == CURLE_OK &&
         (version == CURL_HTTP_VERSION_1_0 || version == CURL_HTTP_VERSION_1_1);
}

bool Transfer::success() const { return is_2xx(status()); }

bool Transfer::proxy_refuses() const {
  return status() == 0 && proxy_status() != 0 && !is_2xx(proxy_status());
}

bool Transfer::announces_too_much() const {
  curl_off_t length = -1;
  return curl_easy_getinfo(handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK &&
         length > 0 && static_cast<std::uint64_t>(length) > max_response_;
}

// Returning anything but the size ends the transfer.
std::size_t Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  ++header_lines_;
  if (header_bytes_ > limits::kResponseHeaderBytes || header_lines_ > limits::kResponseHeaders) {
    stopped_ = Stopped::HeaderLimit;
    return 0;
  }
  const bool last = line == "\r\n" || line == "\n";
  if (last && success() && announces_too_much()) {
    stopped_ = Stopped::BodyLimit;
    return 0;
  }
  // libcurl would read the body of a 407 to its end, byte by byte, in one go: an endless one stops
  // the loop and every other transfer.
  if (last && proxy_refuses()) {
    stopped_ = Stopped::ProxyRefused;
    return 0;
  }
  return line.size();
}

std::size_t Transfer::take_body(std::string_view piece) {
  if (success()) {
    if (piece.size() > max_response_ - body_.size()) {
      stopped_ = Stopped::BodyLimit;
      return 0;
    }
    body_ += piece;
    return piece.size();
  }
  // The text of an error is read as far as it may be of use; its length says nothing.
  const auto most = std::min(max_response_, limits::kRegistryErrorBytes);
  body_ += piece.substr(0, most - body_.size());
  if (body_.size() < most) {
    return piece.size();
  }
  stopped_ = Stopped::ErrorBodyRead;
  return 0;
}

// The address is judged here, in binary, after name resolution: there is nothing left that could
// resolve differently. A connection that is reused was judged when it was opened.
curl_socket_t Transfer::open_socket(const curl_sockaddr& remote) {
  connecting_ = true;
  if (sockets_opened_ + addresses_refused_ == limits::kAddressesTried) {
    stopped_ = Stopped::AddressLimit;
    // Of all callbacks that libcurl has while it connects, this one alone can end the transfer.
    curl_easy_setopt(handle(), CURLOPT_NOPROGRESS, 0L);
    return CURL_SOCKET_BAD;
  }
  const auto target = endpoint_of(remote.addr);
  if (!target || !may_connect(target->address, target->port)) {
    ++addresses_refused_;
    return CURL_SOCKET_BAD;
  }
  ++sockets_opened_;
  const int opened = socket(remote.family, remote.socktype | SOCK_CLOEXEC, remote.protocol);
  return opened < 0 ? CURL_SOCKET_BAD : opened;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_header({data, size * count});
}
std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_body({data, size * count});
}
curl_socket_t Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* remote) {
  return static_cast<Transfer*>(self)->open_socket(*remote);
}
int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->stopped_ == Stopped::No ? 0 : 1;
}

}  // namespace countersign::net
