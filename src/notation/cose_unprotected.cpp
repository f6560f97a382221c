// SPDX-License-Identifier: Apache-2.0
#include "notation/cose_unprotected.h"

#include "countersign/notation/attribute_names.h"
#include "countersign/notation/labels.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

Result<x509::Chain> read_x5chain(const Cbor& header, x509::CertificateMemory& known);
Result<Bytes> read_certificate(const Cbor& element);
Result<ByteVector> read_timestamp(const Cbor& header);
std::string read_agent(const Cbor& header);

}  // namespace

Result<UnprotectedHeader> read_unprotected_header(const Cbor& header,
                                                  x509::CertificateMemory& known) {
  TRY(auto chain, read_x5chain(header, known));
  TRY(auto timestamp, read_timestamp(header));
  return UnprotectedHeader{.chain = std::move(chain),
                           .timestamp = std::move(timestamp),
                           .signing_agent = read_agent(header)};
}

namespace {

Result<x509::Chain> read_x5chain(const Cbor& header, x509::CertificateMemory& known) {
  const Cbor* x5chain = header.find(label::kX5chain);
  return read_chain(x5chain != nullptr ? x5chain->elements() : std::span<const Cbor>{},
                    read_certificate, known);
}

Result<Bytes> read_certificate(const Cbor& element) {
  const auto der = element.byte_string();
  if (!der) {
    return fail(Reason::EnvelopeInvalid, "an element of x5chain is not a byte string");
  }
  return *der;
}

Result<ByteVector> read_timestamp(const Cbor& header) {
  const Cbor* token = header.find(attribute::kTimestampSignature);
  if (token == nullptr) {
    return ByteVector{};
  }
  const auto bytes = token->byte_string();
  if (!bytes || bytes->empty()) {
    return fail(Reason::EnvelopeInvalid, "the timestamp is no byte string or empty");
  }
  return ByteVector(bytes->begin(), bytes->end());
}

// Informational: an agent of a wrong type must not influence the result either.
std::string read_agent(const Cbor& header) {
  const Cbor* agent = header.find(attribute::kSigningAgent);
  const auto text = agent != nullptr ? agent->text() : std::nullopt;
  return std::string(text.value_or(""));
}

}  // namespace
}  // namespace countersign::notation
