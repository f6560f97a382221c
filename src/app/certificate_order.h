// SPDX-License-Identifier: Apache-2.0
// A chain out of certificates in any order.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "countersign/crypto/private_key.h"
#include "countersign/x509/certificate.h"

namespace countersign::app {

struct CertificateOrder {
  std::vector<std::size_t> chain;      // places of the argument, leaf first; as far as it goes
  std::vector<std::size_t> left_over;  // what is no part of it, repetitions included
};

// The leaf is the certificate of the key; without one, or when none is the key's, the first that
// issued no other, rather no CA. An issuer whose name fits stands for one whose signature does not:
// so that the fault can be told. Says nothing about the profile.
CertificateOrder order_certificates(const x509::Chain& certificates,
                                    const std::optional<crypto::PrivateKey>& key);

}  // namespace countersign::app
