// SPDX-License-Identifier: Apache-2.0
// CBOR (RFC 8949) for COSE: a strict reader over borrowed bytes.
//
// Refused: indefinite lengths, heads that are not minimal, reserved additional information, simple
// values other than false, true, null and undefined, text that is not UTF-8, duplicate map keys (by
// value), trailing bytes, depth and item counts beyond the limits. A declared length or count is
// held against the bytes that remain before anything is allocated.
//
// libcbor 0.8 is not used: it allocates what a hostile head announces and accepts duplicates.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/base/result.h"

namespace countersign::codec {

struct CborLimits {
  std::size_t bytes = 0;
  std::size_t depth = limits::kCborDepth;
  std::size_t items = limits::kCborItems;
};

class Cbor {  // one data item; views into the parsed bytes, which must outlive it
 public:
  enum class Kind : std::uint8_t {
    Undefined,
    Null,
    False,
    True,
    Unsigned,
    Negative,
    Float,
    Bytes,
    Text,
    Array,
    Map,
    Tag
  };
  using Entry = std::pair<Cbor, Cbor>;

  // The whole of `bytes` is one data item. Errors carry `reason` and name the byte offset.
  [[nodiscard]] static Result<Cbor> parse(Bytes bytes, const CborLimits&, Reason reason);

  Kind kind() const { return kind_; }
  Bytes encoded() const { return encoded_; }  // the item as it stood in the input

  // Empty when the item is of another kind.
  std::optional<Bytes> byte_string() const;
  std::optional<std::string_view> text() const;
  std::optional<std::int64_t> integer() const;     // unsigned or negative, in the range of int64
  std::optional<double> real() const;              // half, single or double
  std::span<const Cbor> elements() const;          // of an array
  std::span<const Entry> entries() const;          // of a map, in the order of the input
  std::optional<std::uint64_t> tag() const;        // the tag's number
  const Cbor* tagged() const;                      // the tag's content
  const Cbor* find(std::string_view label) const;  // the value of a text label in a map
  const Cbor* find(std::int64_t label) const;      // the value of an integer label in a map

 private:
  friend class CborReader;
  Kind kind_ = Kind::Undefined;
  std::uint64_t number_ = 0;  // argument of the head: value, length, count, tag number; bits of a
                              // float as double
  Bytes encoded_;
  Bytes content_;               // of strings
  std::vector<Cbor> elements_;  // of arrays; the content of a tag
  std::vector<Entry> entries_;
};

// Appends the head of a byte string of that length, minimal as COSE's Sig_structure wants it.
void append_byte_string_head(ByteVector& out, std::size_t length);

}  // namespace countersign::codec
