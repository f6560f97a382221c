// SPDX-License-Identifier: Apache-2.0
#include "azure/certified_key.h"

#include <string>
#include <utility>

#include "azure/answer_document.h"
#include "azure/certificate_answer.h"
#include "azure/object_name.h"
#include "azure/secret_answer.h"

namespace countersign::azure {
namespace {

Result<CertifiedKey> read_certified(Result<VaultAnswer>& answer, const Resource& asked,
                                    const Vault& vault, Time now);

}  // namespace

Result<CertifiedKey> find_certified(const VaultClient& client, const CertifiedKeyWanted& wanted,
                                    Deadline deadline) {
  Resource resource;
  switch (wanted.read) {
    case KeyVaultSettings::Read::Secrets:
      resource.kind = Resource::Kind::Secret;
      break;
    case KeyVaultSettings::Read::Certificates:
      resource.kind = Resource::Kind::Certificate;
      break;
  }
  TRY(resource.name, parse_object_name(wanted.name));
  if (!wanted.version.empty()) {
    TRY(resource.version, parse_object_version(wanted.version));
  }
  Result<CertifiedKey> found = fail(Reason::Internal, "not asked");
  TRY_VOID(client.get({&resource, 1}, deadline, [&](std::size_t, Result<VaultAnswer>& answer) {
    found = read_certified(answer, resource, client.vault(), wanted.now);
  }));
  return found;
}

namespace {

// Certificate, secret and key share one name; which version of the key it is, the vault says.
Result<VaultKey> key_of(const ObjectVersion& version, const x509::Certificate& certificate,
                        const Resource& asked, const Vault& vault) {
  if (version.key_id.empty()) {
    return fail(Reason::BadConfig,
                unusable(asked, vault, "no key belongs to it: it is the secret of no certificate"));
  }
  TRY(const auto id, parse_object_id(version.key_id, vault, Resource::Kind::Key));
  if (!same_name(id.name, asked.name) || id.version.empty()) {
    return fail(Reason::KeyVaultUnavailable,
                vault.host + " names another key for " + text_of(asked));
  }
  return VaultKey{version.key_id, certificate.public_key()};
}

// The secret's text must not be copied: whoever got it wipes it.
Result<CertifiedKey> read_certified(Result<VaultAnswer>& answer, const Resource& asked,
                                    const Vault& vault, Time now) {
  if (!answer) {
    return std::unexpected(answer.error());
  }
  if (answer->state == VaultAnswer::State::Gone) {
    return fail(Reason::BadConfig, vault.host + ": " + text_of(asked) + " " + answer->text);
  }
  TRY(auto version, asked.kind == Resource::Kind::Secret
                        ? read_secret(answer->text, asked, vault)
                        : read_certificate(answer->text, asked, vault));
  // "enabled": false keeps no one from reading a certificate.
  if (const auto stands = standing(version.attributes, now); stands != Standing::Usable) {
    return fail(Reason::BadConfig,
                vault.host + ": " + text_of(asked) + " " + std::string(text_of(stands)));
  }
  TRY(auto certificates, std::move(version.certificates));
  TRY(auto key, key_of(version, certificates.front(), asked, vault));
  return CertifiedKey{std::move(key), std::move(certificates)};
}

}  // namespace
}  // namespace countersign::azure
