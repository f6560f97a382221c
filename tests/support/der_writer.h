// SPDX-License-Identifier: Apache-2.0
// DER by hand: right and wrong structures that no library encodes.
//
//   der_sequence({der_integer(1), der_oid("1.2.840.10045.4.3.2"), der_element(0x05, {})})
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"

namespace countersign::test {

// Tag, length, content.
ByteVector der_element(int tag, const ByteVector& content);
ByteVector der_sequence(const std::vector<ByteVector>& elements);
ByteVector der_concat(const std::vector<ByteVector>& parts);

ByteVector der_boolean(bool value);
ByteVector der_integer(std::int64_t value, int tag = 0x02);
ByteVector der_serial(const std::string& hex);  // an INTEGER, written as Certificate::serial()
ByteVector der_oid(std::string_view dotted);
ByteVector der_octets(const ByteVector& content);
ByteVector der_bits(const ByteVector& content);  // without unused bits
ByteVector der_text(int tag, std::string_view text);
ByteVector der_generalized_time(Time time);
ByteVector der_time(Time time);  // RFC 5280: UTCTime until 2049, then GeneralizedTime

}  // namespace countersign::test
