// SPDX-License-Identifier: Apache-2.0
// What Notation asks a plugin that signs (plugin-extensibility.md, "Signature Generator"; contract
// version 1.0). get-plugin-metadata has a request as well, of which nothing is used.
//
// "plugin implementors MUST ignore unrecognized attributes in command request which are introduced
// in minor version updates of the plugin contract": so they are, and every 1.x is taken. The JSON
// is read strictly otherwise (codec/json.h). Whether the key exists is not checked here.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/crypto/public_key.h"
#include "countersign/plugin/failure.h"

namespace countersign::plugin {

enum class Command : std::uint8_t { GetPluginMetadata, DescribeKey, GenerateSignature };
std::optional<Command> parse_command(std::string_view name);

using PluginConfig = std::map<std::string, std::string>;

struct KeyRequest {    // of describe-key
  std::string key_id;  // not empty; answers repeat it
  PluginConfig config;
};

struct SignatureRequest : KeyRequest {  // of generate-signature
  // keySpec and hashAlgorithm together; they fit each other.
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RsaPssSha256;
  ByteVector payload;  // what is signed; not empty
};

// Validation, UnsupportedContractVersion.
[[nodiscard]] Answer<KeyRequest> parse_key_request(std::string_view json);
[[nodiscard]] Answer<SignatureRequest> parse_signature_request(std::string_view json);

}  // namespace countersign::plugin
