// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/address_guard.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>
#include <span>
#include <string>

namespace countersign::net {
namespace {

constexpr std::size_t kEmbeddedAt = 12;  // where an IPv4-mapped address holds its IPv4 address
constexpr unsigned kMappedBits = 96;
constexpr std::array<std::uint8_t, kEmbeddedAt> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct Block {
  std::array<std::uint8_t, 16> bits;
  unsigned prefix;
};

constexpr Block ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                     unsigned prefix) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d}, kMappedBits + prefix};
}
constexpr Block ipv6(std::uint16_t first, std::uint16_t second, unsigned prefix) {
  return {{static_cast<std::uint8_t>(first >> 8U), static_cast<std::uint8_t>(first & 0xFFU),
           static_cast<std::uint8_t>(second >> 8U), static_cast<std::uint8_t>(second & 0xFFU)},
          prefix};
}

// IANA's special-purpose registries (RFC 6890 and its updates) and what is nobody's single host.
constexpr std::array kRefused{
    ipv4(0, 0, 0, 0, 8),         // "this network"
    ipv4(10, 0, 0, 0, 8),        // private
    ipv4(100, 64, 0, 0, 10),     // carrier-grade NAT; AKS and EKS use it inside
    ipv4(127, 0, 0, 0, 8),       // loopback
    ipv4(168, 63, 129, 16, 32),  // Azure's wire server
    ipv4(169, 254, 0, 0, 16),    // link-local, with the metadata service
    ipv4(172, 16, 0, 0, 12),     // private
    ipv4(192, 0, 0, 0, 24),      // protocol assignments
    ipv4(192, 0, 2, 0, 24),      // documentation
    ipv4(192, 88, 99, 0, 24),    // 6to4 relays, deprecated
    ipv4(192, 168, 0, 0, 16),    // private
    ipv4(198, 18, 0, 0, 15),     // benchmarks
    ipv4(198, 51, 100, 0, 24),   // documentation
    ipv4(203, 0, 113, 0, 24),    // documentation
    ipv4(224, 0, 0, 0, 4),       // multicast
    ipv4(240, 0, 0, 0, 4),       // reserved, with the broadcast address
    ipv6(0x2001, 0, 23),         // protocol assignments, with Teredo
    ipv6(0x2001, 0x0DB8, 32),    // documentation
    ipv6(0x3FFF, 0, 20),         // documentation
};
// Of IPv6 only this is global unicast: loopback, link-local, fc00::/7 and multicast lie outside.
constexpr Block kGlobalUnicast = ipv6(0x2000, 0, 3);
constexpr Block kIpv4Mapped = ipv4(0, 0, 0, 0, 0);
constexpr Block kIpv4Compatible{{}, kMappedBits};
constexpr Block kNat64{{0, 0x64, 0xFF, 0x9B}, kMappedBits};  // RFC 6052
constexpr Block k6to4 = ipv6(0x2002, 0, 16);                 // RFC 3056

bool within(const Block& block, const std::array<std::uint8_t, 16>& bytes) {
  const unsigned whole = block.prefix / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, block.bits.begin())) {
    return false;
  }
  const unsigned rest = block.prefix % 8;
  if (rest == 0) {
    return true;
  }
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return ((bytes[whole] ^ block.bits[whole]) & mask) == 0;
}

Address mapped(std::span<const std::uint8_t, 4> ipv4_bytes) {
  Address address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  std::copy(ipv4_bytes.begin(), ipv4_bytes.end(), address.bytes.begin() + kEmbeddedAt);
  return address;
}

// The IPv4 address that a router on the way would deliver to.
std::optional<Address> embedded(const Address& address) {
  const std::span<const std::uint8_t, 16> bytes(address.bytes);
  // "::" and "::1" have the form of IPv4-compatible addresses, but mean something else.
  const bool compatible = within(kIpv4Compatible, address.bytes) && bytes[kEmbeddedAt] != 0;
  if (compatible || within(kNat64, address.bytes)) {
    return mapped(bytes.subspan<kEmbeddedAt, 4>());
  }
  if (within(k6to4, address.bytes)) {
    return mapped(bytes.subspan<2, 4>());
  }
  return std::nullopt;
}

bool is_public(const Address& address) {
  return (within(kIpv4Mapped, address.bytes) || within(kGlobalUnicast, address.bytes)) &&
         std::ranges::none_of(kRefused, [&](const Block& b) { return within(b, address.bytes); });
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  const std::string terminated(text);  // inet_pton stops at a NUL
  std::array<std::uint8_t, 4> ipv4_bytes{};
  Address address;
  if (terminated.find('\0') == std::string::npos) {
    if (inet_pton(AF_INET, terminated.c_str(), ipv4_bytes.data()) == 1) {
      return mapped(ipv4_bytes);
    }
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) {
      return address;
    }
  }
  return fail(Reason::BadConfig, "not an IP address: \"" + terminated + "\"");
}

Result<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  AddressRange range;
  TRY(range.first_bits, Address::parse(text.substr(0, slash)));
  if (slash == std::string_view::npos) {
    return range;
  }
  const bool short_form = text.find(':') == std::string_view::npos;
  const auto digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      (digits.size() > 1 && digits.front() == '0') || prefix > (short_form ? 32U : 128U)) {
    return fail(Reason::BadConfig, "not an address range: \"" + std::string(text) + "\"");
  }
  range.prefix = short_form ? kMappedBits + prefix : prefix;
  for (unsigned bit = range.prefix; bit < 128; ++bit) {
    // "10.0.0.7/8" is more likely a slip for one host than a wish for sixteen million.
    if ((range.first_bits.bytes[bit / 8] & (0x80U >> (bit % 8))) != 0) {
      return fail(Reason::BadConfig,
                  "the range has bits beyond its prefix: \"" + std::string(text) + "\"");
    }
  }
  return range;
}

bool AddressRange::contains(const Address& address) const {
  return within({first_bits.bytes, prefix}, address.bytes);
}

bool AddressGuard::allows(const Address& address) const {
  const auto listed = [this](const Address& one) {
    return std::ranges::any_of(allowed_,
                               [&](const AddressRange& range) { return range.contains(one); });
  };
  if (listed(address)) {
    return true;
  }
  if (const auto inner = embedded(address)) {
    return listed(*inner) || is_public(*inner);
  }
  return is_public(address);
}

}  // namespace countersign::net
