// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/api_client.h"

#include <utility>

#include "countersign/base/limits.h"

#include "cluster/api_answer.h"
#include "cluster/bearer_token.h"

namespace countersign::cluster {
namespace {

using Answers = std::vector<Result<net::Response>>;

struct Question {  // what a request is made of, but for the token
  net::Method method = net::Method::Get;
  std::string path;
  std::string_view body_type = {};
  const Secret* body = nullptr;
  net::Request::Answer answer = net::Request::Answer::Ordinary;
};

bool is_refused(const Result<net::Response>& answer) { return answer && answer->status == 401; }

// Passwords and keys are in secrets, and in nothing else that is asked for.
net::Request::Answer answer_of(const Resource& resource) {
  return resource.kind() == Resource::Kind::Secret ? net::Request::Answer::Secret
                                                   : net::Request::Answer::Ordinary;
}

std::string_view media_type(PatchKind kind) {
  switch (kind) {
    case PatchKind::Merge:
      return "application/merge-patch+json";
    case PatchKind::Json:
      return "application/json-patch+json";
  }
  return {};
}

}  // namespace

struct ApiClient::State {
  ApiServer server;
  net::HttpTransport& transport;
  BearerToken token;

  Result<Answers> ask_twice(std::span<const Question> questions, Deadline deadline);
  Result<Written> write(Verb verb, const Resource& resource, const Question& question,
                        Deadline deadline);

 private:
  net::Request request_for(const Question& question, const Secret& bearer) const;
  Answers ask(std::span<const Question> questions, const Secret& bearer, Deadline deadline) const;
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
  if (!deadline.waits()) {
    results.assign(resources.size(), fail(Reason::DeadlineExceeded, "the API server is not asked"));
    return results;
  }
  std::vector<Question> questions;
  for (const auto& resource : resources) {
    questions.push_back({.path = resource.path(), .answer = answer_of(resource)});
  }
  auto answers = state_->ask_twice(questions, deadline);
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

Result<Written> ApiClient::create(const Resource& resource, const Secret& object,
                                  Deadline deadline) {
  return state_->write(Verb::Create, resource,
                       {.method = net::Method::Post,
                        .path = resource.list_path(),
                        .body_type = "application/json",
                        .body = &object,
                        .answer = answer_of(resource)},
                       deadline);
}

Result<Written> ApiClient::replace(const Resource& resource, const Secret& object,
                                   Deadline deadline) {
  return state_->write(Verb::Update, resource,
                       {.method = net::Method::Put,
                        .path = resource.path(),
                        .body_type = "application/json",
                        .body = &object,
                        .answer = answer_of(resource)},
                       deadline);
}

Result<Written> ApiClient::patch(const Resource& resource, PatchKind kind, const Secret& patch,
                                 Deadline deadline) {
  return state_->write(Verb::Patch, resource,
                       {.method = net::Method::Patch,
                        .path = resource.path(),
                        .body_type = media_type(kind),
                        .body = &patch,
                        .answer = answer_of(resource)},
                       deadline);
}

Result<Written> ApiClient::State::write(Verb verb, const Resource& resource,
                                        const Question& question, Deadline deadline) {
  TRY(auto answers, ask_twice({&question, 1}, deadline));
  auto& answer = answers.front();
  auto written = read_written(verb, resource, answer);
  if (answer) {
    wipe(answer->body);
  }
  return written;
}

// A token that was replaced may be refused before a minute is over: then it is read at once, and
// the refused requests are sent once more.
Result<Answers> ApiClient::State::ask_twice(std::span<const Question> questions,
                                            Deadline deadline) {
  TRY(const auto bearer, token.get());
  auto answers = ask(questions, bearer, deadline);
  std::vector<Question> refused;
  for (std::size_t index = 0; index < questions.size(); ++index) {
    if (is_refused(answers[index])) {
      refused.push_back(questions[index]);
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

net::Request ApiClient::State::request_for(const Question& question, const Secret& bearer) const {
  net::Request request{
      .method = question.method,
      .url = server.origin + question.path,
      .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + bearer.reveal()}},
      .body = {},
      .max_response = limits::kApiObjectBytes,
      .wait = limits::kApiWait,
      .kind = "kubernetes",
      .answer = question.answer};
  if (question.body != nullptr) {
    request.headers.push_back({"Content-Type", std::string(question.body_type)});
    request.body = question.body->reveal();
  }
  return request;
}

Answers ApiClient::State::ask(std::span<const Question> questions, const Secret& bearer,
                              Deadline deadline) const {
  std::vector<net::Request> requests;
  requests.reserve(questions.size());
  for (const auto& question : questions) {
    requests.push_back(request_for(question, bearer));
  }
  auto answers = transport.send_all(requests, deadline);
  for (auto& request : requests) {
    wipe(request.headers[1].value);
    wipe(request.body);
  }
  return answers;
}

}  // namespace countersign::cluster
