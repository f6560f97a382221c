// SPDX-License-Identifier: Apache-2.0
// For what must not touch the network: any request fails the test.
#pragma once
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/net/http_transport.h"

namespace countersign::test {

class RefusingTransport final : public net::HttpTransport {
 public:
  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      ADD_FAILURE() << "unexpected request: " << request.url;
      results.emplace_back(fail(Reason::Internal, "nothing is scripted"));
    }
    return results;
  }
};

}  // namespace countersign::test
