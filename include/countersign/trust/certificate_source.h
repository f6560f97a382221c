// SPDX-License-Identifier: Apache-2.0
// Where the certificates of a trust store come from: files, Azure Key Vault.
#pragma once
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::trust {

class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  virtual std::string_view description() const = 0;  // for logs: "files /trust/*.pem"
  // The whole set as it is now, or why it could not be read; never a part of it.
  virtual Result<std::vector<x509::Certificate>> load(Deadline) = 0;
};

}  // namespace countersign::trust
