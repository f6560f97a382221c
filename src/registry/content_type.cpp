// SPDX-License-Identifier: Apache-2.0
#include "registry/content_type.h"

#include "countersign/net/header_reader.h"

namespace countersign::registry {

std::optional<std::string> content_type(const net::Response& response) {
  std::optional<std::string> type;
  for (const auto& header : response.headers) {
    if (header.name != "content-type") {
      continue;
    }
    if (type) {
      return std::nullopt;
    }
    net::HeaderReader reader(header.value);
    reader.skip_blanks();
    type = net::lower(reader.until(";,"));
  }
  return type && !type->empty() ? type : std::nullopt;
}

}  // namespace countersign::registry
