// SPDX-License-Identifier: Apache-2.0
#include "countersign/kube/workloads.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::kube {
namespace {

using Template = Workload::Template;

struct Row {
  std::string_view group, version, resource, kind, path;
  Template needed = Template::Demanded;
};

// The template of a ReplicationController is a pointer in core/v1, and validation lets it be null.
constexpr Row kBuiltIn[] = {
    {"", "v1", "podtemplates", "PodTemplate", "template"},
    {"", "v1", "replicationcontrollers", "ReplicationController", "spec.template",
     Template::Optional},
    {"apps", "v1", "deployments", "Deployment", "spec.template"},
    {"apps", "v1", "replicasets", "ReplicaSet", "spec.template"},
    {"apps", "v1", "statefulsets", "StatefulSet", "spec.template"},
    {"apps", "v1", "daemonsets", "DaemonSet", "spec.template"},
    {"batch", "v1", "jobs", "Job", "spec.template"},
    {"batch", "v1", "cronjobs", "CronJob", "spec.jobTemplate.spec.template"},
};

bool is_letter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool is_member_name(std::string_view name) {
  const auto inside = [](char character) {
    return is_letter(character) || (character >= '0' && character <= '9') || character == '_' ||
           character == '-';
  };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, inside);
}

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadConfig, std::move(detail));
}

}  // namespace

Result<TemplatePath> TemplatePath::parse(std::string_view text) {
  if (text.find_first_of("[]*") != std::string_view::npos) {
    return bad("a path of member names is expected, as spec.template: lists can't be looked into");
  }
  if (text.size() > limits::kTemplatePathBytes) {
    return bad("more than " + std::to_string(limits::kTemplatePathBytes) + " bytes");
  }
  TemplatePath path;
  while (true) {
    const auto dot = text.find('.');
    const auto name = text.substr(0, dot);
    if (!is_member_name(name)) {
      return bad("a path of member names is expected, as spec.template");
    }
    path.names_.emplace_back(name);
    if (dot == std::string_view::npos) {
      break;
    }
    text.remove_prefix(dot + 1);
  }
  if (path.names_.size() > limits::kTemplatePathNames) {
    return bad("more than " + std::to_string(limits::kTemplatePathNames) + " names");
  }
  return path;
}

std::string TemplatePath::prefix() const {
  std::string prefix;
  for (const auto& name : names_) {
    prefix.append(name).append(".");
  }
  return prefix;
}

std::string Workload::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

Workloads::Workloads() {
  all_.push_back({.version = "v1", .resource = "pods", .kind = "Pod"});
  for (const auto& row : kBuiltIn) {
    all_.push_back({.group = std::string(row.group),
                    .version = std::string(row.version),
                    .resource = std::string(row.resource),
                    .kind = std::string(row.kind),
                    .path = TemplatePath::parse(row.path).value(),
                    .needed = row.needed});
  }
}

Result<void> Workloads::add(Workload workload) {
  if (workload.version.empty() || workload.resource.empty() || workload.kind.empty() ||
      workload.is_pod()) {
    return bad("version, resource, kind and template are needed");
  }
  if (of_resource(workload.group, workload.version, workload.resource) != nullptr) {
    return bad("the resource " + workload.resource + " of " + workload.api_version() +
               " is known already");
  }
  if (of_kind(workload.api_version(), workload.kind) != nullptr) {
    return bad("the kind " + workload.kind + " of " + workload.api_version() + " is known already");
  }
  all_.push_back(std::move(workload));
  return {};
}

const Workload* Workloads::of_resource(std::string_view group, std::string_view version,
                                       std::string_view resource) const {
  const auto found = std::ranges::find_if(all_, [&](const Workload& each) {
    return each.resource == resource && each.group == group && each.version == version;
  });
  return found == all_.end() ? nullptr : &*found;
}

const Workload* Workloads::of_kind(std::string_view api_version, std::string_view kind) const {
  const auto found = std::ranges::find_if(all_, [&](const Workload& each) {
    return each.kind == kind && each.api_version() == api_version;
  });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace countersign::kube
