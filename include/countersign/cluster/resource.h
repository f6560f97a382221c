// SPDX-License-Identifier: Apache-2.0
// The name of one object of the Kubernetes API. Pods' authors choose names, so that only one that
// Kubernetes could have given becomes a part of a URL.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/result.h"

namespace countersign::cluster {

class Resource {
 public:
  enum class Kind : std::uint8_t {
    Secret,
    ServiceAccount,
    Event,
    Namespace,  // this one and those below it belong to no namespace
    ValidatingWebhookConfiguration,
    Provider,  // of external data, Gatekeeper's
  };

  // Reason::BadRequest: the namespace is no label, or the name no subdomain, of RFC 1123; or the
  // kind has no namespaces.
  [[nodiscard]] static Result<Resource> parse(Kind, std::string_view name_space,
                                              std::string_view name);
  // Of a kind without namespaces. Reason::BadRequest: the name is no subdomain, for a Namespace no
  // label, of RFC 1123; or the kind has namespaces.
  [[nodiscard]] static Result<Resource> parse(Kind, std::string_view name);

  Kind kind() const { return kind_; }
  const std::string& name_space() const { return name_space_; }  // "" without one
  const std::string& name() const { return name_; }
  std::string_view kind_name() const;    // "Secret"
  std::string_view api_version() const;  // "v1", "admissionregistration.k8s.io/v1"
  std::string path() const;              // "/api/v1/namespaces/..."
  std::string list_path() const;         // where a new one is posted
  std::string text() const;              // for messages: "secret shop/pull"
  std::string place() const;             // unique among one kind: "shop/pull"

  bool operator==(const Resource&) const = default;

 private:
  Resource(Kind kind, std::string_view name_space, std::string_view name)
      : kind_(kind), name_space_(name_space), name_(name) {}
  Kind kind_;
  std::string name_space_, name_;
};

}  // namespace countersign::cluster
