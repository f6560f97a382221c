// SPDX-License-Identifier: Apache-2.0
// Laws: what Cbor::parse accepts is its own encoding, item by item without a gap; and libcbor,
// which is laxer, loads the whole of it and sees the same kind of item. What it refuses carries the
// reason it was given.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <cbor.h>

#include "countersign/codec/cbor.h"

namespace {

using countersign::Bytes;
using countersign::Reason;
using countersign::codec::Cbor;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

const std::uint8_t* end_of(Bytes bytes) { return bytes.data() + bytes.size(); }

// The parts of an item follow each other up to its end.
void require_no_gap(const Cbor& item) {
  const std::uint8_t* at = nullptr;
  const auto next = [&at](const Cbor& part) {
    require(at == nullptr || part.encoded().data() == at);
    at = end_of(part.encoded());
    require_no_gap(part);
  };
  for (const auto& element : item.elements()) {
    next(element);
  }
  for (const auto& [key, value] : item.entries()) {
    next(key);
    next(value);
  }
  if (item.tagged() != nullptr) {
    next(*item.tagged());
  }
  require(at == nullptr || at == end_of(item.encoded()));
}

cbor_type type_of(Cbor::Kind kind) {
  switch (kind) {
    case Cbor::Kind::Unsigned:
      return CBOR_TYPE_UINT;
    case Cbor::Kind::Negative:
      return CBOR_TYPE_NEGINT;
    case Cbor::Kind::Bytes:
      return CBOR_TYPE_BYTESTRING;
    case Cbor::Kind::Text:
      return CBOR_TYPE_STRING;
    case Cbor::Kind::Array:
      return CBOR_TYPE_ARRAY;
    case Cbor::Kind::Map:
      return CBOR_TYPE_MAP;
    case Cbor::Kind::Tag:
      return CBOR_TYPE_TAG;
    case Cbor::Kind::Undefined:
    case Cbor::Kind::Null:
    case Cbor::Kind::False:
    case Cbor::Kind::True:
    case Cbor::Kind::Float:
      return CBOR_TYPE_FLOAT_CTRL;
  }
  std::abort();
}

// libcbor before 0.11 takes the one-byte heads of tags 6 to 20, COSE's among them, for malformed
// (PJK/libcbor issue 307).
bool is_refused_tag(const Cbor& item) {
  constexpr std::uint64_t kFirst = 6;
  constexpr std::uint64_t kLast = 20;
  return item.tag() && *item.tag() >= kFirst && *item.tag() <= kLast;
}

bool has_refused_tag(const Cbor& item) {
  return is_refused_tag(item) || (item.tagged() != nullptr && has_refused_tag(*item.tagged())) ||
         std::ranges::any_of(item.elements(), has_refused_tag) ||
         std::ranges::any_of(item.entries(), [](const Cbor::Entry& entry) {
           return has_refused_tag(entry.first) || has_refused_tag(entry.second);
         });
}

void require_second_opinion(const Cbor& item) {
  if (is_refused_tag(item)) {
    return require_second_opinion(*item.tagged());
  }
  if (has_refused_tag(item)) {
    return;
  }
  const Bytes bytes = item.encoded();
  cbor_load_result result{};
  cbor_item_t* loaded = cbor_load(bytes.data(), bytes.size(), &result);
  require(loaded != nullptr);
  require(result.error.code == CBOR_ERR_NONE && result.read == bytes.size());
  require(cbor_typeof(loaded) == type_of(item.kind()));
  cbor_decref(&loaded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const auto item = Cbor::parse(bytes, {.bytes = size}, Reason::EnvelopeInvalid);
  if (!item) {
    require(item.error().reason == Reason::EnvelopeInvalid);
    return 0;
  }
  require(item->encoded().data() == bytes.data() && item->encoded().size() == bytes.size());
  require_no_gap(*item);
  require_second_opinion(*item);
  return 0;
}
