// SPDX-License-Identifier: Apache-2.0
// Stand-ins for what the server is given.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/server/front.h"

#include "server/conversation.h"

namespace countersign::server::test {

// Knows /validate; keeps what it is asked to answer.
class RecordingSite : public Site {
 public:
  struct Asked {
    HttpRequest request;
    Respond respond;
    Wanted wanted;
  };

  std::optional<Refusal> refuse(const RequestHead& head) const override {
    if (head.path != "/validate") {
      return Refusal{.status = 404};
    }
    if (head.method == RequestHead::Method::Other) {
      return Refusal{.status = 405, .allow = "POST"};
    }
    return std::nullopt;
  }
  void answer(HttpRequest request, Respond respond, Wanted wanted) override {
    asked.push_back({std::move(request), std::move(respond), std::move(wanted)});
  }
  void rejected(int status) override { rejections.push_back(status); }
  void client_refused(const RefusedClient& refused) override { refused_clients.push_back(refused); }

  std::vector<Asked> asked;
  std::vector<int> rejections;
  std::vector<RefusedClient> refused_clients;
};

class EchoSite final : public RecordingSite {
 public:
  void answer(HttpRequest request, Respond respond, Wanted) override {
    respond({.status = 200, .content_type = "text/plain", .body = request.body, .retry_after = {}});
  }
};

// A handler that no test expects to be asked.
class RefusingHandler final : public Handler {
 public:
  bool knows(std::string_view) const override { return false; }
  HttpReply handle(const HttpRequest& request) override {
    ADD_FAILURE() << "unexpected request: " << request.path;
    return {};
  }
  HttpReply overloaded(const HttpRequest& request) override { return handle(request); }
};

}  // namespace countersign::server::test
