// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/http_transport.h"

#include <algorithm>

namespace countersign::net {

const char* verb(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
  }
  return "";
}

const std::string* Response::header(std::string_view lower_case_name) const {
  const auto found = std::ranges::find(headers, lower_case_name, &Header::name);
  return found == headers.end() ? nullptr : &found->value;
}

}  // namespace countersign::net
