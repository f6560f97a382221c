// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/http_transport.h"

#include <algorithm>

namespace countersign::net {

const std::string* Response::header(std::string_view lower_case_name) const {
  const auto found = std::ranges::find(headers, lower_case_name, &Header::name);
  return found == headers.end() ? nullptr : &found->value;
}

}  // namespace countersign::net
