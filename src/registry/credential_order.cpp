// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_order.h"

#include <algorithm>
#include <span>

#include "countersign/codec/base64.h"
#include "countersign/crypto/digest.h"

namespace countersign::registry {
namespace {

std::span<const Credential> tried(const Credentials& credentials) {
  return std::span(credentials.candidates)
      .first(std::min(credentials.candidates.size(), limits::kCredentialsTried));
}

// Owners with equal credentials are apart, too: what one of them found out is his.
std::string name_of(const Credentials& credentials, Access access) {
  auto name = (access == Access::Push ? "push " : "pull ") + credentials.owner;
  for (const auto& credential : tried(credentials)) {
    name += "\n" + fingerprint(credential);
  }
  return name;
}

}  // namespace

std::string fingerprint(const Credential& credential) {
  std::string all = std::to_string(static_cast<int>(credential.kind)) + ":" +
                    std::to_string(credential.user.size()) + ":" + credential.user +
                    credential.secret.reveal();
  auto print = codec::encode_hex(crypto::sha256(as_bytes(all)));
  wipe(all);
  return print;
}

std::vector<const Credential*> CredentialOrder::of(const Credentials& credentials,
                                                   Access access) const {
  std::vector<const Credential*> order;
  for (const auto& credential : tried(credentials)) {
    order.push_back(&credential);
  }
  if (order.empty()) {
    order.push_back(nullptr);
  }
  if (order.size() == 1) {
    return order;
  }
  const auto name = name_of(credentials, access);
  const std::lock_guard lock(mutex_);
  if (const auto* taken = taken_.find(name)) {
    const auto first = std::ranges::find_if(
        order, [&](const Credential* one) { return fingerprint(*one) == *taken; });
    if (first != order.end()) {
      std::rotate(order.begin(), first, first + 1);
    }
  }
  return order;
}

void CredentialOrder::took(const Credentials& credentials, const Credential& credential,
                           Access access) {
  const auto name = name_of(credentials, access);
  const std::lock_guard lock(mutex_);
  taken_.put(name, fingerprint(credential));
}

}  // namespace countersign::registry
