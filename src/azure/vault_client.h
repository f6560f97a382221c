// SPDX-License-Identifier: Apache-2.0
// Requests to one vault. The token goes to its origin and nowhere else: addresses are made from the
// configured one, or are links of a list that were compared with it.
#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "countersign/azure/cloud.h"
#include "countersign/net/http_transport.h"

#include "azure/token_giver.h"
#include "azure/vault_error.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

struct VaultAccess {
  Vault vault;
  std::string audience;
  std::string api_version;
};

class VaultClient {
 public:
  VaultClient(VaultAccess access, TokenGiver tokens, net::HttpTransport& http)
      : access_(std::move(access)), tokens_(std::move(tokens)), http_(http) {}

  const Vault& vault() const { return access_.vault; }

  // Takes the answer to the resource of that index; its text is wiped afterwards.
  using Receive = std::function<void(std::size_t index, Result<VaultAnswer>&)>;
  // limits::kVaultAtOnce at a time. A token that the vault refuses is replaced once, for as many
  // requests as it was refused for; then KeyVaultDenied. A challenge that wants tokens for
  // something else is that error at once. The result is an Error when there is no token at all.
  [[nodiscard]] Result<void> get(std::span<const Resource>, Deadline, const Receive&) const;

  // POST of a JSON document; else as above.
  [[nodiscard]] Result<VaultAnswer> post(const Resource&, const std::string& body, Deadline) const;

 private:
  struct Asked {  // and not answered yet
    const Resource* resource;
    const std::string* body;  // null: a GET
  };
  using Answers = std::vector<Result<net::Response>>;

  Result<std::vector<Result<VaultAnswer>>> ask(std::span<const Asked>, Deadline) const;
  Answers send(std::span<const Asked>, const Secret& token, Deadline) const;
  void ask_again(std::span<const Asked>, const Secret& refused, Answers&, Deadline) const;
  net::Request request_for(const Asked&, const Secret& token) const;
  bool may_ask_again(const Result<net::Response>&) const;
  Result<VaultAnswer> judge_answer(const Resource&, Result<net::Response>) const;

  VaultAccess access_;
  TokenGiver tokens_;
  net::HttpTransport& http_;
};

}  // namespace countersign::azure
