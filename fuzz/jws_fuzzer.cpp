// SPDX-License-Identifier: Apache-2.0
// Laws of JWS envelopes:
//   - what an accepted envelope encodes, encoded again, is the signing input as received;
//   - nlohmann's own parser reads the same members from it;
//   - flipping one bit of its protected header, payload or signature makes it refused.
//
// The input is an envelope, or an envelope and four bytes that choose the bit.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/notation/envelope.h"
#include "countersign/oci/descriptor.h"

namespace {

using countersign::as_bytes;
using countersign::as_text;
using countersign::Bytes;
using countersign::ByteVector;
using countersign::Reason;
using countersign::codec::decode_base64url;
using countersign::codec::encode_base64url;
using countersign::codec::Json;

constexpr std::size_t kChoiceBytes = 4;
constexpr std::array kEncoded{"protected", "payload", "signature"};

bool is_accepted(Bytes envelope) {
  const auto opened =
      countersign::notation::open_envelope(countersign::oci::media_type::kJose, envelope);
  return opened.has_value();
}

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

const std::string& text_of(const nlohmann::json& document, const std::string& member) {
  return document.at(member).get_ref<const std::string&>();
}

ByteVector decoded(const nlohmann::json& document, const char* member) {
  const auto bytes = decode_base64url(text_of(document, member), Reason::Internal);
  demand(bytes.has_value());
  return *bytes;
}

void demand_same_signing_input(const nlohmann::json& document) {
  for (const char* member : kEncoded) {
    demand(encode_base64url(decoded(document, member)) == text_of(document, member));
  }
}

// Of one object: names and their number, and the text of strings.
void demand_same_members(const Json& ours, const nlohmann::json& theirs) {
  demand(theirs.is_object() && theirs.size() == ours.members().size());
  for (const auto& [name, value] : ours.members()) {
    demand(theirs.contains(name));
    demand((value.string() != nullptr) == theirs.at(name).is_string());
    demand(value.string() == nullptr || text_of(theirs, name) == *value.string());
  }
}

void demand_same_reading(std::string_view text, const nlohmann::json& document) {
  const auto ours = Json::parse(text, {.bytes = text.size()}, Reason::Internal);
  demand(ours.has_value());
  demand_same_members(*ours, document);
  demand_same_members(*ours->find("header"), document.at("header"));
  const ByteVector header = decoded(document, "protected");
  const auto signed_part = Json::parse(as_text(header), {.bytes = header.size()}, Reason::Internal);
  demand(signed_part.has_value());
  demand_same_members(*signed_part, nlohmann::json::parse(header, nullptr, false));
}

void demand_flip_refused(const nlohmann::json& document, std::uint32_t choice) {
  for (const char* member : kEncoded) {
    ByteVector bytes = decoded(document, member);
    auto& byte = bytes.at(choice / 8 % bytes.size());
    byte = static_cast<std::uint8_t>(byte ^ (1U << (choice % 8)));
    nlohmann::json changed = document;
    changed[member] = encode_base64url(bytes);
    demand(!is_accepted(as_bytes(changed.dump())));
  }
}

void check_laws(Bytes envelope, std::uint32_t choice) {
  const auto document = nlohmann::json::parse(as_text(envelope), nullptr, false);
  demand(document.is_object());
  demand_same_signing_input(document);
  demand_same_reading(as_text(envelope), document);
  demand(is_accepted(as_bytes(document.dump())));  // so the flip alone is what is refused
  demand_flip_refused(document, choice);
}

std::uint32_t read_choice(Bytes bytes) {
  std::uint32_t choice = 0;
  for (const auto byte : bytes) {
    choice = choice << 8U | byte;
  }
  return choice;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  if (is_accepted(input)) {
    check_laws(input, 0);
  } else if (size > kChoiceBytes && is_accepted(input.first(size - kChoiceBytes))) {
    check_laws(input.first(size - kChoiceBytes), read_choice(input.last(kChoiceBytes)));
  }
  return 0;
}
