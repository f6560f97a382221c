// SPDX-License-Identifier: Apache-2.0
// A repository "h/a" whose image has referrers "a" to "f", for the tests that list them.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/oci/descriptor.h"
#include "countersign/registry/docker_config.h"

#include "registry/authenticator.h"
#include "registry/session.h"
#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {

inline const std::string kType(oci::media_type::kNotarySignature);
inline const std::string kIndexType(oci::media_type::kOciIndex);

inline oci::Digest digest(std::string_view content) { return oci::Digest::of(as_bytes(content)); }

inline std::string entry(std::string_view content, std::string_view artifact_type = kType) {
  return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":3,"digest":")" +
         digest(content).text() + R"(","artifactType":")" + std::string(artifact_type) + R"("})";
}

inline std::string index(const std::vector<std::string>& entries) {
  std::string list;
  for (const auto& one : entries) {
    list += (list.empty() ? "" : ",") + one;
  }
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)" +
         list + "]}";
}

inline net::Response page(const std::vector<std::string>& entries, const std::string& link = "") {
  auto response = test::answer(200, {{"content-type", kIndexType}}, index(entries));
  if (!link.empty()) {
    response.headers.push_back({"link", link});
  }
  return response;
}

inline net::Response name_unknown() {
  return test::answer(404, {}, R"({"errors":[{"code":"NAME_UNKNOWN"}]})");
}

// The letters that the digests were made of, in order; the reason of an error.
inline std::string letters(const Result<std::vector<oci::Descriptor>>& found) {
  if (!found) {
    return std::string(wire_name(found.error().reason));
  }
  std::string all;
  for (const auto& descriptor : *found) {
    for (const char letter : std::string_view("abcdef")) {
      all += descriptor.digest == digest({&letter, 1}) ? std::string(1, letter) : "";
    }
  }
  return all;
}

class ReferrersFixture : public testing::Test {
 protected:
  Deadline soon() const { return clock_.in(std::chrono::minutes(1)); }

  oci::Digest subject_ = digest("image");
  const std::string base_ = "https://h/v2/a/";
  const std::string api_ = base_ + "referrers/" + digest("image").text() +
                           "?artifactType=application%2Fvnd.cncf.notary.signature";  // REG-50
  const std::string tag_ = base_ + "manifests/sha256-" + digest("image").encoded();
  const net::Url repository_ = net::Url::parse(base_, Reason::Internal).value();
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  Authenticator authenticator_{"h", {}, clock_};
  Session session_{
      authenticator_, anonymous(), http_, {}, oci::ImageRef::parse("h.test/a").value()};
};

}  // namespace countersign::registry
