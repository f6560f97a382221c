// SPDX-License-Identifier: Apache-2.0
// A review to change one member of, and what is expected of it.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/kube/admission_review.h"

namespace countersign::kube {

// What a review says, member by member as JSON text; a test changes one of them.
struct Request {
  std::string uid = R"("705ab4f5")";
  std::string kind = R"({"group":"","version":"v1","kind":"Pod"})";
  std::string resource = R"({"group":"","version":"v1","resource":"pods"})";
  std::string subresource = R"("")";
  std::string name = R"("web-0")";
  std::string operation = R"("CREATE")";
  std::string object = R"({"kind":"Pod","apiVersion":"v1",
      "spec":{"containers":[{"name":"web","image":"a.io/web:1"}]}})";
  std::string old_object = "null";
  std::string more;  // further members, each with a comma before it

  std::string text() const {
    return R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":)" +
           uid + R"(,"kind":)" + kind + R"(,"resource":)" + resource + R"(,"subResource":)" +
           subresource + R"(,"name":)" + name + R"(,"namespace":"shop","operation":)" + operation +
           R"(,"object":)" + object + R"(,"oldObject":)" + old_object + more + "}}";
  }
};

using Change = std::function<void(Request&)>;

inline Request changed(const Change& change) {
  Request request;
  change(request);
  return request;
}

inline std::string pod(std::string_view spec) {
  return R"({"kind":"Pod","apiVersion":"v1","spec":)" + std::string(spec) + "}";
}

inline void expect_images(const std::string& json, std::vector<std::string> fields,
                          std::string_view row) {
  const auto review = parse_review(json, {});
  ASSERT_TRUE(review) << row << ": " << review.error().error.detail;
  std::vector<std::string> found;
  for (const auto& use : review->images) {
    found.push_back(use.field);
  }
  EXPECT_EQ(found, fields) << row;
}

}  // namespace countersign::kube
