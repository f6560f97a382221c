// SPDX-License-Identifier: Apache-2.0
#include "notation/jws.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/notation/attribute_names.h"
#include "countersign/notation/jose_names.h"

namespace countersign::notation {
namespace {

using codec::Json;

constexpr codec::JsonLimits kLimits{.bytes = limits::kEnvelopeBytes};

Result<void> check_serialization(const Json& document);
Result<std::string_view> member(const Json& document, std::string_view name);
Result<ByteVector> decode(std::string_view encoded, std::string_view name);
Result<void> check_header(const Json& header, const char* name);
Result<void> check_places(const Json& header, const Json& unprotected);
bool is_signed_only(std::string_view name);

}  // namespace

Result<Jws> Jws::parse(Bytes envelope) {
  TRY(const auto document, Json::parse(as_text(envelope), kLimits, Reason::EnvelopeInvalid));
  TRY_VOID(check_serialization(document));
  TRY(const auto header_text, member(document, "protected"));
  TRY(const auto payload_text, member(document, "payload"));
  TRY(const auto signature_text, member(document, "signature"));

  Jws jws;
  jws.signing_input_ = std::string(header_text) + "." + std::string(payload_text);
  TRY(const auto header_bytes, decode(header_text, "protected"));
  TRY(jws.payload_, decode(payload_text, "payload"));
  TRY(jws.signature_, decode(signature_text, "signature"));
  TRY(jws.header_, Json::parse(as_text(header_bytes), kLimits, Reason::EnvelopeInvalid));
  jws.unprotected_ = *document.find("header");
  TRY_VOID(check_header(jws.header_, "protected"));
  TRY_VOID(check_header(jws.unprotected_, "unprotected"));
  TRY_VOID(check_places(jws.header_, jws.unprotected_));
  return jws;
}

namespace {

// Signature envelope JWS specification: the flattened JSON serialization, nothing beside its four
// members. The compact one is no object; the general one has `signatures`.
Result<void> check_serialization(const Json& document) {
  constexpr std::array<std::string_view, 4> kMembers{"payload", "protected", "header", "signature"};
  if (!document.is_object()) {
    return fail(Reason::EnvelopeInvalid, "not a JWS in flattened JSON serialization");
  }
  for (const auto& [name, value] : document.members()) {
    if (std::ranges::find(kMembers, name) == kMembers.end()) {
      return fail(Reason::EnvelopeInvalid,
                  "member \"" + name + "\" is not one of the flattened JSON serialization");
    }
  }
  if (document.find("header") == nullptr) {
    return fail(Reason::EnvelopeInvalid, "the unprotected header is missing");
  }
  return {};
}

Result<std::string_view> member(const Json& document, std::string_view name) {
  const std::string* text = document.find_string(name);
  if (text == nullptr || text->empty()) {
    return fail(Reason::EnvelopeInvalid,
                "member \"" + std::string(name) + "\" is missing, empty or not a string");
  }
  return *text;
}

Result<ByteVector> decode(std::string_view encoded, std::string_view name) {
  auto bytes = codec::decode_base64url(encoded, Reason::EnvelopeInvalid);
  if (!bytes) {
    return fail(Reason::EnvelopeInvalid,
                "member \"" + std::string(name) + "\": " + bytes.error().detail);
  }
  return bytes;
}

Result<void> check_header(const Json& header, const char* name) {
  if (!header.is_object()) {
    return fail(Reason::EnvelopeInvalid, std::string("the ") + name + " header is not an object");
  }
  if (header.members().size() > limits::kHeaderAttributes) {
    return fail(Reason::EnvelopeInvalid, std::string("the ") + name + " header has more than " +
                                             std::to_string(limits::kHeaderAttributes) +
                                             " parameters");
  }
  return {};
}

// RFC 7515, section 4: "The Header Parameter names in the two locations MUST be disjoint". RFC
// 7797, section 3: `b64` false makes another signing input; the Notary Project has no such option,
// so `b64` is refused whatever it says.
Result<void> check_places(const Json& header, const Json& unprotected) {
  for (const auto& [name, value] : unprotected.members()) {
    if (header.find(name) != nullptr) {
      return fail(Reason::EnvelopeInvalid, "header " + name + " is in both headers");
    }
    if (is_signed_only(name)) {
      return fail(Reason::EnvelopeInvalid, "header " + name + " stands in the unprotected header");
    }
  }
  if (header.find(jose::kEncodedPayload) != nullptr) {
    return fail(Reason::EnvelopeInvalid, "header b64 is not supported");
  }
  return {};
}

bool is_signed_only(std::string_view name) {
  constexpr std::array kNames{jose::kAlgorithm, jose::kCritical, jose::kContentType,
                              jose::kEncodedPayload};
  return std::ranges::find(kNames, name) != kNames.end() || attribute::is_signed_only(name);
}

}  // namespace
}  // namespace countersign::notation
