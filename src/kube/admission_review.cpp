// SPDX-License-Identifier: Apache-2.0
#include "countersign/kube/admission_review.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "kube/pod_images.h"
#include "kube/pod_puller.h"
#include "kube/pod_template.h"

namespace countersign::kube {
namespace {

using codec::Json;

struct Target {  // what the request is about
  std::string group, version, resource, subresource;
};

Result<std::string> read_uid(const Json& document);
Result<Review> read_request(const Json& request, const Workloads&);
Result<Target> read_target(const Json& request);
Result<std::optional<std::string>> read_contradiction(const Json& request,
                                                      const std::string& name_space);
bool has_no_images(const Target&, const Workload*, const Json& kind);
Result<void> check_kinds(const Workload*, const Json& kind, const Json& object);
Result<void> read_pod(const Json& request, const Workload&, Review&);

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadRequest, std::move(detail));
}

}  // namespace

std::string_view name(Operation operation) {
  switch (operation) {
    case Operation::Create:
      return "CREATE";
    case Operation::Update:
      return "UPDATE";
    case Operation::Delete:
      return "DELETE";
    case Operation::Connect:
      return "CONNECT";
  }
  return "UNKNOWN";
}

std::expected<Review, Unreadable> parse_review(std::string_view json, const Workloads& workloads) {
  const auto document = Json::parse(
      json,
      {.bytes = limits::kReviewBytes, .depth = limits::kJsonDepth, .nodes = limits::kJsonNodes},
      Reason::BadRequest);
  if (!document) {
    return std::unexpected(Unreadable{std::nullopt, document.error()});
  }
  auto uid = read_uid(*document);
  if (!uid) {
    return std::unexpected(Unreadable{std::nullopt, uid.error()});
  }
  auto review = read_request(*document->find("request"), workloads);
  if (!review) {
    return std::unexpected(Unreadable{*std::move(uid), review.error()});
  }
  review->uid = *std::move(uid);
  return *std::move(review);
}

namespace {

// Of a review of another version not even the uid counts: no answer could be valid.
Result<std::string> read_uid(const Json& document) {
  const auto* version = document.find_string("apiVersion");
  const auto* kind = document.find_string("kind");
  if (version == nullptr || *version != "admission.k8s.io/v1" || kind == nullptr ||
      *kind != "AdmissionReview") {
    return bad("not an AdmissionReview of admission.k8s.io/v1");
  }
  const auto* request = document.find("request");
  const auto* uid = request == nullptr ? nullptr : request->find_string("uid");
  if (uid == nullptr || uid->empty() || uid->size() > limits::kUidBytes) {
    return bad("request.uid is not a string of 1 to " + std::to_string(limits::kUidBytes) +
               " bytes");
  }
  return *uid;
}

// Absent and null are the empty string, as for the API server.
Result<std::string> optional_string(const Json& object, std::string_view member) {
  const auto* value = object.find(member);
  if (value == nullptr || value->is_null()) {
    return std::string();
  }
  if (value->string() == nullptr) {
    return bad(std::string(member) + " is not a string");
  }
  return *value->string();
}

Result<Operation> read_operation(const Json& request) {
  const auto* text = request.find_string("operation");
  for (const auto operation :
       {Operation::Create, Operation::Update, Operation::Delete, Operation::Connect}) {
    if (text != nullptr && *text == name(operation)) {
      return operation;
    }
  }
  return bad("request.operation is not CREATE, UPDATE, DELETE or CONNECT");
}

Result<bool> read_dry_run(const Json& request) {
  const auto* value = request.find("dryRun");
  if (value == nullptr || value->is_null()) {
    return false;
  }
  if (!value->boolean()) {
    return bad("request.dryRun is not a boolean");
  }
  return *value->boolean();
}

Result<std::string> read_user(const Json& request) {
  const auto* user = request.find("userInfo");
  return user == nullptr ? std::string() : optional_string(*user, "username");
}

// In the request, or on its way there: the API server appends to generateName.
Result<std::string> read_name(const Json& request) {
  TRY(auto written, optional_string(request, "name"));
  const auto* object = request.find("object");
  const auto* metadata = object == nullptr ? nullptr : object->find("metadata");
  if (!written.empty() || metadata == nullptr) {
    return written;
  }
  TRY(const auto generated, optional_string(*metadata, "generateName"));
  return generated.empty() ? generated : generated + "*";
}

// As kubectl names it: "pods/ephemeralcontainers", "deployments.apps".
std::string resource_name(const Target& target) {
  auto name = target.resource;
  name += target.group.empty() ? "" : "." + target.group;
  name += target.subresource.empty() ? "" : "/" + target.subresource;
  return name;
}

Result<Review> read_request(const Json& request, const Workloads& workloads) {
  Review review;
  TRY(review.operation, read_operation(request));
  TRY(const auto target, read_target(request));
  review.resource = resource_name(target);
  TRY(review.name_space, optional_string(request, "namespace"));
  TRY(review.name, read_name(request));
  TRY(review.user, read_user(request));
  TRY(review.dry_run, read_dry_run(request));
  if (review.operation == Operation::Delete || review.operation == Operation::Connect) {
    return review;
  }
  const auto* kind = request.find("kind");
  if (kind == nullptr || !kind->is_object()) {
    return bad("request.kind is not an object");
  }
  const auto* workload = workloads.of_resource(target.group, target.version, target.resource);
  if (has_no_images(target, workload, *kind)) {
    return review;
  }
  const auto* object = request.find("object");
  if (object == nullptr || !object->is_object()) {
    return bad("request.object is not an object");
  }
  TRY_VOID(check_kinds(workload, *kind, *object));
  TRY(review.other_name_space, read_contradiction(request, review.name_space));
  TRY_VOID(read_pod(request, *workload, review));
  return review;
}

Result<Target> read_target(const Json& request) {
  const auto* resource = request.find("resource");
  if (resource == nullptr || !resource->is_object()) {
    return bad("request.resource is not an object");
  }
  Target target;
  TRY(target.group, optional_string(*resource, "group"));
  TRY(target.version, optional_string(*resource, "version"));
  TRY(target.resource, optional_string(*resource, "resource"));
  TRY(target.subresource, optional_string(request, "subResource"));
  return target;
}

bool is_kind(const Json& kind, std::string_view group, std::string_view version,
             std::string_view kind_name) {
  const auto matches = [&kind](std::string_view member, std::string_view expected) {
    const auto* value = kind.find_string(member);
    return value != nullptr ? *value == expected : expected.empty() && kind.find(member) == nullptr;
  };
  return matches("group", group) && matches("version", version) && matches("kind", kind_name);
}

// Subresources of pods that can't change what runs, as Pod Security Admission has them; all others,
// those of future versions included, are judged. A status has none in any workload, and a Scale has
// no pod template.
bool has_no_images(const Target& target, const Workload* workload, const Json& kind) {
  static constexpr std::array<std::string_view, 8> kOfPods{
      "attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "status"};
  if (target.subresource == "scale" && is_kind(kind, "autoscaling", "v1", "Scale")) {
    return true;
  }
  if (workload == nullptr) {
    return false;
  }
  return workload->is_pod() ? std::ranges::find(kOfPods, target.subresource) != kOfPods.end()
                            : target.subresource == "status";
}

// The object may leave its kind out, but not contradict the request.
bool agrees(const Json& object, std::string_view member, std::string_view expected) {
  const auto* value = object.find(member);
  return value == nullptr || (value->string() != nullptr && *value->string() == expected);
}

Result<void> check_kinds(const Workload* workload, const Json& kind, const Json& object) {
  if (workload == nullptr) {
    return fail(Reason::UnsupportedResource,
                "neither pods nor a resource that is known to make them");
  }
  if (!is_kind(kind, workload->group, workload->version, workload->kind)) {
    return fail(Reason::UnsupportedResource, "request.kind is not that of the resource " +
                                                 workload->resource + ": " + workload->kind);
  }
  if (!agrees(object, "kind", workload->kind) ||
      !agrees(object, "apiVersion", workload->api_version())) {
    return fail(Reason::UnsupportedResource,
                "the object is not the " + workload->kind + " that the request names");
  }
  return {};
}

// The object may leave its namespace out.
Result<std::optional<std::string>> read_contradiction(const Json& request,
                                                      const std::string& name_space) {
  const auto* metadata = request.find("object")->find("metadata");
  if (metadata == nullptr) {
    return std::nullopt;
  }
  TRY(auto written, optional_string(*metadata, "namespace"));
  return written.empty() || written == name_space ? std::nullopt
                                                  : std::optional(std::move(written));
}

// The old object's pod, when it is there and readable: nothing less excuses an image.
std::optional<PodImages> read_before(const Json& request, const Workload& workload) {
  const auto* object = request.find("oldObject");
  if (object == nullptr || !object->is_object()) {
    return std::nullopt;
  }
  const auto pod = find_pod_template(workload, *object);
  auto before = pod ? read_pod_images(*pod) : std::unexpected(pod.error());
  return before ? std::optional(*std::move(before)) : std::nullopt;
}

Result<void> read_pod(const Json& request, const Workload& workload, Review& review) {
  TRY(const auto pod, find_pod_template(workload, *request.find("object")));
  TRY(auto now, read_pod_images(pod));
  const auto before =
      review.operation == Operation::Update ? read_before(request, workload) : std::nullopt;
  if (now.restored && !(before && before->restored)) {
    return bad(pod.prefix + "spec.restoreFrom: the bytes of a restored pod can't be verified");
  }
  review.images = before ? changed_images(std::move(now), *before) : all_images(std::move(now));
  TRY(review.puller, read_puller(pod, review.name_space));
  return {};
}

}  // namespace
}  // namespace countersign::kube
