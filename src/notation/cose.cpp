// SPDX-License-Identifier: Apache-2.0
#include "notation/cose.h"

#include <cstdint>
#include <string>
#include <utility>

#include "countersign/base/limits.h"

#include "notation/header_maps.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

constexpr std::uint64_t kSign1Tag = 18;  // RFC 9052, table 1

Result<Bytes> filled_byte_string(const Cbor& item, const char* name);

}  // namespace

Result<CoseSign1> CoseSign1::parse(Bytes envelope) {
  constexpr codec::CborLimits kLimits{.bytes = limits::kEnvelopeBytes};
  TRY(Cbor message, Cbor::parse(envelope, kLimits, Reason::EnvelopeInvalid));
  if (message.tag() != kSign1Tag || message.tagged()->elements().size() != 4) {
    return fail(Reason::EnvelopeInvalid, "not a tagged COSE_Sign1 of four elements");
  }
  const auto parts = message.tagged()->elements();
  TRY(const Bytes header_bytes, filled_byte_string(parts[0], "protected header"));
  TRY(const Bytes payload, filled_byte_string(parts[2], "payload"));
  TRY(const Bytes signature, filled_byte_string(parts[3], "signature"));
  TRY(Cbor header, Cbor::parse(header_bytes, kLimits, Reason::EnvelopeInvalid));
  TRY_VOID(check_header_maps(header, parts[1]));
  return CoseSign1(std::move(message), std::move(header), header_bytes, payload, signature);
}

namespace {

// Detached payloads (nil) are no byte string.
Result<Bytes> filled_byte_string(const Cbor& item, const char* name) {
  const auto bytes = item.byte_string();
  if (!bytes || bytes->empty()) {
    return fail(Reason::EnvelopeInvalid,
                std::string("the ") + name + " is no byte string or empty");
  }
  return *bytes;
}

}  // namespace
}  // namespace countersign::notation
