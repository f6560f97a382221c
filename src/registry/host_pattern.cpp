// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/host_pattern.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

namespace countersign::registry {
namespace {

constexpr std::string_view kAnyLabel = "*.";

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= limits::kHostLabel && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_host(std::string_view host) {
  if (host.size() > limits::kHostBytes) {
    return false;
  }
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
    if (!is_label(host.substr(0, dot))) {
      return false;
    }
    host.remove_prefix(dot + 1);
  }
  return is_label(host);
}

}  // namespace

Result<HostPattern> HostPattern::parse(std::string_view text) {
  auto name = net::lower(text);
  const bool below = name.starts_with(kAnyLabel);
  if (below) {
    name.erase(0, kAnyLabel.size());
  }
  if (!is_host(name)) {
    return fail(Reason::BadConfig, "\"" + std::string(text) +
                                       "\": a host is written like store.example or "
                                       "*.blob.example, without scheme and port");
  }
  return HostPattern(below ? Kind::OneLabelBelow : Kind::Exact, std::move(name));
}

bool HostPattern::matches(std::string_view lower_case_host) const {
  switch (kind_) {
    case Kind::Exact:
      return lower_case_host == name_;
    case Kind::OneLabelBelow: {
      const auto dot = lower_case_host.find('.');
      return dot != std::string_view::npos && dot != 0 && lower_case_host.substr(dot + 1) == name_;
    }
  }
  return false;
}

}  // namespace countersign::registry
