// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/api_client.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"

#include "cluster/api_answer.h"
#include "cluster/bearer_token.h"

namespace countersign::cluster {
namespace {

using Answers = std::vector<Result<net::Response>>;

bool is_refused(const Result<net::Response>& answer) { return answer && answer->status == 401; }

}  // namespace

struct ApiClient::State {
  ApiServer server;
  net::HttpTransport& transport;
  BearerToken token;

  Answers ask(std::span<const Resource> resources, const Secret& bearer, Deadline deadline) const;
  Result<Answers> ask_twice(std::span<const Resource> resources, Deadline deadline);
};

ApiClient::ApiClient(ApiServer server, ReadToken read, net::HttpTransport& transport,
                     const Clock& clock)
    : state_(new State{std::move(server), transport, BearerToken(std::move(read), clock)}) {}

ApiClient::~ApiClient() = default;

std::vector<Result<std::optional<codec::Json>>> ApiClient::get(std::span<const Resource> resources,
                                                               Deadline deadline) {
  std::vector<Result<std::optional<codec::Json>>> results;
  if (resources.empty()) {
    return results;
  }
  auto answers = state_->ask_twice(resources, deadline);
  if (!answers) {
    results.assign(resources.size(), std::unexpected(answers.error()));
    return results;
  }
  for (std::size_t index = 0; index < resources.size(); ++index) {
    auto& answer = (*answers)[index];
    results.push_back(read_answer(resources[index], answer));
    if (answer) {
      wipe(answer->body);
    }
  }
  return results;
}

// A token that was replaced may be refused before a minute is over: then it is read at once, and
// the refused requests are sent once more.
Result<Answers> ApiClient::State::ask_twice(std::span<const Resource> resources,
                                            Deadline deadline) {
  TRY(const auto bearer, token.get());
  auto answers = ask(resources, bearer, deadline);
  std::vector<Resource> refused;
  for (std::size_t index = 0; index < resources.size(); ++index) {
    if (is_refused(answers[index])) {
      refused.push_back(resources[index]);
    }
  }
  if (refused.empty()) {
    return answers;
  }
  TRY(const auto other, token.instead_of(bearer));
  if (!other) {
    return answers;
  }
  auto again = ask(refused, *other, deadline);
  auto next = again.begin();
  for (auto& answer : answers) {
    if (is_refused(answer)) {
      answer = std::move(*next++);
    }
  }
  return answers;
}

Answers ApiClient::State::ask(std::span<const Resource> resources, const Secret& bearer,
                              Deadline deadline) const {
  std::vector<net::Request> requests;
  for (const auto& resource : resources) {
    requests.push_back({.method = net::Method::Get,
                        .url = server.origin + resource.path(),
                        .headers = {{"Accept", "application/json"},
                                    {"Authorization", "Bearer " + bearer.reveal()}},
                        .body = {},
                        .max_response = limits::kApiObjectBytes,
                        .wait = limits::kApiWait,
                        .kind = "kubernetes"});
  }
  auto answers = transport.send_all(requests, deadline);
  for (auto& request : requests) {
    wipe(request.headers.back().value);
  }
  return answers;
}

}  // namespace countersign::cluster
