// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/oci_layout.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

namespace fs = std::filesystem;

const std::string kImage =
    "sha256:77a6c51724f5a0fcb8f453c7fa8026df242247ef1a58cf94cee464c2b4651154";
const std::string kType(oci::media_type::kNotarySignature);
const test::FixedClock kClock;

Deadline soon() { return kClock.in(std::chrono::minutes(1)); }
oci::ImageRef reference(const std::string& tail) {
  return oci::ImageRef::parse("demo.test/a" + tail).value();
}
fs::path data(const std::string& name) {
  return fs::path(COUNTERSIGN_TEST_DATA) / "registry" / name;
}
std::unique_ptr<Repository> layout(const fs::path& folder) { return open_layout(folder).value(); }

void write(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

class OciLayout : public testing::Test {  // with a folder to be spoiled
 protected:
  OciLayout() : folder_(fs::path(testing::TempDir()) / "countersign_layout") {
    fs::remove_all(folder_);
    fs::copy(data("legacy-form"), folder_, fs::copy_options::recursive);
  }
  ~OciLayout() override { fs::remove_all(folder_); }

  fs::path blob(const std::string& digest) const {
    return folder_ / "blobs/sha256" / digest.substr(7);
  }
  void list(const std::string& descriptors) {
    write(folder_ / "index.json", R"({"schemaVersion":2,"manifests":[)" + descriptors + "]}");
  }
  static std::string entry(const std::string& digest, std::size_t size,
                           const std::string& more = "") {
    return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" + digest +
           R"(","size":)" + std::to_string(size) + more + "}";
  }
  static std::string named(const std::string& name) {
    return R"(,"annotations":{"org.opencontainers.image.ref.name":")" + name + R"("})";
  }
  Reason reason(const std::string& tail) const {
    const auto opened = open_layout(folder_);
    if (!opened) {
      return opened.error().reason;
    }
    const auto image = (*opened)->resolve(reference(tail), soon());
    EXPECT_FALSE(image);
    return image ? Reason::Internal : image.error().reason;
  }

  fs::path folder_;
};

TEST_F(OciLayout, FindsTheSignatureInBothForms) {
  for (const char* name : {"artifact-type-form", "legacy-form"}) {
    const auto repository = layout(data(name));
    const auto image = repository->resolve(reference("@" + kImage), soon());
    ASSERT_TRUE(image) << image.error().detail;
    EXPECT_EQ(image->digest.text(), kImage);
    EXPECT_EQ(image->size, 395U);
    EXPECT_EQ(image->media_type, oci::media_type::kOciManifest);
    const auto signatures = repository->referrers(*image, kType, Repository::Age::Recent, soon());
    ASSERT_TRUE(signatures) << signatures.error().detail;
    ASSERT_EQ(signatures->size(), 1U) << name;
    EXPECT_EQ(signatures->front().artifact_type, kType);
    const auto manifests = repository->fetch(*signatures, Repository::Content::Manifest,
                                             limits::kSignatureManifestBytes, soon());
    EXPECT_TRUE(manifests.at(0)) << name;
    EXPECT_TRUE(repository->referrers(*image, "application/other", Repository::Age::Recent, soon())
                    ->empty());
  }
}

// REG-38 in part: another subject is not this image.
TEST_F(OciLayout, ListsNothingThatRefersToSomethingElse) {
  for (const char* name :
       {"subject-size-differs", "subject-other-digest", "old-artifact-manifest"}) {
    const auto repository = layout(data(name));
    const auto image = repository->resolve(reference("@" + kImage), soon());
    ASSERT_TRUE(image) << name;
    const auto signatures = repository->referrers(*image, kType, Repository::Age::Recent, soon());
    ASSERT_TRUE(signatures) << name;
    EXPECT_TRUE(signatures->empty()) << name;
  }
}

TEST_F(OciLayout, SaysWhatIsWrongWithABlob) {
  const auto envelope = "sha256:f2af8e81f05c7eeed27677e7ccb43d9a6ea32160f701b30ed32d1a5033e84beb";
  const oci::Descriptor wanted{std::string(oci::media_type::kCose),
                               oci::Digest::parse(envelope, Reason::Internal).value(),
                               1'407,
                               "",
                               {}};
  const auto fetch = [&](const fs::path& folder, std::size_t most = limits::kEnvelopeBytes) {
    return layout(folder)->fetch({&wanted, 1}, Repository::Content::Blob, most, soon()).at(0);
  };
  EXPECT_EQ(fetch(data("legacy-form"))->bytes().size(), 1'407U);
  EXPECT_EQ(fetch(data("envelope-blob-missing")).error().reason, Reason::ImageNotFound);
  EXPECT_EQ(fetch(data("envelope-digest-differs")).error().reason, Reason::DigestMismatch);
  EXPECT_EQ(fetch(data("legacy-form"), 1'406).error().reason, Reason::RegistryResponse);
  std::ofstream(blob(envelope), std::ios::app) << "x";
  EXPECT_EQ(fetch(folder_).error().reason, Reason::RegistryResponse);
}

TEST_F(OciLayout, ResolvesTags) {
  list(entry(kImage, 395, named("v1")));
  EXPECT_EQ(layout(folder_)->resolve(reference(":v1"), soon())->digest.text(), kImage);
  EXPECT_EQ(reason(":v2"), Reason::ImageNotFound);
  EXPECT_EQ(reason(""), Reason::ImageNotFound);
  list(entry(kImage, 395, named("latest")));
  EXPECT_TRUE(layout(folder_)->resolve(reference(""), soon()));
  list(entry(kImage, 395, named("v1")) + "," +
       entry("sha256:" + std::string(64, 'a'), 395, named("v1")));
  EXPECT_EQ(reason(":v1"), Reason::RegistryResponse);
}

TEST_F(OciLayout, ReadsTheIndexAnewAtEveryCall) {
  const auto repository = layout(folder_);
  EXPECT_FALSE(repository->resolve(reference(":v1"), soon()));
  list(entry(kImage, 395, named("v1")));
  EXPECT_TRUE(repository->resolve(reference(":v1"), soon()));
}

TEST_F(OciLayout, ResolvesADigestThatTheIndexDoesNotList) {
  list("");
  EXPECT_TRUE(layout(folder_)->resolve(reference("@" + kImage), soon()));
  EXPECT_EQ(reason("@sha256:" + std::string(64, 'a')), Reason::ImageNotFound);
}

TEST_F(OciLayout, OtherBytesAreAMismatch) {
  write(blob(kImage), "{}");
  EXPECT_EQ(reason("@" + kImage), Reason::DigestMismatch);
}

TEST_F(OciLayout, RefusesAFolderThatIsNoLayout) {
  fs::remove(folder_ / "oci-layout");
  EXPECT_EQ(reason("@" + kImage), Reason::ImageNotFound);
  for (const char* mark :
       {"", "{}", R"({"imageLayoutVersion":"2.0.0"})", R"({"imageLayoutVersion":1})"}) {
    write(folder_ / "oci-layout", mark);
    EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse) << mark;
  }
  write(folder_ / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  for (
      const char* index :
      {"", "[]", R"({"schemaVersion":1,"manifests":[]})",
       R"({"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"sha256:../../x","size":1}]})"}) {
    write(folder_ / "index.json", index);
    EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse) << index;
  }
  fs::remove_all(folder_);
  EXPECT_EQ(reason("@" + kImage), Reason::ImageNotFound);
}

TEST_F(OciLayout, ReadsNothingOutsideAndNothingThatWaits) {
  const auto outside = fs::path(testing::TempDir()) / "countersign_outside";
  fs::copy_file(blob(kImage), outside, fs::copy_options::overwrite_existing);
  fs::remove(blob(kImage));
  fs::create_symlink(outside, blob(kImage));
  EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse);
  fs::remove(blob(kImage));
  ASSERT_EQ(mkfifo(blob(kImage).c_str(), 0600), 0);
  EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse);
  fs::remove(blob(kImage));
  fs::create_directory(blob(kImage));
  EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse);
  // As a mounted ConfigMap has it: a link that stays inside.
  fs::remove(blob(kImage));
  fs::rename(outside, folder_ / "real");
  fs::create_symlink("../../real", blob(kImage));
  EXPECT_TRUE(layout(folder_)->resolve(reference("@" + kImage), soon()));
}

TEST_F(OciLayout, AManifestTooLargeIsRefused) {
  write(blob(kImage), std::string(limits::kManifestBytes + 1, ' '));
  EXPECT_EQ(reason("@" + kImage), Reason::RegistryResponse);
}

// What could not be read is not "no signature", but it does not hide one either.
TEST_F(OciLayout, AReferrerThatCantBeReadIsNotNoReferrer) {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto signature =
      entry("sha256:50c22ddcc372143453b91c8d18b99fa0e2ac277445b1bac1ae6f937ebf900743", 723);
  const auto image = layout(folder_)->resolve(reference("@" + kImage), soon()).value();
  const auto referrers = [&] {
    return layout(folder_)->referrers(image, kType, Repository::Age::Recent, soon());
  };
  for (const std::string type : {"", R"(,"artifactType":"application/other")"}) {
    list(entry(kImage, 395) + "," + entry(digest, 10, type));
    const auto unknown = referrers();
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().reason, Reason::ImageNotFound);
    list(entry(digest, 10, type) + "," + signature);
    EXPECT_EQ(referrers()->size(), 1U) << "beside the one that can be read";
  }
}

TEST_F(OciLayout, AReferrerThatCantBeReadIsListedByItsType) {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto image = layout(folder_)->resolve(reference("@" + kImage), soon()).value();
  list(entry(digest, 10, R"(,"artifactType":")" + kType + R"(")") + "," +
       entry("sha256:50c22ddcc372143453b91c8d18b99fa0e2ac277445b1bac1ae6f937ebf900743", 723));
  const auto repository = layout(folder_);
  const auto found = repository->referrers(image, kType, Repository::Age::Recent, soon());
  ASSERT_TRUE(found) << found.error().detail;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->front().digest.text(), digest);
  const auto manifests = repository->fetch(*found, Repository::Content::Manifest,
                                           limits::kSignatureManifestBytes, soon());
  ASSERT_FALSE(manifests.at(0));
  EXPECT_EQ(manifests.at(0).error().reason, Reason::ImageNotFound);
  EXPECT_TRUE(manifests.at(1));
}

TEST_F(OciLayout, IsNotReadForWhoDoesNotWait) {
  list(entry(kImage, 395, named("v1")));
  const auto image = layout(folder_)->resolve(reference(":v1"), Deadline::at_once());
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().reason, Reason::DeadlineExceeded);
}

}  // namespace
}  // namespace countersign::registry
