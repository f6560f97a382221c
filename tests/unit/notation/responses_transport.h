// SPDX-License-Identifier: Apache-2.0
// The network of a case folder: its `responses`, as tests/data/notation/README.md says. Whoever
// asks another host, or asks at all where the folder is not there, fails the test.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"

#include "vector_case.h"

namespace countersign::test {

class ResponsesTransport final : public net::HttpTransport {
 public:
  explicit ResponsesTransport(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      results.push_back(answer(request));
    }
    return results;
  }

 private:
  Result<net::Response> answer(const net::Request& request) const {
    const auto url = net::Url::parse(request.url, Reason::Internal);
    if (!url || url->scheme() != net::UrlScheme::Http || url->port() != 80 ||
        !url->host().ends_with(".vectors.test") || !std::filesystem::exists(folder_)) {
      ADD_FAILURE() << "unexpected request: " << request.url;
      return fail(Reason::Internal, "not in the folder");
    }
    const auto known = find(url->host() + url->path());
    if (known.body.size() > request.max_response && known.status == 200) {
      return fail(Reason::RegistryResponse, "larger than the limit");
    }
    return known;
  }

  // The longest leading part of the path that is known.
  net::Response find(std::string place) const {
    const auto meta = read_json(folder_ / "meta.json");
    for (auto slash = std::string::npos; (slash = place.rfind('/')) != std::string::npos;
         place.resize(slash)) {
      const auto* const known = meta.find(place);
      const bool has_body = std::filesystem::is_regular_file(folder_ / place);
      if (known != nullptr || has_body) {
        return {status(known), {}, has_body ? body(place) : std::string()};
      }
    }
    return {404, {}, {}};
  }

  static int status(const codec::Json* known) {
    const auto* const status = known != nullptr ? known->find("status") : nullptr;
    return status != nullptr ? static_cast<int>(status->integer().value()) : 200;
  }

  std::string body(const std::string& place) const {
    const auto bytes = read_bytes(folder_ / place);
    return {bytes.begin(), bytes.end()};
  }

  std::filesystem::path folder_;
};

}  // namespace countersign::test
