// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "countersign/base/utf8.h"
#include "countersign/codec/cbor.h"

namespace countersign::codec {
namespace {

// RFC 8949 section 3: the three high-order bits of an item's first byte.
enum class Major : std::uint8_t { Unsigned, Negative, Bytes, Text, Array, Map, Tag, Simple };

struct Head {
  Major major = Major::Simple;
  unsigned information = 0;    // the five low-order bits
  std::uint64_t argument = 0;  // what they or the bytes after them say
};

constexpr unsigned kOneByte = 24;  // 24 to 27: the argument is in the next 1, 2, 4 or 8 bytes
constexpr unsigned kTwoBytes = 25;
constexpr unsigned kFourBytes = 26;
constexpr unsigned kEightBytes = 27;
constexpr unsigned kIndefinite = 31;

std::uint64_t big_endian(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) {
    value = (value << 8U) | byte;
  }
  return value;
}

// RFC 8949 section 4.2.1: "0 to 23 [...] MUST be expressed in the same byte as the major type; 24
// to 255 [...] only with an additional uint8_t" and so on.
bool is_minimal(std::uint64_t argument, std::size_t size) {
  return size == 1 ? argument >= kOneByte : argument >> (size * 4) != 0;
}

// RFC 8949 appendix D: IEEE 754 binary16.
double half_precision(std::uint64_t bits) {
  const auto exponent = static_cast<int>((bits >> 10U) & 0x1FU);
  const auto mantissa = static_cast<double>(bits & 0x3FFU);
  double magnitude = 0;
  if (exponent == 0) {
    magnitude = std::ldexp(mantissa, -24);
  } else if (exponent < 31) {
    magnitude = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    magnitude = mantissa == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

double float_value(const Head& head) {
  switch (head.information) {
    case kTwoBytes:
      return half_precision(head.argument);
    case kFourBytes:
      return std::bit_cast<float>(static_cast<std::uint32_t>(head.argument));
    default:  // an integer, not an enum: what remains is kEightBytes
      return std::bit_cast<double>(head.argument);
  }
}

}  // namespace

class CborReader {  // one pass over the bytes; recursion is bounded by the depth limit
 public:
  CborReader(Bytes input, const CborLimits& limits, Reason reason)
      : input_(input), limits_(limits), reason_(reason) {}

  Result<Cbor> read_whole();

 private:
  Result<Cbor> read_item(std::size_t depth);
  Result<Head> read_head();
  Result<void> read_content(Cbor& item, const Head& head, std::size_t depth);
  Result<void> read_string(Cbor& item, Cbor::Kind kind);
  Result<void> read_simple(Cbor& item, const Head& head);
  Result<void> read_elements(Cbor& item, std::uint64_t count, std::size_t depth);
  Result<void> read_map(Cbor& item, std::size_t depth);
  static bool has_duplicate_key(const Cbor& map);
  static void append_canonical(std::string& out, const Cbor& item);

  std::size_t remaining() const { return input_.size() - at_; }
  std::unexpected<Error> refuse(const char* problem) const {
    return fail(reason_, "CBOR, byte " + std::to_string(at_) + ": " + problem);
  }

  Bytes input_;
  const CborLimits& limits_;
  Reason reason_;
  std::size_t at_ = 0;
  std::size_t items_ = 0;
};

Result<Cbor> CborReader::read_whole() {
  if (input_.size() > limits_.bytes) {
    return refuse("longer than allowed");
  }
  TRY(auto item, read_item(0));
  if (remaining() != 0) {
    return refuse("bytes after the item");
  }
  return item;
}

Result<Cbor> CborReader::read_item(std::size_t depth) {
  if (++items_ > limits_.items) {
    return refuse("too many items");
  }
  const std::size_t begin = at_;
  TRY(const auto head, read_head());
  Cbor item;
  item.number_ = head.argument;
  TRY_VOID(read_content(item, head, depth));
  item.encoded_ = input_.subspan(begin, at_ - begin);
  return item;
}

Result<Head> CborReader::read_head() {
  if (remaining() == 0) {
    return refuse("an item is missing");
  }
  const std::uint8_t first = input_[at_];
  const unsigned information = first & 0x1FU;
  Head head{static_cast<Major>(first >> 5U), information, information};
  if (information > kEightBytes) {
    return refuse(information == kIndefinite ? "an indefinite length or a break"
                                             : "reserved additional information");
  }
  ++at_;
  if (information < kOneByte) {
    return head;
  }
  const std::size_t size = std::size_t{1} << (information - kOneByte);
  if (remaining() < size) {
    return refuse("a head is cut off");
  }
  head.argument = big_endian(input_.subspan(at_, size));
  if (head.major != Major::Simple && !is_minimal(head.argument, size)) {
    return refuse("a head is longer than needed");
  }
  at_ += size;
  return head;
}

Result<void> CborReader::read_content(Cbor& item, const Head& head, std::size_t depth) {
  switch (head.major) {
    case Major::Unsigned:
      item.kind_ = Cbor::Kind::Unsigned;
      return {};
    case Major::Negative:
      item.kind_ = Cbor::Kind::Negative;
      return {};
    case Major::Bytes:
      return read_string(item, Cbor::Kind::Bytes);
    case Major::Text:
      return read_string(item, Cbor::Kind::Text);
    case Major::Array:
      item.kind_ = Cbor::Kind::Array;
      return read_elements(item, head.argument, depth);
    case Major::Map:
      item.kind_ = Cbor::Kind::Map;
      return read_map(item, depth);
    case Major::Tag:
      item.kind_ = Cbor::Kind::Tag;
      return read_elements(item, 1, depth);
    case Major::Simple:
      return read_simple(item, head);
  }
  return refuse("an unknown major type");  // not reached: three bits, eight types
}

Result<void> CborReader::read_string(Cbor& item, Cbor::Kind kind) {
  if (item.number_ > remaining()) {
    return refuse("a string is cut off");
  }
  const auto size = static_cast<std::size_t>(item.number_);
  item.kind_ = kind;
  item.content_ = input_.subspan(at_, size);
  if (kind == Cbor::Kind::Text && !is_utf8(as_text(item.content_))) {
    return refuse("a text is not UTF-8");
  }
  at_ += size;
  return {};
}

Result<void> CborReader::read_simple(Cbor& item, const Head& head) {
  switch (head.information) {
    case 20:
      item.kind_ = Cbor::Kind::False;
      return {};
    case 21:
      item.kind_ = Cbor::Kind::True;
      return {};
    case 22:
      item.kind_ = Cbor::Kind::Null;
      return {};
    case 23:
      item.kind_ = Cbor::Kind::Undefined;
      return {};
    case kTwoBytes:
    case kFourBytes:
    case kEightBytes:
      item.kind_ = Cbor::Kind::Float;
      item.number_ = std::bit_cast<std::uint64_t>(float_value(head));
      return {};
    default:  // of 32 numbers, not of an enum
      return refuse("a simple value that has no meaning");
  }
}

// Nothing is reserved for the announced count: memory grows with the bytes that are there.
Result<void> CborReader::read_elements(Cbor& item, std::uint64_t count, std::size_t depth) {
  if (depth >= limits_.depth) {
    return refuse("nested too deeply");
  }
  if (count > remaining()) {  // an element has one byte at least
    return refuse("more elements announced than bytes are left");
  }
  for (std::uint64_t index = 0; index < count; ++index) {
    TRY(auto element, read_item(depth + 1));
    item.elements_.push_back(std::move(element));
  }
  return {};
}

Result<void> CborReader::read_map(Cbor& item, std::size_t depth) {
  if (depth >= limits_.depth) {
    return refuse("nested too deeply");
  }
  if (item.number_ > remaining() / 2) {
    return refuse("more entries announced than bytes are left");
  }
  for (std::uint64_t index = 0; index < item.number_; ++index) {
    TRY(auto key, read_item(depth + 1));
    TRY(auto value, read_item(depth + 1));
    item.entries_.emplace_back(std::move(key), std::move(value));
  }
  if (has_duplicate_key(item)) {
    return refuse("a map with two equal keys");
  }
  return {};
}

bool CborReader::has_duplicate_key(const Cbor& map) {
  std::vector<std::string> keys(map.entries_.size());
  for (std::size_t index = 0; index < keys.size(); ++index) {
    append_canonical(keys[index], map.entries_[index].first);
  }
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) != keys.end();
}

// Equal for equal values and for no others. RFC 8949 section 5.6.1 compares keys by value: the
// order of a map's entries does not count, nor does the width of a float; an integer is no float.
void CborReader::append_canonical(std::string& out, const Cbor& item) {
  out += static_cast<char>(item.kind_);
  for (unsigned bits = 64; bits > 0; bits -= 8) {
    out += static_cast<char>((item.number_ >> (bits - 8)) & 0xFFU);
  }
  out += as_text(item.content_);
  for (const auto& element : item.elements_) {
    append_canonical(out, element);
  }
  std::vector<std::string> entries(item.entries_.size());
  for (std::size_t index = 0; index < entries.size(); ++index) {
    append_canonical(entries[index], item.entries_[index].first);
    append_canonical(entries[index], item.entries_[index].second);
  }
  std::ranges::sort(entries);
  for (const auto& entry : entries) {
    out += entry;
  }
}

Result<Cbor> Cbor::parse(Bytes bytes, const CborLimits& limits, Reason reason) {
  return CborReader(bytes, limits, reason).read_whole();
}

}  // namespace countersign::codec
