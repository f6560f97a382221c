// SPDX-License-Identifier: Apache-2.0
// Which addresses may be contacted. Whoever writes a pod chooses the host that we ask, so the
// decision is made on the binary address that the socket is about to connect to: after DNS, before
// the first packet. Text in a URL decides nothing.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::net {

struct Address {  // IPv4 as IPv4-mapped IPv6
  std::array<std::uint8_t, 16> bytes{};
  [[nodiscard]] static Result<Address> parse(std::string_view text);  // "10.0.0.1", "::1"
};

struct AddressRange {
  Address first_bits;
  unsigned prefix = 128;  // of the 128
  [[nodiscard]] static Result<AddressRange> parse(
      std::string_view text);  // "10.0.0.0/8", "fd00::/8", "127.0.0.1"
  bool contains(const Address&) const;
};

// Public unicast addresses are allowed. Never allowed unless a range lists them: loopback,
// link-local (with the metadata service 169.254.169.254), private (RFC 1918, 100.64/10, fc00::/7),
// Azure's 168.63.129.16, multicast, unspecified, reserved, documentation; and what IPv4-mapped,
// IPv4-compatible, NAT64 and 6to4 addresses embed is judged as IPv4.
class AddressGuard {
 public:
  explicit AddressGuard(std::vector<AddressRange> allowed) : allowed_(std::move(allowed)) {}
  bool allows(const Address&) const;

 private:
  std::vector<AddressRange> allowed_;
};

}  // namespace countersign::net
