// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/cbor.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace countersign::codec {

std::optional<Bytes> Cbor::byte_string() const {
  return kind_ == Kind::Bytes ? std::optional(content_) : std::nullopt;
}

std::optional<std::string_view> Cbor::text() const {
  return kind_ == Kind::Text ? std::optional(as_text(content_)) : std::nullopt;
}

std::optional<std::int64_t> Cbor::integer() const {
  if (!std::in_range<std::int64_t>(number_)) {
    return std::nullopt;
  }
  const auto number = static_cast<std::int64_t>(number_);
  if (kind_ == Kind::Unsigned) {
    return number;
  }
  return kind_ == Kind::Negative ? std::optional(-1 - number) : std::nullopt;
}

std::optional<double> Cbor::real() const {
  return kind_ == Kind::Float ? std::optional(std::bit_cast<double>(number_)) : std::nullopt;
}

std::span<const Cbor> Cbor::elements() const {
  return kind_ == Kind::Array ? std::span<const Cbor>(elements_) : std::span<const Cbor>();
}

std::span<const Cbor::Entry> Cbor::entries() const { return entries_; }

std::optional<std::uint64_t> Cbor::tag() const {
  return kind_ == Kind::Tag ? std::optional(number_) : std::nullopt;
}

const Cbor* Cbor::tagged() const { return kind_ == Kind::Tag ? elements_.data() : nullptr; }

const Cbor* Cbor::find(std::string_view label) const {
  const auto found = std::ranges::find_if(
      entries_, [label](const Entry& entry) { return entry.first.text() == label; });
  return found == entries_.end() ? nullptr : &found->second;
}

const Cbor* Cbor::find(std::int64_t label) const {
  const auto found = std::ranges::find_if(
      entries_, [label](const Entry& entry) { return entry.first.integer() == label; });
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace countersign::codec
