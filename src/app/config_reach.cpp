// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <utility>

#include "countersign/azure/identity.h"
#include "countersign/net/url.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end || port == 0) {
    return fail(Reason::BadConfig, "\"" + std::string(text) + "\" is not a port");
  }
  return port;
}

// Takes "host:" or "[address]:" from the front.
Result<std::string> take_host(std::string_view& text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find("]:") : text.find(':');
  if (end == std::string_view::npos || end == 0) {
    return fail(Reason::BadConfig, "HOST:PORT:ADDRESS:PORT is expected");
  }
  std::string host(text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end));
  text.remove_prefix(end + (bracketed ? 2 : 1));
  return host;
}

// A registry that could send us to the metadata service would be given the node's identity.
Result<net::AddressRange> parse_allowed(std::string_view text) {
  TRY(const auto range, net::AddressRange::parse(text));
  TRY(const auto metadata, net::Address::parse(azure::kMetadataHost));
  if (range.contains(metadata)) {
    return fail(Reason::BadConfig, "\"" + std::string(text) + "\" holds the metadata service " +
                                       std::string(azure::kMetadataHost) +
                                       ", which is never to be contacted so");
  }
  return range;
}

// Empty for none. Scheme, host and port, and who we are to the proxy; the error repeats nothing of
// it, as there may be a password in it.
Result<std::string> parse_proxy(const std::string& text) {
  const auto slashes = text.find("//");
  const auto user = slashes == std::string::npos ? 0 : slashes + 2;
  const auto at = text.find('@', user);
  auto bare = text;
  if (at < text.find_first_of("/?#", user)) {  // else it is no user that stands before it
    bare.erase(user, at + 1 - user);
  }
  const auto url = net::Url::parse(bare, Reason::BadConfig);
  if (!url || url->path() != "/" || !url->query().empty()) {
    return fail(Reason::BadConfig,
                "http://HOST:PORT or http://USER:PASSWORD@HOST:PORT is expected");
  }
  return text;
}

}  // namespace

void read_reach(Section& section, net::TransportOptions& transport) {
  for (const auto& text : section.texts("allowAddresses")) {
    if (auto range = section.understood("allowAddresses", parse_allowed(text))) {
      transport.allowed.push_back(*range);
    }
  }
  for (const auto& text : section.texts("resolve")) {
    if (auto resolve = section.understood("resolve", parse_resolve(text))) {
      transport.overrides.push_back(std::move(*resolve));
    }
  }
  if (auto proxy = section.url("proxy"); !proxy.empty()) {
    transport.proxy = section.understood("proxy", parse_proxy(proxy)).value_or("");
  }
  transport.no_proxy = section.texts("noProxy");
  if (transport.proxy.empty() && !transport.no_proxy.empty()) {
    section.refuse("noProxy", "there is no proxy to go without");
  }
}

Result<net::ResolveOverride> parse_resolve(std::string_view text) {
  net::ResolveOverride resolve;
  TRY(resolve.host, take_host(text));
  const auto colon = text.find(':');
  TRY(resolve.port, parse_port(text.substr(0, colon)));
  text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  TRY(resolve.address, take_host(text));
  TRY_VOID(net::Address::parse(resolve.address));
  TRY(resolve.target_port, parse_port(text));
  return resolve;
}

}  // namespace countersign::app
