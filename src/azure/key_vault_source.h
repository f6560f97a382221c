// SPDX-License-Identifier: Apache-2.0
// The certificates of a vault as a source of a trust store; key_vault.h says what counts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/azure/key_vault.h"
#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"
#include "countersign/trust/certificate_source.h"

#include "azure/object_loading.h"
#include "azure/selections.h"
#include "azure/token_giver.h"
#include "azure/vault_client.h"

namespace countersign::azure {

class KeyVaultSource final : public trust::CertificateSource {
 public:
  // Transport and clock are borrowed.
  KeyVaultSource(KeyVaultSettings, TokenGiver, net::HttpTransport&, const Clock&);

  std::string_view description() const override { return description_; }
  trust::Content content() const override { return trust::Content::Chains; }
  Result<std::vector<trust::Item>> load(Deadline) override;

 private:
  Result<SelectedObjects> select(Deadline);
  Result<void> choose_versions(std::vector<ObjectLoading>&, Deadline) const;
  Result<void> fetch(std::vector<ObjectLoading>&, Deadline) const;

  VaultClient client_;
  const Clock& clock_;
  std::string description_;
  KeyVaultSettings::Read read_;
  KeyVaultSettings::Expired expired_;
  Selections selections_;
};

}  // namespace countersign::azure
