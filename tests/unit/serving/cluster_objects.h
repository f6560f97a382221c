// SPDX-License-Identifier: Apache-2.0
// An API server in memory that keeps a few objects as kube-apiserver does: resourceVersions,
// conflicts, patches of exactly the forms that serving sends.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/json_text.h"
#include "countersign/net/http_transport.h"

namespace countersign::serving {

class MemoryCluster final : public net::HttpTransport {
 public:
  static constexpr std::string_view kOrigin = "https://10.96.0.1:443";
  static constexpr std::string_view kSecret = "/api/v1/namespaces/cs/secrets/tls";
  static constexpr std::string_view kWebhook =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/cs";
  static constexpr std::string_view kProvider =
      "/apis/externaldata.gatekeeper.sh/v1beta1/providers/cs";

  void put(std::string_view path, std::string_view json) {
    objects_[std::string(path)] = parse(json);
    stamp(objects_[std::string(path)]);
  }
  void remove(std::string_view path) { objects_.erase(std::string(path)); }
  void put_empty_secret() {
    put(kSecret,
        R"({"kind":"Secret","metadata":{"name":"tls","labels":{"a":"b"}},)"
        R"("type":"kubernetes.io/tls","data":{"tls.crt":"","tls.key":"","other":"eA=="}})");
  }
  void put_webhook(std::string_view bundle = "") {
    const auto config = [&bundle](std::string_view name) {
      return R"({"name":")" + std::string(name) + R"(","clientConfig":{"service":{"name":"cs",)" +
             R"("namespace":"cs","path":"/validate"},"caBundle":")" + std::string(bundle) +
             R"("}})";
    };
    put(kWebhook, R"({"kind":"ValidatingWebhookConfiguration","metadata":{"name":"cs"},)"
                  R"("webhooks":[)" +
                      config("one") + "," + config("two") + "]}");
  }
  void put_provider() {
    put(kProvider, R"({"kind":"Provider","metadata":{"name":"cs"},)"
                   R"("spec":{"url":"https://cs.cs.svc/ratify","caBundle":"eA=="}})");
  }

  std::string text(std::string_view path, const std::vector<std::string>& way) const {
    const auto* value = &objects_.at(std::string(path));
    for (const auto& step : way) {
      value = value->is_array() ? &value->elements()[std::stoul(step)] : value->find(step);
      if (value == nullptr) {
        return "(absent)";
      }
    }
    return value->string() == nullptr ? codec::json_text(*value) : *value->string();
  }
  std::string data(std::string_view member) const {
    const auto bytes =
        codec::decode_base64(text(kSecret, {"data", std::string(member)}), Reason::Internal);
    return bytes ? std::string(as_text(*bytes)) : "(absent)";
  }
  std::vector<std::string> bundles() const {
    std::vector<std::string> all;
    for (const auto* index : {"0", "1"}) {
      const auto base64 = text(kWebhook, {"webhooks", index, "clientConfig", "caBundle"});
      const auto bytes = codec::decode_base64(base64, Reason::Internal);
      all.emplace_back(bytes ? as_text(*bytes) : "?");
    }
    return all;
  }

  std::set<std::string> forbidden;                       // "PUT /api/..."
  std::function<void(const net::Request&)> before = {};  // each exchange
  bool down = false;
  std::vector<std::string> writes;  // "PUT /api/..."

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> results;
    for (const auto& request : requests) {
      if (before) {
        before(request);
      }
      results.push_back(answer(request));
    }
    return results;
  }

 private:
  using Json = codec::Json;

  static Json parse(std::string_view text) {
    return Json::parse(text, {.bytes = 1'000'000}, Reason::Internal).value();
  }
  static Json with(const Json& object, const std::string& member, Json value) {
    Json::Object members(object.members().begin(), object.members().end());
    for (auto& [name, old] : members) {
      if (name == member) {
        old = std::move(value);
        return Json(std::move(members));
      }
    }
    members.emplace_back(member, std::move(value));
    return Json(std::move(members));
  }
  static net::Response status(int code, std::string_view reason) {
    return {code, {}, R"({"kind":"Status","reason":")" + std::string(reason) + R"("})"};
  }
  void stamp(Json& object) {
    object = with(object, "metadata",
                  with(*object.find("metadata"), "resourceVersion", Json(std::to_string(++last_))));
  }
  static std::string version(const Json& object) {
    return *object.find("metadata")->find_string("resourceVersion");
  }

  Result<net::Response> answer(const net::Request& request) {
    using net::Method;
    const auto path = request.url.substr(kOrigin.size());
    const std::string verb = request.method == Method::Get    ? "GET"
                             : request.method == Method::Put  ? "PUT"
                             : request.method == Method::Post ? "POST"
                                                              : "PATCH";
    if (down) {
      return fail(Reason::RegistryUnavailable, "x");
    }
    if (forbidden.contains(verb + " " + path)) {
      return status(403, "Forbidden");
    }
    if (request.method == Method::Post) {
      return create(path, request.body);
    }
    const auto there = objects_.find(path);
    if (there == objects_.end()) {
      return status(404, "NotFound");
    }
    if (request.method == Method::Get) {
      return net::Response{200, {}, codec::json_text(there->second)};
    }
    return write(verb + " " + path, there->second, request);
  }

  net::Response create(const std::string& list, const std::string& body) {
    auto object = parse(body);
    const auto path = list + "/" + *object.find("metadata")->find_string("name");
    if (objects_.contains(path)) {
      return status(409, "AlreadyExists");
    }
    stamp(object);
    writes.push_back("POST " + path);
    return {201, {}, codec::json_text(objects_[path] = std::move(object))};
  }

  net::Response write(const std::string& what, Json& stored, const net::Request& request) {
    const auto change = parse(request.body);
    auto changed = request.method == net::Method::Put ? change : patched(stored, change);
    if (version(changed) != version(stored)) {
      return status(409, "Conflict");
    }
    writes.push_back(what);
    stored = std::move(changed);
    stamp(stored);
    return {200, {}, codec::json_text(stored)};
  }

  static Json patched(const Json& object, const Json& patch) {
    return patch.is_array() ? operations(object, patch) : merged(object, patch);
  }
  static Json merged(Json object, const Json& patch) {
    for (const auto& [name, value] : patch.members()) {
      const auto* there = object.find(name);
      object =
          with(object, name, value.is_object() && there != nullptr ? merged(*there, value) : value);
    }
    return object;
  }
  static Json operations(Json object, const Json& patch) {
    for (const auto& each : patch.elements()) {
      std::vector<std::string> way;
      std::string path = each.find_string("path")->substr(1);
      for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/')) {
        way.push_back(path.substr(0, slash));
        path.erase(0, slash + 1);
      }
      way.push_back(path);
      object = apply(object, way, *each.find_string("op"), *each.find("value"));
    }
    return object;
  }
  static Json apply(const Json& object, std::span<const std::string> way, const std::string& op,
                    const Json& value) {
    if (way.empty()) {
      if (op == "test") {
        EXPECT_EQ(codec::json_text(object), codec::json_text(value)) << "the test of a patch";
        return object;
      }
      return value;
    }
    if (object.is_array()) {
      Json::Array elements(object.elements().begin(), object.elements().end());
      auto& element = elements.at(std::stoul(way.front()));
      element = apply(element, way.subspan(1), op, value);
      return Json(std::move(elements));
    }
    const auto* there = object.find(way.front());
    return with(object, way.front(),
                apply(there == nullptr ? Json() : *there, way.subspan(1), op, value));
  }

  std::map<std::string, Json> objects_;
  int last_ = 0;
};

}  // namespace countersign::serving
