// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/url.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

#include "net/curl_url.h"

namespace countersign::net {
namespace {

bool acceptable(std::string_view text) {
  return !text.empty() && text.size() <= limits::kUrlBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
}

bool is_unreserved(char c) {
  static constexpr std::string_view kMarks = "-._~";  // RFC 3986, section 2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool has_dot_segment(std::string_view path) {
  for (;;) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment == "." || segment == "..") {
      return true;
    }
    if (slash == std::string_view::npos) {
      return false;
    }
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

// Takes apart what libcurl would leave as it is, which is nearly every URL that we write: its own
// parser costs more than all else of a request. Nothing: ask libcurl.
class PlainUrlReader {
 public:
  explicit PlainUrlReader(std::string_view text) : text_(text), left_(text) {}

  std::optional<Url> read() {
    if (text_.size() > limits::kUrlBytes || !take_scheme() || !take_host() || !take_port() ||
        !take_path_and_query()) {
      return std::nullopt;
    }
    url_.text_ = text_;
    return std::move(url_);
  }

 private:
  bool take_scheme() {
    constexpr std::string_view kHttps = "https://";
    constexpr std::string_view kHttp = "http://";
    const bool https = left_.starts_with(kHttps);
    if (!https && !left_.starts_with(kHttp)) {
      return false;
    }
    url_.scheme_ = https ? UrlScheme::Https : UrlScheme::Http;
    url_.port_ = https ? kHttpsPort : kHttpPort;
    left_.remove_prefix(https ? kHttps.size() : kHttp.size());
    return true;
  }

  // Lower-case labels, the last of which begins with a letter: libcurl rewrites what may be numbers
  // of an IPv4 address.
  bool take_host() {
    const auto host = left_.substr(0, left_.find_first_of(":/"));
    const auto last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    const auto may_stand = [](char c) {
      return is_lower(c) || is_digit(c) || c == '-' || c == '.';
    };
    if (last.empty() || !is_lower(last.front()) || !std::ranges::all_of(host, may_stand)) {
      return take_quad(host);
    }
    return keep_host(host);
  }

  // Four numbers without leading zeros: the form that libcurl writes.
  bool take_quad(std::string_view host) {
    auto rest = host;
    for (int dots = 0; dots <= 3; ++dots) {
      const auto number = rest.substr(0, rest.find('.'));
      if (dots < 3 ? number.size() == rest.size() : number.size() != rest.size()) {
        return false;
      }
      if (!is_number(number, 255)) {
        return false;
      }
      rest.remove_prefix(std::min(number.size() + 1, rest.size()));
    }
    return keep_host(host);
  }

  bool keep_host(std::string_view host) {
    url_.host_ = host;
    left_.remove_prefix(host.size());
    return true;
  }

  bool take_port() {
    if (!left_.starts_with(':')) {
      return true;
    }
    const auto digits = left_.substr(1, std::min(left_.find('/'), left_.size()) - 1);
    if (!is_number(digits, 65'535) || digits == "0") {
      return false;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), url_.port_);
    left_.remove_prefix(1 + digits.size());
    return true;
  }

  bool take_path_and_query() {
    const auto path = left_.substr(0, left_.find('?'));
    const auto query = left_.substr(std::min(path.size() + 1, left_.size()));
    const auto of = [](std::string_view more) {
      return [more](char c) { return is_unreserved(c) || more.find(c) != std::string_view::npos; };
    };
    if (!path.starts_with('/') || has_dot_segment(path) || !std::ranges::all_of(path, of(":/")) ||
        !std::ranges::all_of(query, of("%=&:/")) ||
        (query.empty() && path.size() != left_.size())) {
      return false;
    }
    url_.path_ = path;
    url_.query_ = query;
    return true;
  }

  static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_number(std::string_view digits, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() && number <= most &&
           (digits.size() == 1 || digits.front() != '0');
  }

  static constexpr std::uint16_t kHttpsPort = 443;
  static constexpr std::uint16_t kHttpPort = 80;

  std::string_view text_, left_;
  Url url_;
};

class UrlReader {
 public:
  explicit UrlReader(Reason reason) : handle_(curl_url()), reason_(reason) {}

  Result<void> set(std::string_view text) {
    // Not quoted: a signed URL's query is a credential.
    if (!acceptable(text) || curl_url_set(handle_.get(), CURLUPART_URL, std::string(text).c_str(),
                                          CURLU_DISALLOW_USER) != CURLUE_OK) {
      return fail(reason_, "not an acceptable URL");
    }
    return {};
  }

  Result<Url> read() {
    if (curl_url_set(handle_.get(), CURLUPART_FRAGMENT, nullptr, 0) != CURLUE_OK ||
        part(CURLUPART_ZONEID) || part(CURLUPART_USER) || part(CURLUPART_PASSWORD)) {
      return fail(reason_, "the URL has a zone or user information");
    }
    const auto scheme = part(CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") {
      return fail(reason_, "the URL is neither https nor http");
    }
    Url url;
    url.scheme_ = scheme == "https" ? UrlScheme::Https : UrlScheme::Http;
    url.host_ = lower(part(CURLUPART_HOST).value_or(""));
    url.path_ = part(CURLUPART_PATH).value_or("/");
    url.query_ = part(CURLUPART_QUERY).value_or("");
    url.text_ = part(CURLUPART_URL).value_or("");
    const auto port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), url.port_);
    if (url.host_.empty() || url.text_.empty() || parsed.ec != std::errc() || url.port_ == 0) {
      return fail(reason_, "the URL names no host or no port");
    }
    return url;
  }

 private:
  std::optional<std::string> part(CURLUPart which, unsigned flags = 0) {
    return url_part(handle_.get(), which, flags);
  }

  UrlPtr handle_;
  Reason reason_;
};

Result<Url> Url::parse(std::string_view text, Reason reason) {
  if (auto plain = PlainUrlReader(text).read()) {
    return *std::move(plain);
  }
  UrlReader reader(reason);
  TRY_VOID(reader.set(text));
  return reader.read();
}

Result<Url> Url::resolve(std::string_view reference, Reason reason) const {
  UrlReader reader(reason);
  TRY_VOID(reader.set(text_));
  TRY_VOID(reader.set(reference));  // onto a URL that is there, libcurl resolves
  return reader.read();
}

Result<Url> Url::below(std::string_view tail, Reason reason) const {
  const auto mark = std::min(tail.find('?'), tail.size());
  const auto path = tail.substr(0, mark);
  const auto query = tail.substr(std::min(mark + 1, tail.size()));
  const auto of = [](std::string_view more) {
    return [more](char c) { return is_unreserved(c) || more.find(c) != std::string_view::npos; };
  };
  if (!text_.ends_with('/') || !query_.empty() || path.empty() || path.front() == '/' ||
      has_dot_segment(path) || !std::ranges::all_of(path, of(":/")) ||
      !std::ranges::all_of(query, of("%=&")) || text_.size() + tail.size() > limits::kUrlBytes) {
    return fail(reason, "not the plain tail of a URL");
  }
  Url url = *this;
  url.path_ += path;
  url.query_ = query;
  url.text_ += query.empty() ? path : tail;  // resolve() drops a "?" before nothing, too
  return url;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kHex[byte >> 4U], kHex[byte & 0x0FU]});
    }
  }
  return encoded;
}

}  // namespace countersign::net
