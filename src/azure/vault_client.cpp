// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_client.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"

#include "azure/vault_challenge.h"

namespace countersign::azure {
namespace {

constexpr int kUnauthorized = 401;

bool is_refused(const Result<net::Response>& answer) {
  return answer && answer->status == kUnauthorized;
}

}  // namespace

Result<void> VaultClient::get(std::span<const Resource> resources, Deadline deadline,
                              const Receive& receive) const {
  std::size_t index = 0;
  while (index < resources.size()) {
    std::vector<Asked> batch;
    for (const auto& resource :
         resources.subspan(index, std::min(resources.size() - index, limits::kVaultAtOnce))) {
      batch.push_back({&resource, nullptr});
    }
    TRY(auto answers, ask(batch, deadline));
    for (auto& answer : answers) {
      receive(index++, answer);
      if (answer) {
        wipe(answer->text);
      }
    }
  }
  return {};
}

Result<VaultAnswer> VaultClient::post(const Resource& resource, const std::string& body,
                                      Deadline deadline) const {
  const Asked asked{&resource, &body};
  TRY(auto answers, ask({&asked, 1}, deadline));
  return std::move(answers.front());
}

Result<std::vector<Result<VaultAnswer>>> VaultClient::ask(std::span<const Asked> batch,
                                                          Deadline deadline) const {
  TRY(const auto token, tokens_(Secret(), deadline));
  auto answers = send(batch, token, deadline);
  ask_again(batch, token, answers, deadline);
  std::vector<Result<VaultAnswer>> judged;
  judged.reserve(batch.size());
  for (std::size_t index = 0; index < batch.size(); ++index) {
    judged.push_back(judge_answer(*batch[index].resource, std::move(answers[index])));
  }
  return judged;
}

VaultClient::Answers VaultClient::send(std::span<const Asked> batch, const Secret& token,
                                       Deadline deadline) const {
  std::vector<net::Request> requests;
  requests.reserve(batch.size());
  for (const auto& asked : batch) {
    requests.push_back(request_for(asked, token));
  }
  auto answers = http_.send_all(requests, deadline);
  for (auto& request : requests) {
    wipe(request.headers.back().value);
  }
  return answers;
}

// Refused as it stands, the token may have been withdrawn, or ended by another clock than ours.
void VaultClient::ask_again(std::span<const Asked> batch, const Secret& refused, Answers& answers,
                            Deadline deadline) const {
  std::vector<Asked> again;
  for (std::size_t index = 0; index < batch.size(); ++index) {
    if (may_ask_again(answers[index])) {
      again.push_back(batch[index]);
    }
  }
  if (again.empty()) {
    return;
  }
  const auto other = tokens_(refused, deadline);
  auto others =
      other ? send(again, *other, deadline) : Answers(again.size(), std::unexpected(other.error()));
  auto next = others.begin();
  for (auto& answer : answers) {
    if (may_ask_again(answer)) {
      answer = std::move(*next++);
    }
  }
}

net::Request VaultClient::request_for(const Asked& asked, const Secret& token) const {
  net::Request request;
  request.url = url_of(*asked.resource, access_.vault, access_.api_version);
  request.headers.push_back({"Accept", "application/json"});
  if (asked.body != nullptr) {
    request.method = net::Method::Post;
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = *asked.body;
  }
  request.headers.push_back({"Authorization", "Bearer " + token.reveal()});
  request.max_response = limits::kVaultAnswerBytes;
  request.kind = "vault";
  const bool is_secret = asked.resource->kind == Resource::Kind::Secret &&
                         asked.resource->part == Resource::Part::Object;
  request.answer = is_secret ? net::Request::Answer::Secret : net::Request::Answer::Ordinary;
  return request;
}

bool VaultClient::may_ask_again(const Result<net::Response>& answer) const {
  return is_refused(answer) && !read_challenge(*answer, access_.audience).disagrees;
}

Result<VaultAnswer> VaultClient::judge_answer(const Resource& resource,
                                              Result<net::Response> answer) const {
  if (!is_refused(answer)) {
    return judge(resource, access_.vault, std::move(answer));
  }
  const auto code = refusal_code(answer->body);
  auto detail = access_.vault.host + " refuses our token for " + text_of(resource) +
                (code.empty() ? "" : ", " + code) + request_id(*answer);
  if (code == "AKV10032") {  // "Invalid issuer"
    detail += ": our identity is of another tenant than the vault";
  } else if (code == "AKV10022") {  // "Invalid audience"
    detail += ": it is for another audience";
  }
  return fail(Reason::KeyVaultDenied, detail + hint_of(read_challenge(*answer, access_.audience)));
}

}  // namespace countersign::azure
