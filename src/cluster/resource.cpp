// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/resource.h"

#include <algorithm>

#include "countersign/base/limits.h"

namespace countersign::cluster {
namespace {

using Kind = Resource::Kind;

enum class Scope : std::uint8_t { Namespace, Cluster };

struct Traits {
  std::string_view kind_name, api_version, plural, text;
  Scope scope;
};

constexpr Traits traits_of(Kind kind) {
  switch (kind) {
    case Kind::Secret:
      return {"Secret", "v1", "secrets", "secret", Scope::Namespace};
    case Kind::ServiceAccount:
      return {"ServiceAccount", "v1", "serviceaccounts", "service account", Scope::Namespace};
    case Kind::Event:
      return {"Event", "v1", "events", "event", Scope::Namespace};
    case Kind::Namespace:
      return {"Namespace", "v1", "namespaces", "namespace", Scope::Cluster};
    case Kind::ValidatingWebhookConfiguration:
      return {"ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1",
              "validatingwebhookconfigurations", "validating webhook configuration",
              Scope::Cluster};
    case Kind::Provider:
      return {"Provider", "externaldata.gatekeeper.sh/v1beta1", "providers", "provider",
              Scope::Cluster};
  }
  return {};
}

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
  if (traits_of(kind).scope != Scope::Namespace) {
    return fail(Reason::BadRequest, "this kind of object is in no namespace");
  }
  if (name_space.size() > limits::kNamespaceBytes || !is_label(name_space)) {
    return fail(Reason::BadRequest, "no namespace can have this name");
  }
  if (!is_subdomain(name)) {
    return fail(Reason::BadRequest,
                "no " + std::string(traits_of(kind).text) + " can have this name");
  }
  return Resource(kind, name_space, name);
}

Result<Resource> Resource::parse(Kind kind, std::string_view name) {
  if (traits_of(kind).scope != Scope::Cluster) {
    return fail(Reason::BadRequest, "this kind of object is in a namespace");
  }
  const bool named = kind == Kind::Namespace
                         ? name.size() <= limits::kNamespaceBytes && is_label(name)
                         : is_subdomain(name);
  if (!named) {
    return fail(Reason::BadRequest,
                "no " + std::string(traits_of(kind).text) + " can have this name");
  }
  return Resource(kind, {}, name);
}

std::string_view Resource::kind_name() const { return traits_of(kind_).kind_name; }

std::string_view Resource::api_version() const { return traits_of(kind_).api_version; }

std::string Resource::list_path() const {
  const auto traits = traits_of(kind_);
  // The group that is older than groups has another root.
  std::string path = traits.api_version == "v1" ? "/api/" : "/apis/";
  path += traits.api_version;
  if (!name_space_.empty()) {
    path += "/namespaces/" + name_space_;
  }
  return path.append("/").append(traits.plural);
}

std::string Resource::path() const { return list_path() + "/" + name_; }

std::string Resource::text() const { return std::string(traits_of(kind_).text) + " " + place(); }

std::string Resource::place() const {
  return name_space_.empty() ? name_ : name_space_ + "/" + name_;
}

}  // namespace countersign::cluster
