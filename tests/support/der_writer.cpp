// SPDX-License-Identifier: Apache-2.0
#include "support/der_writer.h"

#include <algorithm>
#include <cstdio>

#include <openssl/objects.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"

namespace countersign::test {
namespace {

void append(ByteVector& to, const ByteVector& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// YYYYMMDDHHMMSSZ
std::string calendar(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace

ByteVector der_element(int tag, const ByteVector& content) {
  ByteVector length;
  for (std::size_t rest = content.size(); rest > 0; rest >>= 8U) {
    length.insert(length.begin(), static_cast<std::uint8_t>(rest));
  }
  ByteVector der{static_cast<std::uint8_t>(tag)};
  if (content.size() >= 0x80) {
    der.push_back(static_cast<std::uint8_t>(0x80U | length.size()));
  } else if (content.empty()) {
    length = {0};
  }
  append(der, length);
  append(der, content);
  return der;
}

ByteVector der_concat(const std::vector<ByteVector>& parts) {
  ByteVector all;
  for (const ByteVector& part : parts) {
    append(all, part);
  }
  return all;
}

ByteVector der_sequence(const std::vector<ByteVector>& elements) {
  return der_element(0x30, der_concat(elements));
}

ByteVector der_boolean(bool value) {
  return der_element(0x01, {static_cast<std::uint8_t>(value ? 0xff : 0x00)});
}

ByteVector der_integer(std::int64_t value, int tag) {
  ByteVector content;
  std::int64_t rest = value;
  do {
    content.insert(content.begin(), static_cast<std::uint8_t>(rest));
    rest >>= 8;
  } while (rest != 0 && rest != -1);
  if (((content.front() & 0x80U) != 0) != (value < 0)) {
    content.insert(content.begin(), static_cast<std::uint8_t>(rest));
  }
  return der_element(tag, content);
}

ByteVector der_serial(const std::string& hex) {
  BIGNUM* read = nullptr;
  demand(BN_hex2bn(&read, hex.c_str()) > 0, "serial");
  const crypto::BignumPtr number(read);
  const crypto::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> integer(
      BN_to_ASN1_INTEGER(number.get(), nullptr));
  demand(integer != nullptr, "serial");
  return encode<ASN1_INTEGER, i2d_ASN1_INTEGER>(integer.get());
}

ByteVector der_oid(std::string_view dotted) {
  const crypto::ObjectPtr object(OBJ_txt2obj(std::string(dotted).c_str(), 1));
  demand(object != nullptr, "object identifier");
  return encode<ASN1_OBJECT, i2d_ASN1_OBJECT>(object.get());
}

ByteVector der_octets(const ByteVector& content) { return der_element(0x04, content); }

ByteVector der_bits(const ByteVector& content) {
  return der_element(0x03, der_concat({{0}, content}));
}

ByteVector der_text(int tag, std::string_view text) {
  return der_element(tag, {text.begin(), text.end()});
}

ByteVector der_generalized_time(Time time) { return der_text(0x18, calendar(time)); }

ByteVector der_time(Time time) {
  constexpr Time kEnd = std::chrono::sys_days{std::chrono::year{2050} / 1 / 1};
  return time < kEnd ? der_text(0x17, calendar(time).substr(2)) : der_generalized_time(time);
}

}  // namespace countersign::test
