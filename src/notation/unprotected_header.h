// SPDX-License-Identifier: Apache-2.0
// The unprotected header of an envelope, in either format (Notary Project signature envelope
// specifications, "Unprotected Headers"). Whoever stores the envelope can write here what he likes:
// the chain is worth what its signatures are, the timestamp what its token proves, the agent
// nothing.
#pragma once
#include <span>
#include <string>
#include <utility>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/certificate_memory.h"

namespace countersign::notation {

struct UnprotectedHeader {
  x509::Chain chain;  // not empty; nothing about it is checked yet
  ByteVector timestamp;
  std::string signing_agent;
};

// The certificates of `elements`, each of which `decode` turns into DER. Reason::EnvelopeInvalid.
template <class Element, class Decode>
Result<x509::Chain> read_chain(std::span<const Element> elements, Decode decode,
                               x509::CertificateMemory& known) {
  if (elements.empty()) {
    return fail(Reason::EnvelopeInvalid, "the certificate chain is missing, empty or not an array");
  }
  if (elements.size() > limits::kChainCertificates) {
    return fail(Reason::EnvelopeInvalid, "the certificate chain has more than " +
                                             std::to_string(limits::kChainCertificates) +
                                             " certificates");
  }
  x509::Chain chain;
  for (const Element& element : elements) {
    TRY(const auto der, decode(element));
    TRY(auto certificate, known.parse_der(der, Reason::EnvelopeInvalid));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

}  // namespace countersign::notation
