// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.h"

#include <utility>

#include "countersign/net/url.h"

#include "net/curl_url.h"

namespace countersign::net {
namespace {

std::unexpected<Error> refused(const char* why) {
  return fail(Reason::BadConfig, std::string("the proxy ") + why);
}

// Takes the user information out of the URL. nullopt for what Basic credentials can't carry.
struct UserInformation {
  std::string user;
  Secret password;
};
Result<UserInformation> take_user(CURLU* url) {
  UserInformation found;
  const bool has_user = url_part(url, CURLUPART_USER).has_value();
  const bool has_password = url_part(url, CURLUPART_PASSWORD).has_value();
  auto user = url_part(url, CURLUPART_USER, CURLU_URLDECODE);
  auto password = url_part(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
  if (has_user != user.has_value() || has_password != password.has_value()) {
    return refused("has a user or password that can't be decoded");
  }
  found.user = std::move(user).value_or("");
  found.password = Secret(std::move(password).value_or(""));
  if (found.user.find(':') != std::string::npos) {
    return refused("has a user with a colon, which Basic credentials can't carry");
  }
  if (found.user.empty() && !found.password.empty()) {
    return refused("has a password and no user");
  }
  if (curl_url_set(url, CURLUPART_USER, nullptr, 0) != CURLUE_OK ||
      curl_url_set(url, CURLUPART_PASSWORD, nullptr, 0) != CURLUE_OK) {
    return refused("can't be read");
  }
  return found;
}

}  // namespace

Result<Proxy> Proxy::parse(std::string_view text) {
  const UrlPtr handle(curl_url());
  std::string whole(text);
  const bool read = whole.find('\0') == std::string::npos &&
                    curl_url_set(handle.get(), CURLUPART_URL, whole.c_str(), 0) == CURLUE_OK;
  wipe(whole);
  if (!read) {
    return refused("is no URL of the form http://host:port");
  }
  TRY(auto user, take_user(handle.get()));
  const auto rest = url_part(handle.get(), CURLUPART_URL);
  const auto url = Url::parse(rest.value_or(""), Reason::BadConfig);
  if (!url || url->path() != "/" || !url->query().empty() ||
      url_part(handle.get(), CURLUPART_FRAGMENT)) {
    return refused("is no URL of the form http://host:port");
  }
  return Proxy{(url->scheme() == UrlScheme::Https ? "https://" : "http://") + url->host() + ":" +
                   std::to_string(url->port()),
               std::move(user.user), std::move(user.password)};
}

}  // namespace countersign::net
