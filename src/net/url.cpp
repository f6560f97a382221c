// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/url.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include <curl/curl.h>

#include "countersign/base/limits.h"

#include "net/ascii.h"

namespace countersign::net {
namespace {

struct UrlCleanup {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, UrlCleanup>;

struct CurlFree {
  void operator()(char* text) const noexcept { curl_free(text); }
};

bool acceptable(std::string_view text) {
  return !text.empty() && text.size() <= limits::kUrlBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
}

}  // namespace

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
    char* text = nullptr;
    const auto code = curl_url_get(handle_.get(), which, &text, flags);
    const std::unique_ptr<char, CurlFree> owner(text);
    if (code != CURLUE_OK || text == nullptr) {
      return std::nullopt;
    }
    return std::string(text);
  }

  UrlPtr handle_;
  Reason reason_;
};

Result<Url> Url::parse(std::string_view text, Reason reason) {
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

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  static constexpr std::string_view kMarks = "-._~";
  std::string encoded;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kMarks.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kHex[byte >> 4U], kHex[byte & 0x0FU]});
    }
  }
  return encoded;
}

}  // namespace countersign::net
