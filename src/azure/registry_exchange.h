// SPDX-License-Identifier: Apache-2.0
// The refresh token of one registry: asked for once however many want it, renewed before it ends,
// kept while a renewal fails, replaced when the registry refuses it.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "countersign/azure/registry_credentials.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/http_transport.h"
#include "countersign/registry/credential_provider.h"

#include "azure/refresh_token.h"
#include "azure/token_giver.h"

namespace countersign::azure {

// As RegistryCredentials (registry_credentials.h), with Azure tokens from anywhere. Whoever asks
// first in a token's last time (limits::kAcrTokenMargin, or a tenth of its life) renews it, with
// half of his time, and has the old one when that fails. After a failure nobody tries for
// limits::kAbsenceLife while there is a good one, nor after a definite no (RegistryAuth).
class RegistryExchange final : public registry::CredentialProvider {  // thread-safe
 public:
  // Transport and clock are borrowed.
  RegistryExchange(const RegistryAccess&, TokenGiver, net::HttpTransport&, const Clock&);

  Result<registry::Credentials> credentials_for(const oci::ImageRef&, Deadline) override;
  bool refused(const registry::Credentials&) override;
  // An Error also when there still is a good one.
  Result<void> renew(Deadline);

 private:
  struct Kept {
    Secret token;
    Tick since, renewal, end;
  };
  struct Flight {
    std::optional<Result<Secret>> outcome;
  };
  using Lock = std::unique_lock<std::mutex>;

  Result<Secret> token(Deadline);
  bool good() const;  // these need the lock
  bool to_be_renewed() const;
  Result<Secret> fetch(Lock&, Deadline);
  std::optional<Result<Secret>> wait(Lock&, Deadline);
  Result<Secret> land(Result<RefreshToken>);

  const Result<ExchangePlace> place_;
  const TokenGiver giver_;
  net::HttpTransport& http_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable landed_;
  std::shared_ptr<Flight> flight_;  // null: nobody asks the registry now
  std::optional<Kept> kept_;
  std::optional<Error> no_;  // of the last attempt, when that was definite
  Tick quiet_until_{};
};

}  // namespace countersign::azure
