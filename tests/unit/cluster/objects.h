// SPDX-License-Identifier: Apache-2.0
// Objects of the Kubernetes API as its server writes them.
#pragma once
#include <string>
#include <string_view>

#include "countersign/codec/base64.h"
#include "countersign/net/http_transport.h"

#include "support/scripted_transport.h"

namespace countersign::cluster {

inline constexpr std::string_view kDockerConfigJson = "kubernetes.io/dockerconfigjson";

// A Secret whose data has this one member.
inline std::string secret_object(std::string_view type, std::string_view key,
                                 std::string_view content, std::string_view version = "7") {
  return R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","resourceVersion":")" +
         std::string(version) + R"("},"data":{")" + std::string(key) + R"(":")" +
         codec::encode_base64(as_bytes(content)) + R"("},"type":")" + std::string(type) + R"("})";
}

inline std::string docker_config(std::string_view key, std::string_view user) {
  return R"({"auths":{")" + std::string(key) + R"(":{"username":")" + std::string(user) +
         R"(","password":"p"}}})";
}

// A pull secret with one credential.
inline std::string pull_secret(std::string_view key, std::string_view user,
                               std::string_view version = "7") {
  return secret_object(kDockerConfigJson, ".dockerconfigjson", docker_config(key, user), version);
}

inline std::string status_object(int code, std::string_view reason) {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"m","reason":")" +
         std::string(reason) + R"(","details":{"kind":"secrets"},"code":)" + std::to_string(code) +
         "}";
}

inline net::Response refusal(int code, std::string_view reason) {
  return test::answer(code, {{"content-type", "application/json"}}, status_object(code, reason));
}

inline net::Response good(std::string body) { return test::answer(200, {}, std::move(body)); }

}  // namespace countersign::cluster
