// SPDX-License-Identifier: Apache-2.0
// A JWT by which an application shows that it has the key of its certificate (RFC 7523, section 3,
// as Microsoft Entra wants it).
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/crypto/private_key.h"
#include "countersign/x509/certificate.h"

namespace countersign::azure {

struct ClientCertificate {
  x509::Certificate certificate;
  crypto::PrivateKey key;

  // The first private key of the text and the certificate that it belongs to, which may have others
  // of its chain around it. AzureIdentityRefused: one of them is missing, malformed or encrypted,
  // none belongs to the key, the key is not RSA, the certificate is not valid now. The text is the
  // caller's to wipe.
  [[nodiscard]] static Result<ClientCertificate> parse_pem(std::string_view text, Time now);
};

struct AssertionParties {
  std::string client;    // issuer and subject
  std::string endpoint;  // audience: the token endpoint's URL
};

// Signed by PS256, valid from limits::kAssertionSkew ago until limits::kAssertionLife from now.
[[nodiscard]] Result<Secret> make_client_assertion(const ClientCertificate&,
                                                   const AssertionParties&, Time now);

}  // namespace countersign::azure
