// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

bool is_lower(char character) { return character >= 'a' && character <= 'z'; }
bool is_digit(char character) { return character >= '0' && character <= '9'; }

// As Kubernetes names groups, versions and resources: "argoproj.io", "v1alpha1", "rollouts". A
// subresource ("rollouts/scale") is none.
Result<std::string> parse_api_name(std::string_view text) {
  const auto inside = [](char character) {
    return is_lower(character) || is_digit(character) || character == '-' || character == '.';
  };
  if (text.empty() || !is_lower(text.front()) || !std::ranges::all_of(text, inside) ||
      text.ends_with('.') || text.ends_with('-')) {
    return fail(Reason::BadConfig, "lower-case letters, digits, - and . are expected");
  }
  return std::string(text);
}

Result<std::string> parse_kind_name(std::string_view text) {
  const auto is_upper = [](char character) { return character >= 'A' && character <= 'Z'; };
  const auto inside = [&](char character) {
    return is_upper(character) || is_lower(character) || is_digit(character);
  };
  if (text.empty() || !is_upper(text.front()) || !std::ranges::all_of(text, inside)) {
    return fail(Reason::BadConfig, "a kind is expected, as Rollout");
  }
  return std::string(text);
}

// Nothing when something of it can't be used; that is noted.
std::optional<kube::Workload> read_workload(Section& section) {
  const auto read = [&section](std::string_view key, auto* parse) {
    const auto text = section.required_text(key);
    return text.empty() ? std::nullopt : section.understood(key, parse(text));
  };
  auto group = read("group", parse_api_name);
  auto version = read("version", parse_api_name);
  auto resource = read("resource", parse_api_name);
  auto kind = read("kind", parse_kind_name);
  auto path = read("template", kube::TemplatePath::parse);
  const auto needed = section.flag("templateOptional", false) ? kube::Workload::Template::Optional
                                                              : kube::Workload::Template::Demanded;
  if (!group || !version || !resource || !kind || !path) {
    return std::nullopt;
  }
  return kube::Workload{.group = std::move(*group),
                        .version = std::move(*version),
                        .resource = std::move(*resource),
                        .kind = std::move(*kind),
                        .path = std::move(*path),
                        .needed = needed};
}

}  // namespace

kube::Workloads read_workloads(Section& root) {
  auto section = root.section("admission");
  kube::Workloads workloads;
  auto entries = section.sections("workloads");
  if (entries.size() > limits::kWorkloads) {
    section.refuse("workloads", "more than " + std::to_string(limits::kWorkloads));
  }
  for (auto& each : entries) {
    auto workload = read_workload(each);
    if (!workload) {
      continue;
    }
    if (const auto added = workloads.add(std::move(*workload)); !added) {
      each.refuse("resource", added.error().detail);
    }
  }
  return workloads;
}

}  // namespace countersign::app
