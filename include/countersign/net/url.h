// SPDX-License-Identifier: Apache-2.0
// An absolute http or https URL, taken apart by the same parser (libcurl's) that connects to it, so
// that what is checked is what is contacted.
//
// Stricter than that parser: only visible ASCII without backslash, no user information, no IPv6
// zone, at most limits::kUrlBytes. A fragment is dropped. Dots in the path are resolved.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/result.h"

namespace countersign::net {

enum class UrlScheme : std::uint8_t { Https, Http };

class Url {
 public:
  [[nodiscard]] static Result<Url> parse(std::string_view text, Reason reason);

  // RFC 3986, section 5: what a Location, a Link or a realm on this page means, absolute or not.
  [[nodiscard]] Result<Url> resolve(std::string_view reference, Reason reason) const;

  // resolve() for a tail that we write ourselves, without the parser: letters, digits and "-._~:/"
  // of a path without dot segments, then perhaps a query. This one ends with "/".
  [[nodiscard]] Result<Url> below(std::string_view tail, Reason reason) const;

  UrlScheme scheme() const { return scheme_; }
  const std::string& host() const { return host_; }    // lower case; "[::1]" for IPv6
  std::uint16_t port() const { return port_; }         // the scheme's when the URL names none
  const std::string& path() const { return path_; }    // as written, percent-encoded, at least "/"
  const std::string& query() const { return query_; }  // without "?"
  const std::string& text() const { return text_; }

  // Scheme, host and port: what credentials are bound to (RFC 6454).
  bool same_origin(const Url& other) const {
    return scheme_ == other.scheme_ && host_ == other.host_ && port_ == other.port_;
  }

 private:
  Url() = default;
  friend class UrlReader;
  friend class PlainUrlReader;
  UrlScheme scheme_ = UrlScheme::Https;
  std::uint16_t port_ = 0;
  std::string host_, path_, query_, text_;
};

// Everything but RFC 3986's unreserved characters as %XX: safe in a path segment and in a query.
std::string percent_encode(std::string_view text);

}  // namespace countersign::net
