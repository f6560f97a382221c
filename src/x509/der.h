// SPDX-License-Identifier: Apache-2.0
// DER (X.690), element by element, over bytes that stay where they are.
//
//   if (!is_der(bytes)) ...                    // once, over everything: lengths, integers, strings
//   DerReader fields(*content_of(bytes, der::kSequence));
//   const auto serial = fields.take(der::kInteger);
//
// A reader refuses what is not next; nothing is skipped silently, so a caller that ends with
// `fields.empty()` has seen every element.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"

namespace countersign::x509 {

namespace der {  // identifier octets
inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kObjectIdentifier = 0x06;
inline constexpr std::uint8_t kEnumerated = 0x0a;
inline constexpr std::uint8_t kUtf8String = 0x0c;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
constexpr std::uint8_t context(unsigned number) {  // [n], primitive
  return static_cast<std::uint8_t>(0x80U | number);
}
constexpr std::uint8_t constructed(unsigned number) {  // [n], constructed
  return static_cast<std::uint8_t>(0xa0U | number);
}
}  // namespace der

struct Der {  // one element
  std::uint8_t tag = 0;
  Bytes content;
  Bytes whole;  // with tag and length
};

class DerReader {  // the elements of a content, from the front
 public:
  explicit DerReader(Bytes content) : rest_(content) {}

  std::optional<Der> take();                  // whatever is next
  std::optional<Der> take(std::uint8_t tag);  // the next when it has this tag, else it stays
  bool at(std::uint8_t tag) const { return !rest_.empty() && rest_.front() == tag; }
  bool empty() const { return rest_.empty(); }

 private:
  Bytes rest_;
};

// The content of exactly one element with that tag.
std::optional<Bytes> content_of(Bytes bytes, std::uint8_t tag);

// Exactly one DER element, with all in it: definite and minimal lengths, minimal integers, TRUE as
// 0xff, no bits set behind a bit string, strings in one piece and of whole characters. Not checked:
// the order of a SET, DEFAULT values written out, and what is inside of OCTET STRINGs and implicit
// tags.
bool is_der(Bytes bytes);

std::optional<bool> boolean(Bytes content);
std::optional<std::int64_t> integer(Bytes content);   // when it fits
std::optional<Bytes> whole_octets(Bytes bit_string);  // without unused bits

// RFC 5280, 4.1.2.5: UTCTime YYMMDDHHMMSSZ for 1950 to 2049, GeneralizedTime YYYYMMDDHHMMSSZ.
std::optional<Time> read_time(const Der& element);

// "2.5.4.6"; nullopt when it is longer than the limit or a component exceeds 64 bits.
std::optional<std::string> dotted(Bytes object_identifier);

}  // namespace countersign::x509
