// SPDX-License-Identifier: Apache-2.0
// Which resources make pods, and where in each the pod's template stands: one closed table, which a
// configuration may add to. The webhook and the command line read the same one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::kube {

class TemplatePath {  // the members that lead from an object to its pod template
 public:
  // "spec.jobTemplate.spec.template". Reason::BadConfig for what is no path of member names:
  // templates in lists can't be named.
  [[nodiscard]] static Result<TemplatePath> parse(std::string_view text);

  TemplatePath() = default;  // of a pod, which is its own template
  const std::vector<std::string>& names() const { return names_; }
  std::string prefix() const;  // "spec.jobTemplate.spec.template."; empty for a pod
  bool operator==(const TemplatePath&) const = default;

 private:
  std::vector<std::string> names_;
};

struct Workload {
  std::string group = {}, version, resource, kind;
  TemplatePath path = {};
  // Whether Kubernetes would store it without a template. Then nothing that has images is missing.
  enum class Template : std::uint8_t { Demanded, Optional };
  Template needed = Template::Demanded;

  bool is_pod() const { return path.names().empty(); }
  std::string api_version() const;  // "v1", "apps/v1"
};

class Workloads {
 public:
  Workloads();  // those of Kubernetes itself, with the pod

  // Reason::BadConfig when its resource or its kind is there already, or a name is missing.
  [[nodiscard]] Result<void> add(Workload);

  // Null for what makes no pods that we know of.
  const Workload* of_resource(std::string_view group, std::string_view version,
                              std::string_view resource) const;
  const Workload* of_kind(std::string_view api_version, std::string_view kind) const;
  const std::vector<Workload>& all() const { return all_; }

 private:
  std::vector<Workload> all_;
};

}  // namespace countersign::kube
