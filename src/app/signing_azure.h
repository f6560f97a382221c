// SPDX-License-Identifier: Apache-2.0
// The way to a vault that signs: of a configuration file, or of the environment alone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>

#include "countersign/base/clock.h"

#include "app/azure_access.h"
#include "app/config.h"
#include "app/console.h"

namespace countersign::app {

// Who signs. FirstPresent: whom the configuration's section `azure` names; without a file the
// environment's service principal, the workload identity, or the managed identity, whichever the
// environment has first.
enum class Credential : std::uint8_t { FirstPresent, Environment, Workload, Managed };

struct SigningAzure {
  std::shared_ptr<AzureAccess> access;  // not started yet
  std::size_t identity = 0;
};

// `config`: a configuration file, or one with nothing but `version` and `azure`; of either the
// section `azure` alone is used. Empty: the public cloud. The clock is borrowed. Reads
// AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH (PEM, RSA),
// AZURE_FEDERATED_TOKEN_FILE and AZURE_AUTHORITY_HOST.
std::expected<SigningAzure, Problems> signing_azure(const std::filesystem::path& config, Credential,
                                                    const Console&, const Clock&);

}  // namespace countersign::app
