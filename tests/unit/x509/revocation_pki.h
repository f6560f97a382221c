// SPDX-License-Identifier: Apache-2.0
// The certificates that revocation lists and OCSP responses are about in these tests.
#pragma once
#include <chrono>

#include "countersign/base/clock.h"
#include "countersign/x509/certificate.h"

#include "support/pki.h"
#include "support/revocation_maker.h"

namespace countersign::test {

inline constexpr Time kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};
inline constexpr const char* kLeafList = "http://crl.example/leaf.crl";
inline constexpr const char* kUnknownExtension = "1.3.6.1.4.1.55555.1";

inline CertificateSpec listed_leaf_spec() {
  CertificateSpec spec = leaf_spec();
  spec.crl_urls = {kLeafList};
  return spec;
}

struct RevocationPki {
  Signer root = make_root();
  Signer ca = root.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA"));
  Signer leaf = ca.issue(listed_leaf_spec());
  Signer neighbour = ca.issue(leaf_spec("C=US, ST=WA, O=Acme, CN=Acme Neighbour"));
  // Same name as `ca`, another key.
  Signer other_ca = root.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA"));
};

inline const RevocationPki& pki() {
  static const RevocationPki made;
  return made;
}

}  // namespace countersign::test
