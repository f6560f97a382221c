// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_puller.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::kube {
namespace {

using codec::Json;

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadRequest, std::move(detail));
}

// Absent and null are the empty string, as for the API server.
Result<std::string> read_text(const Json& object, std::string_view member,
                              const std::string& field) {
  const auto* value = object.find(member);
  if (value == nullptr || value->is_null()) {
    return std::string();
  }
  if (value->string() == nullptr) {
    return bad(field + " is not a string");
  }
  return *value->string();
}

// A template may name it in the deprecated member alone, which the API server copies.
Result<std::string> read_service_account(const Json& spec, const std::string& prefix) {
  for (const std::string_view member : {"serviceAccountName", "serviceAccount"}) {
    TRY(auto name, read_text(spec, member, prefix + "spec." + std::string(member)));
    if (!name.empty()) {
      return name;
    }
  }
  return "default";
}

Result<std::vector<std::string>> read_secrets(const Json& spec, const std::string& path) {
  std::vector<std::string> names;
  const auto* list = spec.find("imagePullSecrets");
  if (list == nullptr || list->is_null()) {
    return names;
  }
  if (!list->is_array()) {
    return bad(path + " is not an array");
  }
  if (list->elements().size() > limits::kPullSecrets) {
    return bad(path + " has more than " + std::to_string(limits::kPullSecrets) + " elements");
  }
  for (const auto& element : list->elements()) {
    const auto field = path + "[" + std::to_string(names.size()) + "]";
    if (!element.is_object()) {
      return bad(field + " is not an object");
    }
    TRY(auto name, read_text(element, "name", field + ".name"));
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

Result<Puller> read_puller(const PodTemplate& pod, std::string name_space) {
  Puller puller;
  puller.name_space = std::move(name_space);
  if (pod.pod == nullptr) {
    return puller;
  }
  const auto* spec = pod.pod->find("spec");
  if (spec == nullptr || !spec->is_object()) {
    return bad(pod.prefix + "spec is not an object");
  }
  TRY(puller.service_account, read_service_account(*spec, pod.prefix));
  TRY(puller.pull_secrets, read_secrets(*spec, pod.prefix + "spec.imagePullSecrets"));
  return puller;
}

}  // namespace countersign::kube
