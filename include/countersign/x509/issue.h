// SPDX-License-Identifier: Apache-2.0
// Certificates of our own making: an authority, and what it issues for a TLS server. Keys are on
// P-256, signatures are ECDSA with SHA-256.
//
// Not checked: whether the authority's certificate is valid now, and which names are ours.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::x509 {

struct KeyedCertificate {
  std::string certificate;  // PEM, one
  Secret key;               // PEM, PKCS #8, without a passphrase
};

struct Term {  // valid from limits::kCertificateBackdate before `now`: clocks differ
  Time now;
  std::chrono::seconds life{};  // from `now`
};

// Self-signed; signs certificates and revocation lists, and no authority below it.
// Reason::Internal: OpenSSL refuses, which it does for a name that is empty or longer than 64
// characters.
[[nodiscard]] Result<KeyedCertificate> issue_authority(const std::string& common_name, const Term&);

// For TLS servers with these DNS names, the first of which is the common name, too, if it fits.
// Ends with the authority at the latest. Reason::BadConfig: a name is no DNS name, or there is
// none, or the authority can't be read; Reason::Internal: OpenSSL refuses.
[[nodiscard]] Result<KeyedCertificate> issue_serving(const std::vector<std::string>& dns_names,
                                                     const Term&,
                                                     const KeyedCertificate& authority);

// Lower case, labels of letters, digits and hyphens, no wildcard.
[[nodiscard]] bool is_dns_name(std::string_view text);

}  // namespace countersign::x509
