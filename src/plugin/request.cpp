// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

#include "plugin/names.h"

namespace countersign::plugin {
namespace {

using codec::Json;

struct CommandRow {
  std::string_view name;
  Command command;
};
constexpr std::array<CommandRow, 3> kCommands{{{"get-plugin-metadata", Command::GetPluginMetadata},
                                               {"describe-key", Command::DescribeKey},
                                               {"generate-signature", Command::GenerateSignature}}};

Answer<Json> parse_document(std::string_view json);
Answer<KeyRequest> read_key_request(const Json& document);
Answer<crypto::SignatureAlgorithm> read_algorithm(const Json& document);
Answer<std::string> read_text(const Json& document, std::string_view name);

std::unexpected<Failure> invalid(std::string message) {
  return refuse(ErrorCode::Validation, std::move(message));
}

}  // namespace

std::optional<Command> parse_command(std::string_view name) {
  const auto* const row = std::ranges::find(kCommands, name, &CommandRow::name);
  return row == kCommands.end() ? std::nullopt : std::optional(row->command);
}

Answer<KeyRequest> parse_key_request(std::string_view json) {
  TRY(const auto document, parse_document(json));
  return read_key_request(document);
}

Answer<SignatureRequest> parse_signature_request(std::string_view json) {
  TRY(const auto document, parse_document(json));
  SignatureRequest request;
  TRY(static_cast<KeyRequest&>(request), read_key_request(document));
  TRY(request.algorithm, read_algorithm(document));
  TRY(const auto payload, read_text(document, "payload"));
  auto bytes = codec::decode_base64(payload, Reason::BadRequest);
  if (!bytes) {
    return invalid("payload is not base64: " + bytes.error().detail);
  }
  request.payload = std::move(*bytes);
  return request;
}

namespace {

// "1.0", "1.1", ...: what a minor version adds may be ignored.
bool is_ours(std::string_view version) {
  const auto minor = version.starts_with("1.") ? version.substr(2) : std::string_view();
  return !minor.empty() && minor.size() <= limits::kPluginMinorDigits &&
         std::ranges::all_of(minor, [](char c) { return c >= '0' && c <= '9'; });
}

Answer<Json> parse_document(std::string_view json) {
  auto document = Json::parse(json, {.bytes = limits::kPluginRequestBytes}, Reason::BadRequest);
  if (!document) {
    return invalid("the request is not JSON: " + document.error().detail);
  }
  if (!document->is_object()) {
    return invalid("the request is not an object");
  }
  TRY(const auto version, read_text(*document, "contractVersion"));
  if (!is_ours(version)) {
    return refuse(ErrorCode::UnsupportedContractVersion,
                  "contractVersion " + version + " is not supported; 1.0 is");
  }
  return std::move(*document);
}

Answer<std::string> read_text(const Json& document, std::string_view name) {
  const auto* text = document.find_string(name);
  if (text == nullptr || text->empty()) {
    return invalid(std::string(name) + " is missing, empty or no string");
  }
  return *text;
}

// "map of string-string"; Go leaves an empty one out or writes null.
Answer<PluginConfig> read_config(const Json& document) {
  PluginConfig config;
  const auto* object = document.find("pluginConfig");
  if (object == nullptr || object->is_null()) {
    return config;
  }
  if (!object->is_object() || object->members().size() > limits::kPluginConfig) {
    return invalid("pluginConfig is no map, or too large");
  }
  for (const auto& [name, value] : object->members()) {
    if (value.string() == nullptr) {
      return invalid("pluginConfig: " + name + " is no string");
    }
    config.emplace(name, *value.string());
  }
  return config;
}

Answer<KeyRequest> read_key_request(const Json& document) {
  KeyRequest request;
  TRY(request.key_id, read_text(document, "keyId"));
  TRY(request.config, read_config(document));
  return request;
}

// "hash algorithm corresponding to the key spec": they are one choice, written twice.
Answer<crypto::SignatureAlgorithm> read_algorithm(const Json& document) {
  TRY(const auto spec, read_text(document, "keySpec"));
  TRY(const auto hash, read_text(document, "hashAlgorithm"));
  const auto algorithm = algorithm_of(spec);
  if (!algorithm) {
    return invalid("keySpec " + spec +
                   " is none of RSA-2048, RSA-3072, RSA-4096, EC-256, EC-384, EC-521");
  }
  if (hash_name(*algorithm) != hash) {
    return invalid("hashAlgorithm " + hash + " does not go with keySpec " + spec);
  }
  return *algorithm;
}

}  // namespace
}  // namespace countersign::plugin
