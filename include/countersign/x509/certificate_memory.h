// SPDX-License-Identifier: Apache-2.0
// Certificates that were read before. A publisher signs many images with one certificate: to read
// it again, and to check again who issued it, would cost as much as the image's own signature.
//
// What is kept depends on bytes alone (docs/decisions/0003): nobody trusts a certificate for being
// in here.
#pragma once
#include <cstddef>
#include <memory>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

class CertificateMemory {  // thread-safe; nothing is read under its lock
 public:
  explicit CertificateMemory(std::size_t bytes);  // held at most; the least lately used make room
  ~CertificateMemory();
  CertificateMemory(const CertificateMemory&) = delete;
  CertificateMemory& operator=(const CertificateMemory&) = delete;

  // As Certificate::parse_der; equal bytes give one object, which knows its issuer when it was
  // found once. What is refused is not kept.
  [[nodiscard]] Result<Certificate> parse_der(Bytes der, Reason reason);

  std::size_t known() const;  // times that a certificate was here already

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::x509
