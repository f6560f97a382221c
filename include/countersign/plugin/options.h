// SPDX-License-Identifier: Apache-2.0
// What users tell the plugin through `--plugin-config NAME=VALUE`: the names of the plugin
// notation-azure-kv, so that what calls that one can call this one.
#pragma once
#include <cstdint>
#include <string>

#include "countersign/plugin/request.h"

namespace countersign::plugin {

struct Options {
  enum class Chain : std::uint8_t {
    Secret,      // the secret of the same name has all of it
    SelfSigned,  // self_signed=true: the certificate is all of it
    File,        // ca_certs=FILE: what stands above the certificate is in a PEM file
  };
  Chain chain = Chain::Secret;
  std::string ca_certs;  // of File; not looked at
  // credential_type; FirstPresent: whatever the environment or the configuration has.
  enum class Credential : std::uint8_t { FirstPresent, Environment, Workload, Managed };
  Credential credential = Credential::FirstPresent;
};

// Validation, with the name, for one that is not known, a value that means nothing, and two that
// contradict each other.
[[nodiscard]] Answer<Options> parse_options(const PluginConfig&);

}  // namespace countersign::plugin
