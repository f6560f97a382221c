// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/base64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace countersign::codec {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::uint8_t kNone = 0xFF;
constexpr std::uint32_t kLastDigit = 63;
using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(kNone);
  for (std::size_t value = 0; value < alphabet.size(); ++value) {
    values[static_cast<unsigned char>(alphabet[value])] = static_cast<std::uint8_t>(value);
  }
  return values;
}

constexpr Values kStandardValues = values_of(kStandard);
constexpr Values kUrlValues = values_of(kUrl);
constexpr Values kHexValues = values_of(kHex);

std::unexpected<Error> not_a_digit(std::string_view digits, const Values& values, Reason reason) {
  std::size_t index = 0;
  while (values[static_cast<unsigned char>(digits[index])] != kNone) {
    ++index;
  }
  return fail(reason, "base64: character " + std::to_string(index) + " is not of the alphabet");
}

// Up to four digits in the upper bits of 24. `seen` collects their values: kNone has a bit that no
// digit has, so one look at the end finds any of them.
std::uint32_t group(std::string_view digits, const Values& values, std::uint32_t& seen) {
  std::uint32_t bits = 0;
  for (const char digit : digits) {
    const std::uint32_t value = values[static_cast<unsigned char>(digit)];
    seen |= value;
    bits = bits << 6U | value;
  }
  return bits << 6U * (4 - digits.size());
}

// Four characters are three bytes; a last group of two or three characters is one or two bytes.
Result<ByteVector> decode(std::string_view digits, const Values& values, Reason reason) {
  if (digits.size() % 4 == 1) {
    return fail(reason, "base64: a character is missing at the end");
  }
  ByteVector bytes(digits.size() / 4 * 3 + digits.size() % 4 * 3 / 4);
  std::size_t written = 0;
  std::uint32_t seen = 0;
  std::uint32_t rest = 0;  // of the last group, behind its bytes
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    rest = group(digits.substr(at, 4), values, seen);
    for (unsigned byte = 0; byte < 3 && written < bytes.size(); ++byte) {
      bytes[written++] = static_cast<std::uint8_t>(rest >> 16U);
      rest = rest << 8U & 0xFFFFFFU;
    }
  }
  if ((seen & ~kLastDigit) != 0) {
    return not_a_digit(digits, values, reason);
  }
  // RFC 4648 section 3.5: "decoders MAY chose to reject an encoding if the pad bits have not been
  // set to zero". Otherwise several texts would stand for the same bytes.
  if (rest != 0) {
    return fail(reason, "base64: the unused bits at the end are not zero");
  }
  return bytes;
}

std::string encode(Bytes bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned pending = 0;
  for (const std::uint8_t byte : bytes) {
    bits = ((bits << 8U) | byte) & 0xFFFFU;
    pending += 8;
    while (pending >= 6) {
      pending -= 6;
      text += alphabet[(bits >> pending) & 0x3FU];
    }
  }
  if (pending > 0) {
    text += alphabet[(bits << (6 - pending)) & 0x3FU];
  }
  return text;
}

}  // namespace

Result<ByteVector> decode_base64(std::string_view text, Reason reason) {
  if (text.size() % 4 != 0) {
    return fail(reason, "base64: the length is not a multiple of four");
  }
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return decode(text, kStandardValues, reason);
}

Result<ByteVector> decode_base64url(std::string_view text, Reason reason) {
  return decode(text, kUrlValues, reason);
}

std::string encode_base64(Bytes bytes) {
  std::string text = encode(bytes, kStandard);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string encode_base64url(Bytes bytes) { return encode(bytes, kUrl); }

std::string encode_hex(Bytes bytes) {
  using Pair = std::array<char, 2>;
  static constexpr auto kPairs = [] {
    std::array<Pair, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
      pairs[byte] = {kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
    return pairs;
  }();
  std::string text(bytes.size() * 2, '\0');
  auto* digits = text.data();
  for (const std::uint8_t byte : bytes) {
    digits = std::ranges::copy(kPairs[byte], digits).out;
  }
  return text;
}

Result<ByteVector> decode_hex(std::string_view text, Reason reason) {
  if (text.size() % 2 != 0) {
    return fail(reason, "hexadecimal: an odd number of digits");
  }
  ByteVector bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t index = 0; index < text.size(); index += 2) {
    const std::uint8_t high = kHexValues[static_cast<unsigned char>(text[index])];
    const std::uint8_t low = kHexValues[static_cast<unsigned char>(text[index + 1])];
    if (high == kNone || low == kNone) {
      return fail(reason, "hexadecimal: no lower-case digit at " + std::to_string(index));
    }
    bytes.push_back(static_cast<std::uint8_t>(high << 4U | low));
  }
  return bytes;
}

}  // namespace countersign::codec
