// SPDX-License-Identifier: Apache-2.0
#include "registry/link.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"

namespace countersign::registry {
namespace {

struct Link {
  std::string target;
  std::string relations;
};

// "The rel parameter MUST be present but MUST NOT appear more than once": later ones are ignored
// (RFC 8288, section 3.3).
std::optional<Link> read_link(net::HeaderReader& reader) {
  Link link;
  bool related = false;
  if (!reader.take('<')) {
    return std::nullopt;
  }
  link.target = reader.until(">");
  if (link.target.empty() || !reader.take('>')) {
    return std::nullopt;
  }
  for (reader.skip_blanks(); reader.take(';'); reader.skip_blanks()) {
    reader.skip_blanks();
    const auto name = net::lower(reader.token());
    reader.skip_blanks();
    std::optional<std::string> value("");
    if (reader.take('=')) {
      reader.skip_blanks();
      value = reader.at('"') ? reader.quoted() : std::string(reader.until(";,\""));
    }
    if (!value) {
      return std::nullopt;
    }
    if (name == "rel" && !std::exchange(related, true)) {
      link.relations = net::lower(*value);
    }
  }
  return reader.at_end() || reader.at(',') ? std::optional(link) : std::nullopt;
}

bool has_next(std::string_view relations) {
  while (!relations.empty()) {
    const auto end = relations.find_first_of(" \t");
    if (relations.substr(0, end) == "next") {
      return true;
    }
    relations.remove_prefix(end == std::string_view::npos ? relations.size() : end + 1);
  }
  return false;
}

}  // namespace

Result<std::optional<std::string>> next_link(const net::Response& response) {
  std::optional<std::string> next;
  std::size_t seen = 0;
  for (const auto& header : response.headers) {
    if (header.name != "link") {
      continue;
    }
    net::HeaderReader reader(header.value);
    for (reader.skip_commas(); !reader.at_end(); reader.skip_commas()) {
      const auto link = read_link(reader);
      if (!link || ++seen > limits::kLinkTargets) {
        return fail(Reason::RegistryResponse, "a Link header that can't be read");
      }
      if (!has_next(link->relations)) {
        continue;
      }
      if (next && *next != link->target) {
        return fail(Reason::RegistryResponse, "two next pages");
      }
      next = link->target;
    }
  }
  return next;
}

}  // namespace countersign::registry
