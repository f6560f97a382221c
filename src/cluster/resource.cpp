// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/resource.h"

#include <algorithm>

#include "countersign/base/limits.h"

namespace countersign::cluster {
namespace {

bool is_alphanumeric(char each) {
  return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
}

bool is_label(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char each) { return each == '-' || is_alphanumeric(each); });
}

// Labels joined by dots. Kubernetes limits the length of the whole, not of a label of it.
bool is_subdomain(std::string_view text) {
  if (text.size() > limits::kHostBytes) {
    return false;
  }
  for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_label(text.substr(0, dot))) {
      return false;
    }
    text.remove_prefix(dot + 1);
  }
  return is_label(text);
}

}  // namespace

Result<Resource> Resource::parse(Kind kind, std::string_view name_space, std::string_view name) {
  if (name_space.size() > limits::kNamespaceBytes || !is_label(name_space)) {
    return fail(Reason::BadRequest, "no namespace can have this name");
  }
  if (!is_subdomain(name)) {
    return fail(Reason::BadRequest, "no secret or service account can have this name");
  }
  return Resource(kind, name_space, name);
}

std::string_view Resource::kind_name() const {
  switch (kind_) {
    case Kind::Secret:
      return "Secret";
    case Kind::ServiceAccount:
      return "ServiceAccount";
  }
  return {};
}

std::string Resource::path() const {
  const auto* const list = kind_ == Kind::Secret ? "/secrets/" : "/serviceaccounts/";
  return "/api/v1/namespaces/" + name_space_ + list + name_;
}

std::string Resource::text() const {
  return (kind_ == Kind::Secret ? "secret " : "service account ") + place();
}

}  // namespace countersign::cluster
