// SPDX-License-Identifier: Apache-2.0
// An identity whose tokens say what they are for, and a vault that reads that, as Key Vault does.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "countersign/azure/token_keeper.h"

#include "unit/azure/vault_answers.h"

namespace countersign::azure::answers {

class AudienceIdentity final : public Identity {
 public:
  explicit AudienceIdentity(std::vector<std::string>& asked) : asked_(asked) {}
  std::string_view description() const override { return "an identity"; }
  Result<AccessToken> acquire(std::string_view audience, Deadline) override {
    asked_.emplace_back(audience);
    return AccessToken{
        Secret("aud=" + std::string(audience) + ",number=" + std::to_string(asked_.size())),
        std::chrono::hours(1)};
  }

 private:
  std::vector<std::string>& asked_;
};

// Answers every request with `body`, when the token is for exactly this audience.
class LiteralVault final : public net::HttpTransport {
 public:
  explicit LiteralVault(std::string body) : body_(std::move(body)) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      const auto token = test::header_of(request, "Authorization");
      tokens.push_back(token);
      const bool good = token.starts_with("Bearer aud=https://vault.azure.net,");
      results.push_back(good && token != refused ? answers::good(body_)
                                                 : unauthorized("", "AKV10022: Invalid audience."));
    }
    return results;
  }

  std::string refused;
  std::vector<std::string> tokens;

 private:
  std::string body_;
};

}  // namespace countersign::azure::answers
