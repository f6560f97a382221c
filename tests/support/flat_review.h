// SPDX-License-Identifier: Apache-2.0
// A second reader of reviews, slow and plain: it turns the body into one flat list of paths and
// looks for images in it by their names. It shares nothing with src/kube but the JSON parser, so
// what both overlook would have to be overlooked twice.
#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/kube/admission_review.h"

namespace countersign::support {

class FlatReview {
 public:
  explicit FlatReview(std::string_view body) {
    const auto json = codec::Json::parse(
        body,
        {.bytes = limits::kReviewBytes, .depth = limits::kJsonDepth, .nodes = limits::kJsonNodes},
        Reason::BadRequest);
    if (json) {
      flatten("", *json);
    }
  }

  // What is wrong with the judgement `review` of this body; empty when nothing is: every image that
  // may run is judged, and nothing is judged that is not there.
  std::string fault(const std::expected<kube::Review, kube::Unreadable>& review) const {
    if (!review) {
      return {};  // denied, so nothing can run
    }
    std::map<std::string, std::string> judged;
    for (const auto& use : review->images) {
      judged[use.field] = use.image;
      if (text("request.object." + use.field) != use.image) {
        return "judged, but not there: " + use.field;
      }
    }
    if (runs_nothing()) {
      return {};
    }
    const auto prefix = template_prefix();
    if (!prefix) {
      return "a resource that nobody knows was judged";
    }
    for (const auto& [path, image] : texts_) {
      const auto field = image_field(path, *prefix);
      if (field && !image.empty() && !judged.contains(*field) && !is_excused(path, *prefix)) {
        return "not judged: " + *field;
      }
    }
    return {};
  }

 private:
  void flatten(const std::string& path, const codec::Json& json) {
    if (const auto* const string = json.string()) {
      texts_[path] = *string;
    }
    for (const auto& [name, value] : json.members()) {
      auto safe = name;  // a member called "a.b" must not look like two
      std::ranges::replace_if(
          safe, [](char c) { return c == '.' || c == '[' || c == ']'; }, '\x01');
      flatten(path.empty() ? safe : path + "." + safe, value);
    }
    std::size_t index = 0;
    for (const auto& element : json.elements()) {
      flatten(path + "[" + std::to_string(index++) + "]", element);
    }
    if (json.is_array()) {
      counts_[path] = index;
    }
  }

  std::string text(const std::string& path) const {
    const auto found = texts_.find(path);
    return found == texts_.end() ? std::string() : found->second;
  }

  bool runs_nothing() const {
    const auto operation = text("request.operation");
    const auto subresource = "," + text("request.subResource") + ",";
    const auto resource = resource_name();
    return operation == "DELETE" || operation == "CONNECT" ||
           (subresource == ",scale," && text("request.kind.kind") == "Scale") ||
           (resource == "/v1/pods" &&
            std::string_view(",attach,binding,eviction,exec,log,portforward,proxy,status,")
                    .find(subresource) != std::string_view::npos &&
            subresource != ",,") ||
           (template_prefix() && resource != "/v1/pods" && subresource == ",status,");
  }

  std::string resource_name() const {
    return text("request.resource.group") + "/" + text("request.resource.version") + "/" +
           text("request.resource.resource");
  }

  std::optional<std::string> template_prefix() const {
    static const std::map<std::string, std::string> kPrefixes{
        {"/v1/pods", ""},
        {"/v1/podtemplates", "template."},
        {"/v1/replicationcontrollers", "spec.template."},
        {"apps/v1/deployments", "spec.template."},
        {"apps/v1/replicasets", "spec.template."},
        {"apps/v1/statefulsets", "spec.template."},
        {"apps/v1/daemonsets", "spec.template."},
        {"batch/v1/jobs", "spec.template."},
        {"batch/v1/cronjobs", "spec.jobTemplate.spec.template."}};
    const auto found = kPrefixes.find(resource_name());
    return found == kPrefixes.end() ? std::nullopt : std::optional(found->second);
  }

  // The field of an image at `path`, or nothing.
  static std::optional<std::string> image_field(const std::string& path,
                                                const std::string& prefix) {
    static constexpr std::string_view kObject = "request.object.";
    const auto spec = std::string(kObject) + prefix + "spec.";
    if (!path.starts_with(spec)) {
      return std::nullopt;
    }
    const auto rest = std::string_view(path).substr(spec.size());
    const auto open = rest.find('[');
    const auto close = rest.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos) {
      return std::nullopt;
    }
    const auto list = rest.substr(0, open);
    const auto member = rest.substr(close + 1);
    const bool container =
        list == "containers" || list == "initContainers" || list == "ephemeralContainers";
    const bool image =
        (container && member == ".image") || (list == "volumes" && member == ".image.reference");
    return image ? std::optional(path.substr(kObject.size())) : std::nullopt;
  }

  // Only the same image in the same slot of the old object excuses one.
  bool is_excused(const std::string& path, const std::string& prefix) const {
    if (text("request.operation") != "UPDATE") {
      return false;
    }
    const auto close = path.find(']');
    const auto open = path.find('[');
    const auto list = path.substr(0, open);
    const auto old_list = "request.oldObject." + list.substr(std::string("request.object.").size());
    const auto member = path.substr(close + 1);
    const auto name = text(path.substr(0, close + 1) + ".name");
    const auto is_list = [&](std::string_view wanted) {
      return list == "request.object." + prefix + "spec." + std::string(wanted);
    };
    if (is_list("containers") || is_list("initContainers")) {
      const auto slot = old_list + path.substr(open, close + 1 - open);
      return count(list) == count(old_list) && text(slot + member) == text(path) &&
             text(slot + ".name") == name;
    }
    const auto before = slots_called(old_list, name, member);
    return slots_called(list, name, member).size() == 1 && before.size() == 1 &&
           before.front() == text(path);
  }

  std::size_t count(const std::string& list) const {
    const auto found = counts_.find(list);
    return found == counts_.end() ? 0 : found->second;
  }

  // The images of the elements with this name. A volume without an image is no slot.
  std::vector<std::string> slots_called(const std::string& list, const std::string& name,
                                        const std::string& member) const {
    std::vector<std::string> images;
    for (std::size_t index = 0; index < count(list); ++index) {
      const auto slot = list + "[" + std::to_string(index) + "]";
      if (texts_.contains(slot + member) && text(slot + ".name") == name) {
        images.push_back(text(slot + member));
      }
    }
    return images;
  }

  std::map<std::string, std::string> texts_;
  std::map<std::string, std::size_t> counts_;
};

}  // namespace countersign::support
