// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/cbor_writer.h"

#include "countersign/codec/cbor.h"

#include "codec/cbor_head.h"

namespace countersign::codec {
namespace {

void append(ByteVector& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

CborItem string_item(CborMajor major, Bytes content) {
  CborItem item;
  append_cbor_head(item, major, content.size());
  append(item, content);
  return item;
}

}  // namespace

void append_cbor_head(ByteVector& out, CborMajor major, std::uint64_t argument) {
  constexpr unsigned kInHead = 24;
  const auto type = static_cast<unsigned>(major) << 5U;
  if (argument < kInHead) {
    out.push_back(static_cast<std::uint8_t>(type | argument));
    return;
  }
  unsigned doublings = 0;  // of one byte
  while (doublings < 3 && argument >> (8U << doublings) != 0) {
    ++doublings;
  }
  out.push_back(static_cast<std::uint8_t>(type | (kInHead + doublings)));
  for (unsigned bits = 8U << doublings; bits > 0; bits -= 8) {
    out.push_back(static_cast<std::uint8_t>((argument >> (bits - 8)) & 0xFFU));
  }
}

void append_byte_string_head(ByteVector& out, std::size_t length) {
  append_cbor_head(out, CborMajor::Bytes, length);
}

// A negative number n is written as -1 - n.
CborItem cbor_integer(std::int64_t number) {
  CborItem item;
  const auto bits = static_cast<std::uint64_t>(number);
  append_cbor_head(item, number < 0 ? CborMajor::Negative : CborMajor::Unsigned,
                   number < 0 ? ~bits : bits);
  return item;
}

CborItem cbor_bytes(Bytes content) { return string_item(CborMajor::Bytes, content); }

CborItem cbor_text(std::string_view text) { return string_item(CborMajor::Text, as_bytes(text)); }

CborItem cbor_array(const std::vector<CborItem>& elements) {
  CborItem item;
  append_cbor_head(item, CborMajor::Array, elements.size());
  for (const CborItem& element : elements) {
    append(item, element);
  }
  return item;
}

CborItem cbor_map(const std::map<CborItem, CborItem>& entries) {
  CborItem item;
  append_cbor_head(item, CborMajor::Map, entries.size());
  for (const auto& [label, value] : entries) {
    append(item, label);
    append(item, value);
  }
  return item;
}

CborItem cbor_tag(std::uint64_t number, const CborItem& content) {
  CborItem item;
  append_cbor_head(item, CborMajor::Tag, number);
  append(item, content);
  return item;
}

}  // namespace countersign::codec
