// SPDX-License-Identifier: Apache-2.0
#include "registry/http_publisher.h"

#include <gtest/gtest.h>

#include "unit/registry/publisher_bed.h"

namespace countersign::registry {
namespace {

using namespace test_data;  // NOLINT(google-build-using-namespace): the bed's words
using HttpPublisherTest = PublisherTest;

TEST_F(HttpPublisherTest, PushesBlobsAndThenTheManifest) {
  expect_up_to_the_manifest();
  http_.expect(manifest(), stored());
  const auto attached = attach();
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(attached->listed, Attached::Listed::ByApi);
  EXPECT_EQ(attached->requests, 6U);
  EXPECT_EQ(sent(http_),
            (std::vector<std::string>{"GET " + subject(), "GET " + blob(0), "GET " + blob(1),
                                      "POST " + kUploads, "PUT " + target(), "PUT " + manifest()}));
  EXPECT_EQ(http_.seen()[3].body, "");
  EXPECT_EQ(http_.seen()[4].body, "envelope");
  EXPECT_EQ(http_.seen()[5].body, as_text(signature_.manifest.blob.bytes()));
  EXPECT_EQ(test::header_of(http_.seen()[5], "Content-Type"), kOci);
}

// A referrer of what is not there would wait unseen for an image.
TEST_F(HttpPublisherTest, NothingIsPushedWithoutTheSubject) {
  http_.expect(subject(), answer(404));
  EXPECT_EQ(reason(), Reason::ImageNotFound);
  const std::string other = test_data::kImage + " ";
  http_.expect(subject(), answer(200, {{"content-type", kOci}}, other));
  EXPECT_EQ(reason(), Reason::DigestMismatch);
  signature_.subject.media_type = oci::media_type::kDockerManifest;
  expect_subject();
  EXPECT_EQ(reason(), Reason::RegistryResponse);
}

TEST_F(HttpPublisherTest, DescriptorsAreTheirContents) {
  signature_.blobs[1].descriptor.size += 1;
  EXPECT_EQ(reason(), Reason::Internal);
  signature_.blobs.clear();
  EXPECT_EQ(reason(), Reason::Internal);
}

TEST_F(HttpPublisherTest, AReferenceOfAnotherRegistryIsAskedNothing) {
  const auto publisher =
      make_publisher(wire_, credentials_, oci::ImageRef::parse("other.test/a/b").value());
  const auto attached =
      publisher->attach(signature_, ReferrersTag::WhereNeeded, clock_.in(std::chrono::minutes(1)));
  EXPECT_EQ(attached.error().reason, Reason::Internal);
}

struct Status {
  int status;
  Reason reason;
};
constexpr Status kFinal[] = {
    {200, Reason::RegistryResponse}, {204, Reason::RegistryResponse},
    {307, Reason::RegistryResponse}, {400, Reason::RegistryResponse},
    {403, Reason::RegistryAuth},     {404, Reason::ImageNotFound},
    {405, Reason::RegistryResponse}, {413, Reason::RegistryResponse},
};
constexpr Status kPassing[] = {
    {408, Reason::RegistryUnavailable},
    {429, Reason::RegistryThrottled},
    {500, Reason::RegistryUnavailable},
    {503, Reason::RegistryUnavailable},
};

TEST_F(HttpPublisherTest, ARefusedUploadIsTheEnd) {
  for (const auto& [status, expected] : kFinal) {
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, answer(status, {{"location", "https://other.test/"}}));
    EXPECT_EQ(reason(), expected) << status;
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, accept());
    http_.expect(target(), answer(status, {{"location", "https://other.test/"}}));
    EXPECT_EQ(reason(), expected) << status;
  }
}

TEST_F(HttpPublisherTest, ARefusedManifestIsTheEnd) {
  for (const auto& [status, expected] : kFinal) {
    expect_up_to_the_manifest();
    http_.expect(manifest(), answer(status, {{"location", "https://other.test/"}}));
    EXPECT_EQ(reason(), expected) << status;
  }
}

TEST_F(HttpPublisherTest, WhatMayPassIsTriedAgain) {
  for (const auto& [status, expected] : kPassing) {
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, answer(status));
    http_.expect(kUploads, accept()).expect(target(), answer(status));  // the session may be gone
    expect_upload();
    http_.expect(manifest(), answer(status)).expect(manifest(), stored());
    const auto attached = attach();
    EXPECT_TRUE(attached) << status << attached.error().detail;
  }
}

TEST_F(HttpPublisherTest, ButNotForEver) {
  for (const auto& [status, expected] : kPassing) {
    expect_up_to_the_manifest();
    for (int attempt = 0; attempt < limits::kUploadAttempts; ++attempt) {
      http_.expect(manifest(), answer(status));
    }
    EXPECT_EQ(reason(), expected) << status;
  }
}

TEST_F(HttpPublisherTest, ARegistryMayHaveNothingLeftToBeSent) {
  expect_subject();
  expect_blobs();
  http_.expect(kUploads, answer(201)).expect(manifest(), stored());
  EXPECT_TRUE(attach());
}

TEST_F(HttpPublisherTest, ABlobThatIsBrokenThereIsSent) {
  expect_subject();
  http_.expect(blob(0), answer(200, {}, "{}")).expect(blob(1), answer(200, {}, "ENVELOPE"));
  expect_upload();
  http_.expect(manifest(), stored());
  EXPECT_TRUE(attach());
}

TEST_F(HttpPublisherTest, WhereNobodyCouldLookNothingIsSent) {
  expect_subject();
  http_.expect(blob(0), answer(200, {}, "{}")).expect(blob(1), answer(503));
  EXPECT_EQ(reason(), Reason::RegistryUnavailable);
}

TEST_F(HttpPublisherTest, ComparesWhatTheRegistrySaysItStored) {
  const auto digest = [](const Content& content, crypto::HashAlgorithm algorithm) {
    return oci::Digest::of(content.blob.bytes(), algorithm);
  };
  const auto sha256 = digest(signature_.manifest, crypto::HashAlgorithm::Sha256);
  const auto sha512 = digest(signature_.manifest, crypto::HashAlgorithm::Sha512);
  for (const auto& right : {sha256.text(), sha512.text(), sha256.encoded()}) {
    expect_up_to_the_manifest();
    auto response = stored();
    response.headers.push_back({"docker-content-digest", right});
    http_.expect(manifest(), response);
    EXPECT_TRUE(attach()) << right;
  }
  for (const auto& wrong : {signature_.subject.digest.text(), std::string("sha256:1"),
                            std::string(), sha512.encoded()}) {
    expect_up_to_the_manifest();
    http_.expect(manifest(), answer(201, {{"docker-content-digest", wrong}}));
    EXPECT_EQ(reason(), Reason::DigestMismatch) << wrong;
    expect_subject();
    expect_blobs();
    http_.expect(kUploads, accept())
        .expect(target(), answer(201, {{"docker-content-digest", wrong}}));
    EXPECT_EQ(reason(), Reason::DigestMismatch) << wrong;
  }
}

// "OCI-Subject"
TEST_F(HttpPublisherTest, ARegistryThatDoesNotKnowTheSubjectGetsTheTag) {
  const auto other = answer(201, {{"oci-subject", oci::Digest::of(as_bytes("other")).text()}});
  for (const auto& response : {answer(201), other}) {
    expect_up_to_the_manifest();
    http_.expect(manifest(), response);
    expect_tag_kept();
    const auto attached = attach();
    ASSERT_TRUE(attached) << attached.error().detail;
    EXPECT_EQ(attached->listed, Attached::Listed::ByTag);
  }
}

TEST_F(HttpPublisherTest, TheTagIsKeptBesidesWhereThatIsWanted) {
  expect_up_to_the_manifest();
  http_.expect(manifest(), stored());
  expect_tag_kept();
  const auto attached = attach(ReferrersTag::Always);
  ASSERT_TRUE(attached) << attached.error().detail;
  EXPECT_EQ(attached->listed, Attached::Listed::ByApi);

  RegistrySettings settings;
  settings.referrers = ReferrersBy::Tag;
  wire_ = wire(settings);
  expect_up_to_the_manifest();
  http_.expect(manifest(), stored());
  expect_tag_kept();
  EXPECT_TRUE(attach());
}

TEST_F(HttpPublisherTest, AnErrorSaysWhatWasStored) {
  expect_up_to_the_manifest();
  http_.expect(manifest(), answer(201)).expect(tag(), answer(403));
  const auto attached = attach();
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().reason, Reason::RegistryAuth);
  EXPECT_NE(attached.error().detail.find("stored"), std::string::npos);
}

TEST_F(HttpPublisherTest, ARegistryThatIsClosedWaitsForNothing) {
  Registry registry("registry.test", {}, http_, clock_);
  registry.close();
  expect_up_to_the_manifest();
  http_.expect(manifest(), answer(201));
  http_.expect(tag(), answer(404)).expect(tag(), answer(404)).expect(tag(), answer(201));
  const auto attached =
      registry.publisher(oci::ImageRef::parse("registry.test/a/b").value(), anonymous())
          ->attach(signature_, ReferrersTag::WhereNeeded, clock_.in(std::chrono::minutes(1)));
  EXPECT_EQ(attached.error().reason, Reason::Overloaded);
}

}  // namespace
}  // namespace countersign::registry
