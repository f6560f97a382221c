// SPDX-License-Identifier: Apache-2.0
#include "x509/der_writer.h"

#include <bit>

namespace countersign::x509 {
namespace {

void append_length(ByteVector& out, std::size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  const auto octets = static_cast<std::size_t>(std::bit_width(length) + 7) / 8;
  out.push_back(static_cast<std::uint8_t>(0x80U | octets));
  for (std::size_t left = octets; left > 0; --left) {
    out.push_back(static_cast<std::uint8_t>(length >> (8U * (left - 1))));
  }
}

}  // namespace

ByteVector write_der(std::uint8_t tag, Bytes content) {
  ByteVector out;
  out.push_back(tag);
  append_length(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

ByteVector write_der(std::uint8_t tag, std::initializer_list<ByteVector> elements) {
  ByteVector content;
  for (const ByteVector& element : elements) {
    content.insert(content.end(), element.begin(), element.end());
  }
  return write_der(tag, content);
}

}  // namespace countersign::x509
