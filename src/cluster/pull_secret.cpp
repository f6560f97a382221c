// SPDX-License-Identifier: Apache-2.0
#include "cluster/pull_secret.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "countersign/base/secret.h"
#include "countersign/codec/base64.h"

namespace countersign::cluster {
namespace {

using registry::Keyring;

struct Type {
  std::string_view name, key;
  Keyring::Format format;
};

constexpr std::array kTypes{
    Type{"kubernetes.io/dockerconfigjson", ".dockerconfigjson", Keyring::Format::DockerConfig},
    Type{"kubernetes.io/dockercfg", ".dockercfg", Keyring::Format::DockerCfg}};

}  // namespace

Result<Keyring> read_pull_secret(const codec::Json& secret) {
  const auto* name = secret.find_string("type");
  const auto* const type = std::ranges::find_if(
      kTypes, [name](const Type& each) { return name != nullptr && *name == each.name; });
  if (type == kTypes.end()) {
    return fail(Reason::BadConfig, "its type is not one of pull secrets");
  }
  const auto* data = secret.find("data");
  const auto* encoded = data == nullptr ? nullptr : data->find_string(type->key);
  if (encoded == nullptr) {
    return fail(Reason::BadConfig, "it has no " + std::string(type->key));
  }
  TRY(const auto bytes, codec::decode_base64(*encoded, Reason::BadConfig));
  const Secret document{std::string(as_text(bytes))};
  return Keyring::parse(document.reveal(), type->format);
}

}  // namespace countersign::cluster
