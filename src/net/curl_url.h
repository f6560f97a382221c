// SPDX-License-Identifier: Apache-2.0
// libcurl's URL parser, owned. One parser for what is checked and for what is contacted.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

namespace countersign::net {

struct UrlCleanup {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, UrlCleanup>;

// nullopt when the URL has no such part, or one that can't be decoded where that was asked for.
inline std::optional<std::string> url_part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  struct Free {
    void operator()(char* text) const noexcept { curl_free(text); }
  };
  char* text = nullptr;
  const auto code = curl_url_get(url, which, &text, flags);
  const std::unique_ptr<char, Free> owner(text);
  if (code != CURLUE_OK || text == nullptr) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace countersign::net
