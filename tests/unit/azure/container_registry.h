// SPDX-License-Identifier: Apache-2.0
// An Azure Container Registry that a test holds in its hands, and the rest of the network: every
// host is here, answers, and writes down what it was sent.
#pragma once
#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/codec/base64.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"

#include "support/distribution_api.h"
#include "support/scripted_transport.h"

namespace countersign::azure {

inline constexpr std::string_view kLoginServer = "contoso.azurecr.io";
inline constexpr std::string_view kAzureToken = "AZURE0AZURE1AZURE2AZURE3AZURE4AZURE5";

// As a registry signs them; the signature is not looked at.
inline std::string make_jwt(std::string_view claims) {
  return codec::encode_base64url(as_bytes(R"({"alg":"RS256"})")) + "." +
         codec::encode_base64url(as_bytes(claims)) + ".UkVGUkVTSFNJR05BVFVSRQ";
}

inline std::string refresh_reply(const std::string& token) {
  return R"({"refresh_token":")" + token + R"("})";
}

class ContainerRegistry final : public net::HttpTransport {  // for one thread
 public:
  using Answer = std::function<Result<net::Response>(const net::Request&)>;

  explicit ContainerRegistry(const test::MemoryStore& store,
                             std::string host = std::string(kLoginServer))
      : host_(std::move(host)), api_(store) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> answers;
    for (const auto& request : requests) {
      seen.push_back(request);
      answers.push_back(answer(request));
    }
    return answers;
  }

  // A test's own, instead of what a registry that works answers.
  Answer exchange, token, content, elsewhere;
  std::vector<std::string> refresh_tokens{make_jwt(R"({"exp":1772334000})")};  // the last is good
  std::string service{kLoginServer};  // of challenges and tokens

  std::vector<net::Request> seen;
  std::vector<std::string> paths() const {  // of what was sent, other hosts with their names
    std::vector<std::string> all;
    for (const auto& request : seen) {
      const auto own = "https://" + host_;
      all.push_back(request.url.starts_with(own + "/") ? request.url.substr(own.size())
                                                       : request.url);
    }
    return all;
  }

  net::Response challenge(const std::string& realm, const std::string& named) const {
    return {401,
            {{"www-authenticate", "Bearer realm=\"" + realm + "\",service=\"" + named +
                                      "\",scope=\"repository:app:pull\""}},
            R"({"errors":[{"code":"UNAUTHORIZED"}]})"};
  }

  // Where a secret went that it must not go to; "" when it went nowhere else.
  std::string leak() const {
    for (const auto& request : seen) {
      const bool post = request.method == net::Method::Post;
      const bool exchange_place = post && request.url == "https://" + host_ + "/oauth2/exchange";
      const bool token_place = post && request.url == "https://" + host_ + "/oauth2/token";
      auto head = request.url;
      for (const auto& header : request.headers) {
        head += "\n" + header.name + ": " + header.value;
      }
      if (has(head, kAzureToken) || has_refresh_token(head) ||
          (!exchange_place && has(request.body, kAzureToken)) ||
          (!token_place && has_refresh_token(request.body))) {
        return request.url;
      }
    }
    return {};
  }

 private:
  // Any nine characters of it in a row, as they are or in base64, as Basic would carry them: nine
  // are twelve there, and of three pieces that overlap one begins where a group does.
  static bool has(std::string_view text, std::string_view secret) {
    static constexpr std::size_t kPiece = 9;
    for (std::size_t start = 0; start + kPiece <= secret.size(); ++start) {
      const auto piece = secret.substr(start, kPiece);
      if (text.find(piece) != std::string_view::npos ||
          text.find(codec::encode_base64(as_bytes(piece))) != std::string_view::npos) {
        return true;
      }
    }
    return false;
  }
  bool has_refresh_token(std::string_view text) const {
    return std::ranges::any_of(refresh_tokens,
                               [&](const std::string& one) { return has(text, one); });
  }

  Result<net::Response> answer(const net::Request& request) const {
    const auto url = net::Url::parse(request.url, Reason::Internal);
    if (!url) {
      return std::unexpected(url.error());
    }
    if (url->scheme() != net::UrlScheme::Https || url->port() != 443 || url->host() != host_) {
      return elsewhere ? elsewhere(request) : test::answer(200, {}, refresh_reply("stolen"));
    }
    if (url->path() == "/oauth2/exchange") {
      return exchange ? exchange(request)
                      : test::answer(200, {}, refresh_reply(refresh_tokens.back()));
    }
    if (url->path() == "/oauth2/token") {
      return token ? token(request) : tokens(request);
    }
    return content ? content(request) : contents(request);
  }

  net::Response tokens(const net::Request& request) const {
    const bool good =
        request.method == net::Method::Post &&
        request.body.find("&refresh_token=" + refresh_tokens.back()) != std::string::npos &&
        request.body.find("grant_type=refresh_token&service=" + service + "&") == 0;
    return good ? test::answer(200, {}, R"({"access_token":"access"})")
                : test::answer(401, {}, R"({"errors":[{"code":"UNAUTHORIZED"}]})");
  }

  net::Response contents(const net::Request& request) const {
    return test::header_of(request, "Authorization") == "Bearer access"
               ? api_(request)
               : challenge("https://" + host_ + "/oauth2/token", service);
  }

  std::string host_;
  test::DistributionApi api_;
};

}  // namespace countersign::azure
