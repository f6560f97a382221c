// SPDX-License-Identifier: Apache-2.0
// CBOR in its core deterministic encoding (RFC 8949, 4.2.1), for the little that we write: heads in
// their shortest form, definite lengths, the entries of a map in the order of their labels' bytes.
//
//   cbor_map({{cbor_integer(1), cbor_integer(-7)}, {cbor_text("name"), cbor_bytes(value)}})
//
// Not checked: that text is UTF-8.
#pragma once
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"

namespace countersign::codec {

using CborItem = ByteVector;  // one data item, encoded

CborItem cbor_integer(std::int64_t number);
CborItem cbor_bytes(Bytes content);
CborItem cbor_text(std::string_view text);
CborItem cbor_array(const std::vector<CborItem>& elements);
CborItem cbor_map(const std::map<CborItem, CborItem>& entries);  // by label
CborItem cbor_tag(std::uint64_t number, const CborItem& content);

}  // namespace countersign::codec
