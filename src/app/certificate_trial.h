// SPDX-License-Identifier: Apache-2.0
// Would these certificates be accepted, and what is wrong with them: all of it, not the first.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/private_key.h"
#include "countersign/x509/certificate.h"

#include "app/console.h"

namespace countersign::app {

// Signer, Timestamper: one chain, of who signs. CaAnchor, TsaAnchor: each certificate is one to
// trust, in a store of that type.
enum class As : std::uint8_t { Signer, Timestamper, CaAnchor, TsaAnchor };
std::string_view name(As);  // "signer", "timestamper", "ca", "tsa"

enum class Role : std::uint8_t { Leaf, Intermediate, Root, Anchor, LeftOver };
std::string_view name(Role);  // "leaf", "intermediate", "root", "anchor", "left over"

struct TriedCertificate {
  x509::Certificate certificate;
  std::size_t place = 0;  // in the file, from 1
  Role role = Role::Leaf;
  std::vector<Error> faults = {};         // each would have it refused
  std::vector<std::string> remarks = {};  // these would not
};

enum class KeyFit : std::uint8_t { NotAsked, Belongs, DoesNotBelong };

struct CertificateTrial {
  As as = As::Signer;
  std::vector<TriedCertificate> certificates;  // the chain, leaf first; then what is left over
  std::vector<Error> faults = {};              // of all of them together
  std::vector<std::string> remarks = {};
  KeyFit key = KeyFit::NotAsked;

  bool accepted() const;
};

// At least one certificate, in any order. With a key, the chain begins with its certificate.
CertificateTrial try_certificates(const x509::Chain& certificates, As,
                                  const std::optional<crypto::PrivateKey>& key, Time now);

std::string trial_text(const CertificateTrial&, const std::string& file, Colour);
std::string trial_json(const CertificateTrial&, const std::string& file);  // one line

}  // namespace countersign::app
