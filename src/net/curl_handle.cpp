// SPDX-License-Identifier: Apache-2.0
#include "net/curl_handle.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"

#include "net/ascii.h"
#include "net/endpoint.h"

namespace countersign::net {
namespace {

class Options {  // remembers whether every option was accepted
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <class Value>
  void set(CURLoption option, Value value) {
    good_ = good_ && curl_easy_setopt(handle_, option, value) == CURLE_OK;
  }
  bool good() const { return good_; }

 private:
  CURL* handle_;
  bool good_ = true;
};

void forbid_cleverness(Options& options) {
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  options.set(CURLOPT_FOLLOWLOCATION, 0L);
  options.set(CURLOPT_UNRESTRICTED_AUTH, 0L);
  options.set(CURLOPT_PATH_AS_IS, 1L);
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  options.set(CURLOPT_NOPROXY, "");  // else the environment's no_proxy counts
  options.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // Else removing a transfer whose name is being resolved waits for the resolver, and with it the
  // loop and every other transfer. The resolver's thread then ends by itself.
  options.set(CURLOPT_QUICK_EXIT, 1L);
}

void demand_tls(Options& options, const TransportOptions& transport) {
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_SSL_VERIFYHOST, 2L);
  // The CA file alone decides, and only a store that is one file is kept between connections.
  options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  options.set(CURLOPT_CA_CACHE_TIMEOUT, static_cast<long>(limits::kCaFileLife.count()));
  if (!transport.ca_file.empty()) {
    options.set(CURLOPT_CAINFO, transport.ca_file.c_str());
  }
}

Result<void> check(const Request& request, const Url& url, const TransportOptions& options) {
  static constexpr std::string_view kForbidden("\r\n\0", 3);
  if (request.max_response == 0) {
    return fail(Reason::Internal, "a request without a limit for its answer");
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find_first_of(": \t") != std::string::npos ||
        name.find_first_of(kForbidden) != std::string::npos ||
        value.find_first_of(kForbidden) != std::string::npos) {
      return fail(Reason::Internal, "a request header with a character that may not be sent");
    }
  }
  if (url.scheme() == UrlScheme::Http && options.plain_http == PlainHttp::Refuse) {
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

}  // namespace

void ListWipe::operator()(curl_slist* list) const noexcept {
  for (auto* node = list; node != nullptr; node = node->next) {
    explicit_bzero(node->data, std::strlen(node->data));
  }
  curl_slist_free_all(list);
}

Result<std::unique_ptr<Transfer>> Transfer::prepare(const Request& request,
                                                    const TransportOptions& options,
                                                    const AddressGuard& guard) {
  TRY(auto url, Url::parse(request.url, Reason::Internal));
  TRY_VOID(check(request, url, options));
  std::unique_ptr<Transfer> transfer(new Transfer(request, std::move(url), guard));
  TRY_VOID(transfer->configure(options));
  return transfer;
}

Result<void> Transfer::configure(const TransportOptions& transport) {
  handle_.reset(curl_easy_init());
  Options options(handle_.get());
  options.set(CURLOPT_URL, url_.text().c_str());
  forbid_cleverness(options);
  demand_tls(options, transport);
  options.set(CURLOPT_PROTOCOLS_STR,
              transport.plain_http == PlainHttp::Allow ? "http,https" : "https");
  options.set(CURLOPT_PROXY, transport.proxy.c_str());
  options.set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits::kConnectWait.count()));
  options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.wait.count()));
  options.set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  options.set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  options.set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  options.set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  options.set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  options.set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  bool added = route(transport) && add_header("Accept-Encoding: identity");
  for (auto& [name, value] : request_.headers) {
    added = added && add_header(std::string(name).append(": ").append(value));
    wipe(value);
  }
  if (request_.method == Method::Post) {
    added = added && add_header("Expect:");
    options.set(CURLOPT_POST, 1L);
    options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    options.set(CURLOPT_POSTFIELDS, request_.body.data());
  }
  if (!transport.user_agent.empty()) {
    options.set(CURLOPT_USERAGENT, transport.user_agent.c_str());
  }
  options.set(CURLOPT_HTTPHEADER, headers_.get());
  options.set(CURLOPT_CONNECT_TO, connect_to_.get());
  if (!added || !options.good()) {
    return fail(Reason::Internal, "libcurl refuses an option");
  }
  return {};
}

bool Transfer::add_header(std::string line) {
  auto* const longer = curl_slist_append(headers_.get(), line.c_str());
  wipe(line);
  if (longer == nullptr) {
    return false;
  }
  if (!headers_) {
    headers_.reset(longer);
  }
  return true;
}

bool Transfer::route(const TransportOptions& transport) {
  const auto found = std::ranges::find_if(transport.overrides, [this](const ResolveOverride& one) {
    return one.host == url_.host() && one.port == url_.port();
  });
  if (found == transport.overrides.end()) {
    return true;
  }
  override_ = &*found;
  const bool ipv6 = found->address.find(':') != std::string::npos;
  const auto line = found->host + ":" + std::to_string(found->port) + ":" +
                    (ipv6 ? "[" + found->address + "]" : found->address) + ":" +
                    std::to_string(found->target_port);
  connect_to_.reset(curl_slist_append(nullptr, line.c_str()));
  return connect_to_ != nullptr;
}

Result<Response> Transfer::conclude(CURLcode code) {
  switch (stopped_) {
    case Stopped::BodyLimit:
      return fail(Reason::RegistryResponse, url_.host() + " answers with more than " +
                                                std::to_string(request_.max_response) + " bytes");
    case Stopped::HeaderLimit:
      return fail(Reason::RegistryResponse, url_.host() + " answers with too many headers");
    case Stopped::ErrorBodyRead:
      return response();
    case Stopped::No:
      break;
  }
  return code == CURLE_OK ? response() : failure(code);
}

Result<Response> Transfer::failure(CURLcode code) const {
  if (addresses_refused_ != 0 && sockets_opened_ == 0) {
    return fail(Reason::AddressNotAllowed,
                url_.host() + " has only addresses that may not be contacted");
  }
  const std::string cause = code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING
                                ? "the answer is cut short"
                                : curl_easy_strerror(code);
  return fail(Reason::RegistryUnavailable, url_.host() + ": " + cause);
}

Result<Response> Transfer::response() {
  Response response;
  response.status = status();
  // Not from the header callback: that one also sees interim answers and trailers.
  for (curl_header* header = nullptr;
       (header = curl_easy_nextheader(handle(), CURLH_HEADER, -1, header)) != nullptr;) {
    response.headers.push_back({lower(header->name), header->value});
  }
  if (success() && is_encoded(response)) {
    return fail(Reason::RegistryUnavailable, url_.host() + " answers in an encoding not asked for");
  }
  response.body = std::move(body_);
  return response;
}

bool Transfer::may_connect(const Address& address, std::uint16_t port) const {
  if (guard_.allows(address)) {
    return true;
  }
  if (override_ == nullptr || override_->target_port != port) {
    return false;
  }
  const auto target = Address::parse(override_->address);
  return target && target->bytes == address.bytes;
}

int Transfer::status() const {  // 0, which is no success, while there is none
  long status = 0;
  const auto code = curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  return code == CURLE_OK ? static_cast<int>(status) : 0;
}

bool Transfer::success() const { return status() >= 200 && status() < 300; }

bool Transfer::announces_too_much() const {
  curl_off_t length = -1;
  return curl_easy_getinfo(handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK &&
         length > 0 && static_cast<std::uint64_t>(length) > request_.max_response;
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
  return line.size();
}

std::size_t Transfer::take_body(std::string_view piece) {
  if (success()) {
    if (piece.size() > request_.max_response - body_.size()) {
      stopped_ = Stopped::BodyLimit;
      return 0;
    }
    body_ += piece;
    return piece.size();
  }
  // The text of an error is read as far as it may be of use; its length says nothing.
  const auto most = std::min(request_.max_response, limits::kRegistryErrorBytes);
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
  const auto target = endpoint_of(remote.addr);
  if (!target || !may_connect(target->address, target->port)) {
    ++addresses_refused_;
    return CURL_SOCKET_BAD;
  }
  const int opened = socket(remote.family, remote.socktype | SOCK_CLOEXEC, remote.protocol);
  if (opened < 0) {
    return CURL_SOCKET_BAD;
  }
  ++sockets_opened_;
  return opened;
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

}  // namespace countersign::net
