// SPDX-License-Identifier: Apache-2.0
#include "net/header_list.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/secret.h"

namespace countersign::net {
namespace {

bool ends_a_line(std::string_view text) {  // to whoever reads it
  return std::ranges::any_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool acceptable(const Header& header) {
  return !header.name.empty() && header.name.find_first_of(": \t") == std::string::npos &&
         !ends_a_line(header.name) && !ends_a_line(header.value);
}

bool append(ListPtr& list, std::string line) {
  auto* const longer = curl_slist_append(list.get(), line.c_str());
  wipe(line);
  if (longer == nullptr) {
    return false;
  }
  if (!list) {
    list.reset(longer);
  }
  return true;
}

std::string line_of(const Header& header) {
  std::string line;
  line.reserve(header.name.size() + 2 + header.value.size());  // else growing leaves copies behind
  return std::move(line.append(header.name).append(": ").append(header.value));
}

}  // namespace

void ListWipe::operator()(curl_slist* list) const noexcept {
  for (auto* node = list; node != nullptr; node = node->next) {
    explicit_bzero(node->data, std::strlen(node->data));
  }
  curl_slist_free_all(list);
}

Result<ListPtr> header_list(const Request& request) {
  if (!std::ranges::all_of(request.headers, acceptable)) {
    return fail(Reason::Internal, "a request header with a character that may not be sent");
  }
  ListPtr list;
  bool added = append(list, "Accept-Encoding: identity") &&
               (request.method == Method::Get || append(list, "Expect:"));  // asks for no 100
  for (const auto& header : request.headers) {
    added = added && append(list, line_of(header));
  }
  if (!added) {
    return fail(Reason::Internal, "libcurl has no memory");
  }
  return list;
}

}  // namespace countersign::net
