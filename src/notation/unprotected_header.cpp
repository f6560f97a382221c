// SPDX-License-Identifier: Apache-2.0
#include "notation/unprotected_header.h"

#include <utility>

#include "countersign/base/limits.h"

#include "notation/labels.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

Result<x509::Chain> read_chain(const Cbor& header);
Result<ByteVector> read_timestamp(const Cbor& header);
std::string read_agent(const Cbor& header);

}  // namespace

Result<UnprotectedHeader> read_unprotected_header(const Cbor& header) {
  TRY(auto chain, read_chain(header));
  TRY(auto timestamp, read_timestamp(header));
  return UnprotectedHeader{.chain = std::move(chain),
                           .timestamp = std::move(timestamp),
                           .signing_agent = read_agent(header)};
}

namespace {

Result<x509::Chain> read_chain(const Cbor& header) {
  const Cbor* x5chain = header.find(label::kX5chain);
  if (x5chain == nullptr || x5chain->elements().empty()) {
    return fail(Reason::EnvelopeInvalid, "x5chain is missing, empty or not an array");
  }
  if (x5chain->elements().size() > limits::kChainCertificates) {
    return fail(
        Reason::EnvelopeInvalid,
        "x5chain has more than " + std::to_string(limits::kChainCertificates) + " certificates");
  }
  x509::Chain chain;
  for (const Cbor& element : x5chain->elements()) {
    const auto der = element.byte_string();
    if (!der) {
      return fail(Reason::EnvelopeInvalid, "an element of x5chain is not a byte string");
    }
    TRY(auto certificate, x509::Certificate::parse_der(*der, Reason::EnvelopeInvalid));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

Result<ByteVector> read_timestamp(const Cbor& header) {
  const Cbor* token = header.find(label::kTimestampSignature);
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
  const Cbor* agent = header.find(label::kSigningAgent);
  const auto text = agent != nullptr ? agent->text() : std::nullopt;
  return std::string(text.value_or(""));
}

}  // namespace
}  // namespace countersign::notation
