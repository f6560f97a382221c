// SPDX-License-Identifier: Apache-2.0
// What kube-apiserver makes of a validating webhook's answer: the rules of VerifyAdmissionResponse
// (a broken one is a failed call, which failurePolicy: Ignore turns into an admission), of
// ToStatusErr, of its warning headers and of its audit annotations.
#pragma once
#include <algorithm>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::support {

struct Ruling {  // what the API server would do
  bool allowed = false;
  std::int64_t code = 0;
  std::string reason, message;
  std::int64_t retry_after = 0;
  std::vector<std::string> warnings;
};

namespace api_server {

inline void check_warnings(const codec::Json& response, Ruling& ruling) {
  const auto* warnings = response.find("warnings");
  if (warnings == nullptr) {
    return;
  }
  EXPECT_TRUE(warnings->is_array());
  for (const auto& warning : warnings->elements()) {
    ASSERT_NE(warning.string(), nullptr);
    const auto& text = *warning.string();
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(
        std::ranges::none_of(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; }))
        << "dropped silently: " << text;
    EXPECT_LE(std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }), 120)
        << text;
    EXPECT_EQ(std::ranges::count(ruling.warnings, text), 0) << "sent twice: " << text;
    ruling.warnings.push_back(text);
  }
  EXPECT_LE(ruling.warnings.size(), 10U);
}

inline void check_annotations(const codec::Json& response) {
  static const std::regex key("[A-Za-z0-9][A-Za-z0-9_.-]{0,61}[A-Za-z0-9]");
  const auto* annotations = response.find("auditAnnotations");
  if (annotations == nullptr) {
    return;
  }
  ASSERT_TRUE(annotations->is_object());
  EXPECT_LE(annotations->members().size(), 8U);
  for (const auto& [name, value] : annotations->members()) {
    EXPECT_TRUE(std::regex_match(name, key)) << name;
    ASSERT_NE(value.string(), nullptr) << name;
    EXPECT_LE(value.string()->size(), 2048U) << name;
  }
}

inline void check_status(const codec::Json& response, Ruling& ruling) {
  const auto* status = response.find("status");
  ASSERT_NE(status, nullptr) << "the user would read: denied the request without explanation";
  EXPECT_EQ(*status->find_string("status"), "Failure");
  ruling.code = status->find("code")->integer().value_or(0);
  ruling.reason = *status->find_string("reason");
  ruling.message = *status->find_string("message");
  EXPECT_FALSE(ruling.message.empty());
  EXPECT_LE(ruling.message.size(), 2048U);
  const auto* details = status->find("details");
  const auto* retry = details == nullptr ? nullptr : details->find("retryAfterSeconds");
  ruling.retry_after = retry == nullptr ? 0 : retry->integer().value_or(0);
}

}  // namespace api_server

// Fails the test when a rule is broken.
inline Ruling accept_answer(const std::string& body, std::string_view uid) {
  Ruling ruling;
  const auto json = codec::Json::parse(
      body, {.bytes = 16 * limits::kMiB, .depth = 16, .nodes = 100'000}, Reason::Internal);
  if (!json) {
    ADD_FAILURE() << "not JSON: " << json.error().detail << ": " << body;
    return ruling;
  }
  const auto text = [](const codec::Json& object, std::string_view member) {
    const auto* value = object.find_string(member);
    return value == nullptr ? "(absent)" : *value;
  };
  EXPECT_EQ(text(*json, "apiVersion"), "admission.k8s.io/v1");
  EXPECT_EQ(text(*json, "kind"), "AdmissionReview");
  const auto* response = json->find("response");
  if (response == nullptr || !response->is_object()) {
    ADD_FAILURE() << "webhook response was absent: " << body;
    return ruling;
  }
  EXPECT_EQ(text(*response, "uid"), uid);
  EXPECT_EQ(response->find("patch"), nullptr);
  EXPECT_EQ(response->find("patchType"), nullptr);
  const auto* allowed = response->find("allowed");
  EXPECT_TRUE(allowed != nullptr && allowed->boolean()) << body;
  ruling.allowed = allowed != nullptr && allowed->boolean().value_or(false);
  api_server::check_warnings(*response, ruling);
  api_server::check_annotations(*response);
  if (ruling.allowed) {
    EXPECT_EQ(response->find("status"), nullptr) << "ignored, and misleading";
  } else {
    api_server::check_status(*response, ruling);
  }
  return ruling;
}

}  // namespace countersign::support
