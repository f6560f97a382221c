// SPDX-License-Identifier: Apache-2.0
#include "app/workload.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits.h"

#include "app/yaml_json.h"

namespace countersign::app {
namespace {

using codec::Json;

std::string text_of(const Json* object, std::string_view name) {
  const auto* const text = object == nullptr ? nullptr : object->find_string(name);
  return text == nullptr ? std::string() : *text;
}

struct Origin {
  std::string name, name_space;
};

Origin origin_of(const Json& document, std::string_view fallback) {
  const auto* const metadata = document.find("metadata");
  Origin origin{text_of(metadata, "name"), text_of(metadata, "namespace")};
  if (origin.name.empty()) {
    origin.name = text_of(metadata, "generateName") + "*";
  }
  if (origin.name_space.empty()) {
    origin.name_space = fallback;
  }
  return origin;
}

// Has it, anywhere, a list as pods have them? Then a kind that is not known, a workload of an
// operator or a misspelt one, makes pods all the same.
bool has_containers(const Json& value) {
  static constexpr std::array<std::string_view, 3> kLists{"containers", "initContainers",
                                                          "ephemeralContainers"};
  const auto in_member = [](const Json::Member& member) {
    const bool listed = std::ranges::find(kLists, member.first) != kLists.end();
    return (listed && member.second.is_array()) || has_containers(member.second);
  };
  return std::ranges::any_of(value.members(), in_member) ||
         std::ranges::any_of(value.elements(), has_containers);
}

Left why_left(const Json& document) {
  const bool object =
      !text_of(&document, "apiVersion").empty() && !text_of(&document, "kind").empty();
  return object && !has_containers(document) ? Left::WithoutPods : Left::Unknown;
}

std::string review_json(const Json& document, const kube::Workload& workload,
                        const Origin& origin) {
  const auto text = [](const std::string& value) { return Json(value); };
  Json::Object kind{{"group", text(workload.group)},
                    {"version", text(workload.version)},
                    {"kind", text(workload.kind)}};
  Json::Object resource{{"group", text(workload.group)},
                        {"version", text(workload.version)},
                        {"resource", text(workload.resource)}};
  Json::Object request{{"uid", text("review")},
                       {"kind", Json(std::move(kind))},
                       {"resource", Json(std::move(resource))},
                       {"name", text(origin.name)},
                       {"namespace", text(origin.name_space)},
                       {"operation", text("CREATE")},
                       {"userInfo", Json(Json::Object{})},
                       {"object", document}};
  return json_text(Json(Json::Object{{"apiVersion", text("admission.k8s.io/v1")},
                                     {"kind", text("AdmissionReview")},
                                     {"request", Json(std::move(request))}}));
}

Result<std::vector<Json>> parse_json(std::string_view text) {
  TRY(auto json,
      Json::parse(
          text,
          {.bytes = limits::kReviewBytes, .depth = limits::kJsonDepth, .nodes = limits::kJsonNodes},
          Reason::BadRequest));
  std::vector<Json> documents;
  documents.push_back(std::move(json));
  return documents;
}

}  // namespace

Result<std::vector<Json>> parse_documents(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    if (auto documents = parse_json(text)) {
      return documents;
    }  // else YAML that begins with a flow map; what is wrong with JSON is wrong there, too
  }
  const auto nodes = parse_yaml(
      text,
      {.bytes = limits::kReviewBytes, .depth = limits::kJsonDepth, .nodes = limits::kJsonNodes});
  if (!nodes) {
    const auto& [place, message] = nodes.error();
    return fail(Reason::BadRequest,
                std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + message);
  }
  std::vector<Json> documents;
  for (const auto& node : *nodes) {
    if (node.kind != YamlNode::Kind::Null) {  // between two "---" there may be nothing
      documents.push_back(to_json(node));
    }
  }
  return documents;
}

std::vector<ManifestReview> manifest_reviews(const Json& document, std::string_view name_space,
                                             const kube::Workloads& workloads) {
  std::vector<ManifestReview> reviews;
  const auto kind = text_of(&document, "kind");
  if (kind == "AdmissionReview") {
    reviews.push_back({.title = kind, .json = json_text(document)});
    return reviews;
  }
  const auto* const items = document.find("items");
  if (kind.ends_with("List") && items != nullptr && items->is_array()) {
    for (const auto& item : items->elements()) {
      std::ranges::move(manifest_reviews(item, name_space, workloads), std::back_inserter(reviews));
    }
    return reviews;
  }
  const auto origin = origin_of(document, name_space);
  auto title = (kind.empty() ? "document" : kind) + " " + origin.name_space + "/" + origin.name;
  if (const auto* const workload = workloads.of_kind(text_of(&document, "apiVersion"), kind)) {
    reviews.push_back(
        {.title = std::move(title), .json = review_json(document, *workload, origin)});
  } else {
    reviews.push_back({.title = std::move(title), .json = {}, .left = why_left(document)});
  }
  return reviews;
}

}  // namespace countersign::app
