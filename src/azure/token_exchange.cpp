// SPDX-License-Identifier: Apache-2.0
#include "azure/token_exchange.h"

#include <chrono>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"

#include "azure/token_reply.h"

namespace countersign::azure {
namespace {

void wipe_secrets(net::Request& request) {
  wipe(request.body);
  for (auto& header : request.headers) {
    wipe(header.value);
  }
}

}  // namespace

Result<AccessToken> TokenExchange::send(net::Request request, Deadline deadline) {
  request.headers.push_back({"Accept", "application/json"});
  request.max_response = limits::kTokenBytes;
  request.wait = limits::kAzureTokenWait;
  request.kind = "token";
  request.answer = net::Request::Answer::Secret;
  auto response = http_.send(request, deadline);
  wipe_secrets(request);
  if (!response) {
    if (response.error().reason == Reason::DeadlineExceeded) {
      return std::unexpected(std::move(response).error());
    }
    return fail(Reason::AzureIdentityUnavailable, std::move(response).error().detail);
  }
  auto token = response->status == 200
                   ? parse_token_reply(response->body, clock_.now())
                   : std::unexpected(note(read_error_(*response, clock_.now())));
  wipe(response->body);
  return token;
}

// The latest wish counts, whoever was told of it.
Error TokenExchange::note(Refusal refusal) {
  if (refusal.pause) {
    const auto until = (clock_.tick() + *refusal.pause).time_since_epoch().count();
    auto known = quiet_until_.load();
    while (known < until && !quiet_until_.compare_exchange_weak(known, until)) {
    }
  }
  return std::move(refusal.error);
}

}  // namespace countersign::azure
