// SPDX-License-Identifier: Apache-2.0
#include "app/vault_signing.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/trust/certificate_file.h"

#include "app/file.h"

namespace countersign::app {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kExpected =
    "https://VAULT/keys/NAME, https://VAULT/keys/NAME/VERSION, or the same with certificates is "
    "expected";
constexpr std::array<std::string_view, 2> kCollections{"keys/", "certificates/"};

class RemoteSigner final : public signing::Signer {
 public:
  RemoteSigner(azure::VaultSigner vault, azure::VaultKey key, x509::Chain chain)
      : vault_(std::move(vault)), key_(std::move(key)), chain_(std::move(chain)) {}

  const x509::Chain& chain() const override { return chain_; }
  Result<ByteVector> sign(Bytes message, Deadline deadline) const override {
    auto signature = vault_.sign(key_, message, deadline);
    if (!signature) {
      return fail(signature.error().reason, key_.id + ": " + signature.error().detail);
    }
    return signature;
  }

 private:
  azure::VaultSigner vault_;
  azure::VaultKey key_;
  x509::Chain chain_;
};

// "keys/" or "certificates/" from the front.
bool take_collection(std::string_view& path) {
  for (const auto collection : kCollections) {
    if (path.starts_with(collection)) {
      path.remove_prefix(collection.size());
      return true;
    }
  }
  return false;
}

Result<VaultKeyId> read_key_id(std::string_view url, const azure::Cloud& cloud) {
  const auto slash = url.find('/', kScheme.size());
  if (!url.starts_with(kScheme) || slash == std::string_view::npos) {
    return fail(Reason::BadConfig, std::string(kExpected));
  }
  VaultKeyId id;
  TRY(id.vault, azure::Vault::parse(url.substr(0, slash), cloud));
  auto path = url.substr(slash + 1);
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  if (!take_collection(path)) {
    return fail(Reason::BadConfig, std::string(kExpected));
  }
  const auto end = path.find('/');
  TRY(id.name, azure::parse_object_name(path.substr(0, end)));
  if (end != std::string_view::npos) {
    TRY(id.version, azure::parse_object_version(path.substr(end + 1)));
  }
  return id;
}

azure::KeyVaultSettings::Read read_of(VaultChain::From from) {
  switch (from) {
    case VaultChain::From::Secret:
      return azure::KeyVaultSettings::Read::Secrets;
    case VaultChain::From::Certificate:
    case VaultChain::From::File:
      break;
  }
  return azure::KeyVaultSettings::Read::Certificates;
}

Result<void> add_file(const std::filesystem::path& file, x509::Chain& certificates) {
  TRY(const auto content, read_file(file, limits::kKeyFileBytes));
  auto more = trust::parse_certificate_file(as_bytes(content));
  if (!more) {
    return fail(Reason::BadConfig, file.string() + ": " + more.error().detail);
  }
  for (auto& each : *more) {
    if (std::ranges::find(certificates, each) == certificates.end()) {
      certificates.push_back(std::move(each));
    }
  }
  return {};
}

}  // namespace

Result<VaultKeyId> parse_vault_key_id(std::string_view url, const azure::Cloud& cloud) {
  auto id = read_key_id(url, cloud);
  if (!id) {
    return fail(Reason::BadConfig,
                "the identifier of the key, \"" + std::string(url) + "\": " + id.error().detail);
  }
  return id;
}

Result<std::unique_ptr<signing::Signer>> vault_signer(const VaultKeyId& id, const VaultChain& chain,
                                                      azure::VaultSigner vault, Time now,
                                                      Deadline deadline) {
  x509::Chain certificates;
  if (chain.from == VaultChain::From::File) {  // before anybody is asked
    TRY_VOID(add_file(chain.file, certificates));
  }
  TRY(auto found, vault.find_certified(read_of(chain.from), id.name, id.version, now, deadline));
  for (auto& each : found.certificates) {
    if (std::ranges::find(certificates, each) == certificates.end()) {
      certificates.push_back(std::move(each));
    }
  }
  TRY(auto ordered, signing::signing_chain(found.key.key, certificates, now));
  return std::make_unique<RemoteSigner>(std::move(vault), std::move(found.key), std::move(ordered));
}

Result<std::unique_ptr<signing::Signer>> vault_signer(std::string_view url, const VaultChain& chain,
                                                      AzureAccess& azure, std::size_t identity,
                                                      Deadline deadline) {
  TRY(auto id, parse_vault_key_id(url, azure.setup().cloud));
  azure::VaultSigner vault(id.vault, azure.setup().cloud.vault_audience, azure.keeper(identity),
                           azure.http());
  return vault_signer(id, chain, std::move(vault), azure.clock().now(), deadline);
}

}  // namespace countersign::app
