// SPDX-License-Identifier: Apache-2.0
#include "net/no_proxy.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

namespace countersign::net {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_";

std::string_view without_last_dot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

std::string_view last_label(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// No name of a host ends in a number (RFC 1123, section 2.1), so what does is meant as an address.
bool is_numeric(std::string_view entry) {
  return entry.find_first_of(":/") != std::string_view::npos ||
         last_label(entry).find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= limits::kHostLabel &&
         label.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

bool is_name(std::string_view name) {
  if (name.size() > limits::kHostBytes) {
    return false;
  }
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    if (!is_label(name.substr(0, dot))) {
      return false;
    }
    name.remove_prefix(dot + 1);
  }
  return is_label(name);
}

bool lies_in(std::string_view host, std::string_view domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

Result<NoProxy> NoProxy::parse(std::span<const std::string> entries) {
  if (entries.size() > limits::kNoProxy) {
    return fail(Reason::BadConfig, "more hosts without a proxy than the limit");
  }
  NoProxy read;
  for (const auto& entry : entries) {
    TRY_VOID(read.add(entry));
  }
  return read;
}

Result<void> NoProxy::add(std::string_view entry) {
  const auto text = lower(std::string(entry));
  const bool domain = text.starts_with('.');
  const auto name = without_last_dot(std::string_view(text).substr(domain ? 1 : 0));
  if (!domain && is_numeric(name)) {
    TRY(auto range, AddressRange::parse(text));
    ranges_.push_back(range);
    return {};
  }
  if (!is_name(name)) {
    return fail(Reason::BadConfig, "not a host, domain or address range: \"" + text + "\"");
  }
  (domain ? domains_ : hosts_).emplace_back(name);
  return {};
}

bool NoProxy::covers(std::string_view host) const {
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (const auto address = Address::parse(bracketed ? host.substr(1, host.size() - 2) : host)) {
    return std::ranges::any_of(ranges_,
                               [&](const AddressRange& range) { return range.contains(*address); });
  }
  const auto name = without_last_dot(host);
  return std::ranges::find(hosts_, name) != hosts_.end() ||
         std::ranges::any_of(domains_, [&](const auto& domain) { return lies_in(name, domain); });
}

}  // namespace countersign::net
