// SPDX-License-Identifier: Apache-2.0
#include "notation/jws_unprotected.h"

#include <algorithm>
#include <string_view>

#include "countersign/codec/base64.h"
#include "countersign/notation/attribute_names.h"
#include "countersign/notation/jose_names.h"

namespace countersign::notation {
namespace {

using codec::Json;

Result<x509::Chain> read_x5c(const Json& header, x509::CertificateMemory& known);
Result<ByteVector> read_certificate(const Json& element);
Result<ByteVector> decode(const std::string& text, const char* name);
Result<ByteVector> read_timestamp(const Json& header);
Result<void> check_spelling(const Json& header);
Result<std::string> read_agent(const Json& header);

}  // namespace

Result<UnprotectedHeader> read_unprotected_header(const Json& header,
                                                  x509::CertificateMemory& known) {
  TRY_VOID(check_spelling(header));
  TRY(auto chain, read_x5c(header, known));
  TRY(auto timestamp, read_timestamp(header));
  TRY(auto agent, read_agent(header));
  return UnprotectedHeader{.chain = std::move(chain),
                           .timestamp = std::move(timestamp),
                           .signing_agent = std::move(agent)};
}

namespace {

Result<x509::Chain> read_x5c(const Json& header, x509::CertificateMemory& known) {
  const Json* x5c = header.find(jose::kX5c);
  return read_chain(x5c != nullptr ? x5c->elements() : std::span<const Json>{}, read_certificate,
                    known);
}

Result<ByteVector> read_certificate(const Json& element) {
  if (element.string() == nullptr) {
    return fail(Reason::EnvelopeInvalid, "an element of x5c is not a string");
  }
  return decode(*element.string(), "x5c");
}

Result<ByteVector> decode(const std::string& text, const char* name) {
  auto bytes = codec::decode_base64(text, Reason::EnvelopeInvalid);
  if (!bytes) {
    return fail(Reason::EnvelopeInvalid, std::string(name) + ": " + bytes.error().detail);
  }
  return bytes;
}

Result<ByteVector> read_timestamp(const Json& header) {
  const Json* token = header.find(attribute::kTimestampSignature);
  if (token == nullptr) {
    return ByteVector{};
  }
  if (token->string() == nullptr || token->string()->empty()) {
    return fail(Reason::EnvelopeInvalid, "the timestamp is no string or empty");
  }
  return decode(*token->string(), "timestamp");
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_but_for_case(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

// Readers that fold case, the Notation CLI's among them, take such a member for the real one. Old
// envelopes spell the agent in more than one way, and it decides nothing; so any spelling will do.
Result<void> check_spelling(const Json& header) {
  for (const auto& [name, value] : header.members()) {
    for (const auto known : {jose::kX5c, attribute::kTimestampSignature}) {
      if (name != known && equal_but_for_case(name, known)) {
        return fail(Reason::EnvelopeInvalid,
                    "header " + name + " is spelt unlike " + std::string(known));
      }
    }
  }
  return {};
}

// Informational, but text: the Notation CLI refuses anything else, except null.
Result<std::string> read_agent(const Json& header) {
  std::string agent;
  for (const auto& [name, value] : header.members()) {
    if (!equal_but_for_case(name, attribute::kSigningAgent) || value.is_null()) {
      continue;
    }
    if (value.string() == nullptr) {
      return fail(Reason::EnvelopeInvalid, "the signing agent is not a string");
    }
    agent = *value.string();
  }
  return agent;
}

}  // namespace
}  // namespace countersign::notation
