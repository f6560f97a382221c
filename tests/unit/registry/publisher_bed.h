// SPDX-License-Identifier: Apache-2.0
// A publisher before a registry that answers as a test says.
#pragma once
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"
#include "countersign/oci/manifest.h"
#include "countersign/registry/docker_config.h"

#include "registry/http_publisher.h"
#include "registry/referrer_index.h"
#include "support/attachments.h"
#include "support/fixed_clock.h"
#include "support/patience.h"
#include "support/scripted_transport.h"

namespace countersign::registry::test_data {

using test::answer;

inline const std::string kOci(oci::media_type::kOciManifest);
inline const std::string kIndex(oci::media_type::kOciIndex);
inline const std::string kV2 = "https://registry.test/v2/a/b/";
inline const std::string kUploads = kV2 + "blobs/uploads/";
inline const std::string kSession = "https://registry.test/upload/1?state=x%2Fy";
inline const std::string kChallenge =
    R"(Bearer realm="/token",service="s",scope="repository:a/b:pull,push")";
inline const std::string kToken =
    "https://registry.test/token?scope=repository%3Aa%2Fb%3Apull%2Cpush&service=s";

inline net::Response refuse() { return answer(401, {{"www-authenticate", kChallenge}}); }
inline net::Response accept(const std::string& location = kSession) {
  return answer(202, {{"location", location}});
}

class PublisherTest : public testing::Test {
 protected:
  std::shared_ptr<Wire> wire(RegistrySettings settings = {}) {
    return std::make_shared<Wire>("registry.test", std::move(settings), http_, clock_,
                                  std::make_unique<test::Patience>(clock_, 0));
  }
  Result<Attached> attach(ReferrersTag tag = ReferrersTag::WhereNeeded) {
    return make_publisher(wire_, credentials_, oci::ImageRef::parse("registry.test/a/b").value())
        ->attach(signature_, tag, clock_.in(std::chrono::minutes(1)));
  }
  Reason reason() {
    const auto attached = attach();
    EXPECT_FALSE(attached);
    return attached ? Reason::Internal : attached.error().reason;
  }

  std::string manifest() const {
    return kV2 + "manifests/" + signature_.manifest.descriptor.digest.text();
  }
  std::string subject() const { return kV2 + "manifests/" + signature_.subject.digest.text(); }
  std::string tag() const {
    return kV2 + "manifests/sha256-" + signature_.subject.digest.encoded();
  }
  std::string blob(std::size_t number) const {
    return kV2 + "blobs/" + signature_.blobs.at(number).descriptor.digest.text();
  }
  std::string target(const std::string& location = kSession + "&") const {
    return location + "digest=sha256%3A" + signature_.blobs.at(1).descriptor.digest.encoded();
  }

  void expect_subject() { http_.expect(subject(), answer(200, {{"content-type", kOci}}, kImage)); }
  void expect_blobs() {  // the config is there, as after any signature; the envelope is not
    http_.expect(blob(0), answer(200, {}, "{}")).expect(blob(1), answer(404));
  }
  void expect_upload() { http_.expect(kUploads, accept()).expect(target(), answer(201)); }
  void expect_up_to_the_manifest() {
    expect_subject();
    expect_blobs();
    expect_upload();
  }
  net::Response stored() const {
    return answer(201, {{"oci-subject", signature_.subject.digest.text()}});
  }
  void expect_tag_kept() {
    const auto index = R"({"schemaVersion":2,"manifests":[)" +
                       entry_of(signature_.manifest.descriptor).text + "]}";
    const auto there = answer(200, {{"content-type", kIndex}}, index);
    http_.expect(tag(), answer(404)).expect(tag(), answer(404)).expect(tag(), answer(201));
    for (int look = 0; look < limits::kTagLooks; ++look) {
      http_.expect(tag(), there);
    }
  }
  std::string authorization(std::size_t request) const {
    return test::header_of(http_.seen().at(request), "Authorization");
  }

  Attachment signature_ = signature();
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<CredentialProvider> credentials_ = anonymous();
  std::shared_ptr<Wire> wire_ = wire();
};

}  // namespace countersign::registry::test_data
