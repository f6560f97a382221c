// SPDX-License-Identifier: Apache-2.0
// Which hosts are reached without the proxy. Decided here and not by libcurl, whose rules differ
// between its versions, and never by the environment.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/net/address_guard.h"

namespace countersign::net {

class NoProxy {
 public:
  NoProxy() = default;  // none
  // Entries as TransportOptions::no_proxy says; Reason::BadConfig for what is none.
  [[nodiscard]] static Result<NoProxy> parse(std::span<const std::string> entries);

  // Of a Url: lower case, an IPv6 address in brackets. A name is not resolved for it.
  bool covers(std::string_view host) const;

 private:
  Result<void> add(std::string_view entry);

  std::vector<std::string> hosts_;
  std::vector<std::string> domains_;  // without the dot
  std::vector<AddressRange> ranges_;
};

}  // namespace countersign::net
