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
  enum class Kind : std::uint8_t { Secret, ServiceAccount };

  // Reason::BadRequest: the namespace is no label, or the name no subdomain, of RFC 1123.
  [[nodiscard]] static Result<Resource> parse(Kind, std::string_view name_space,
                                              std::string_view name);

  Kind kind() const { return kind_; }
  std::string_view kind_name() const;  // "Secret"
  std::string path() const;            // "/api/v1/namespaces/..."
  std::string text() const;            // for messages: "secret shop/pull"
  std::string place() const { return name_space_ + "/" + name_; }  // unique among one kind

 private:
  Resource(Kind kind, std::string_view name_space, std::string_view name)
      : kind_(kind), name_space_(name_space), name_(name) {}
  Kind kind_;
  std::string name_space_, name_;
};

}  // namespace countersign::cluster
