// SPDX-License-Identifier: Apache-2.0
// What is asked for, what was signed and what the verdict is about are the same bytes.
#include <utility>

#include <gtest/gtest.h>

#include "judged_review.h"

namespace countersign::admission {
namespace {

using policy::Verdict;

// A registry that answers every resolution of a tag with the next of its digests.
class MovingTag final : public Repositories {
 public:
  explicit MovingTag(test::MemoryStore& store) : store_(store) {}

  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override {
    return std::make_unique<Repository>(*this);
  }

  std::vector<oci::Digest> digests;
  std::size_t resolved = 0;

 private:
  class Repository final : public registry::Repository {
   public:
    explicit Repository(MovingTag& tag) : tag_(tag), images_(tag.store_) {}
    Result<oci::Descriptor> resolve(const oci::ImageRef& image, Deadline deadline) override {
      tag_.store_.tags.insert_or_assign("moving",
                                        tag_.digests.at(tag_.resolved++ % tag_.digests.size()));
      return images_.resolve(image, deadline);
    }
    Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                   std::string_view artifact_type, Age age,
                                                   Deadline deadline) override {
      return images_.referrers(subject, artifact_type, age, deadline);
    }
    std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                         std::size_t most, Deadline deadline) override {
      return images_.fetch(wanted, content, most, deadline);
    }

   private:
    MovingTag& tag_;
    test::MemoryRepository images_;
  };

  test::MemoryStore& store_;
};

class BindingTest : public JudgedReviewTest {
 protected:
  BindingTest() { repositories_ = std::make_shared<CountingRepositories>(store_); }

  // A signature manifest that differs from `good` in what stands there for `from`; the registry
  // lists it as a signature all the same.
  void list_altered(const oci::Descriptor& good, std::string_view from, std::string_view to) {
    const auto& bytes = store_.contents.at(good.digest).second;
    std::string text(bytes.begin(), bytes.end());
    const auto place = text.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    auto altered = store_.push(good.media_type, text.replace(place, from.size(), to));
    altered.artifact_type = good.artifact_type;
    store_.referrers.emplace(image_.digest, altered);
  }
  void expect_refused(const oci::Descriptor& manifest, Reason reason, std::string_view row) {
    const auto report = judge(reference(manifest));
    ASSERT_TRUE(report) << row << ": " << report.error().detail;
    EXPECT_EQ(report->verdict, Verdict::Untrusted) << row;
    EXPECT_EQ(report->reason, reason) << row << ": " << report->detail;
  }
  void expect_trusted(const oci::Descriptor& manifest, std::string_view row) {
    const auto report = judge(reference(manifest));
    ASSERT_TRUE(report) << row << ": " << report.error().detail;
    EXPECT_EQ(report->verdict, Verdict::Trusted) << row << ": " << report->detail;
  }
};

TEST_F(BindingTest, ATagIsResolvedOnceAndTheVerdictIsAboutThatDigest) {  // BND-03 NV-P10
  sign(acme());
  const auto other = store_.push(oci::media_type::kOciManifest, R"({"schemaVersion":2,"x":1})");
  const auto tag = std::make_shared<MovingTag>(store_);
  repositories_ = tag;
  const auto image = std::string(kRepository) + ":moving";
  const auto pod = kube::changed([&image](kube::Request& r) {
    r.object = kube::pod(R"({"containers":[{"name":"a","image":")" + image +
                         R"("},{"name":"b","image":")" + image + R"("}]})");
  });

  tag->digests = {image_.digest, other.digest};
  EXPECT_TRUE(admit(pod).allowed);
  EXPECT_EQ(tag->resolved, 1U);
  tag->resolved = 0;
  const auto report = judge(image);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted);
  EXPECT_EQ(report->digest, image_.digest);

  tag->resolved = 0;
  tag->digests = {other.digest, image_.digest};  // the signed image comes too late
  const auto decision = admit(pod);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(tag->resolved, 1U);
  ASSERT_EQ(decision.enforced.size(), 2U);
  for (const auto& refusal : decision.enforced) {
    EXPECT_EQ(refusal.reason, Reason::SignatureNotFound) << refusal.field;
    EXPECT_EQ(refusal.digest, other.digest.text()) << refusal.field;
  }
}

TEST_F(BindingTest, ASignatureOfAnIndexIsNoneOfItsChildrenNorTheReverse) {  // BND-09
  const auto child = image_;
  const auto index =
      store_.push(oci::media_type::kOciIndex,
                  R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
                  R"("manifests":[{"mediaType":")" +
                      child.media_type + R"(","digest":")" + child.digest.text() + R"(","size":)" +
                      std::to_string(child.size) + "}]}");
  const struct {
    const char* name;
    oci::Descriptor has_signature, has_none;
  } rows[] = {{"only the child is signed", child, index},
              {"only the index is signed", index, child}};
  for (const auto& row : rows) {
    store_.referrers.clear();
    image_ = row.has_signature;
    const auto signature = sign(acme());
    expect_trusted(row.has_signature, row.name);
    expect_refused(row.has_none, Reason::SignatureNotFound, row.name);

    store_.referrers.emplace(row.has_none.digest, signature);  // the registry lies
    expect_refused(row.has_none, Reason::EnvelopeInvalid, row.name);

    store_.referrers.clear();
    store_.push_signature(row.has_none, envelopes_.back());  // the manifest lies
    expect_refused(row.has_none, Reason::PayloadMismatch, row.name);
  }
}

// REG-44: the list has the type from the manifest, or from its config in the older form.
TEST_F(BindingTest, TheTypeOfASignatureMayStandInItsConfig) {
  const auto good = sign(acme());
  const auto& bytes = store_.contents.at(good.digest).second;
  std::string text(bytes.begin(), bytes.end());
  const std::string type(oci::media_type::kNotarySignature);
  const auto artifact_type = R"("artifactType":")" + type + R"(",)";
  text.erase(text.find(artifact_type), artifact_type.size());
  const std::string empty(oci::media_type::kOciEmpty);
  text.replace(text.find(empty), empty.size(), type);
  auto older = store_.push(good.media_type, text);
  older.artifact_type = type;
  expect_trusted(image_, "in the manifest");
  store_.referrers.clear();
  store_.referrers.emplace(image_.digest, older);
  expect_trusted(image_, "in the config");
}

// REG-44: contradictions; REG-45: an index and a Docker manifest.
TEST_F(BindingTest, AValidEnvelopeInAManifestThatIsNoSignatureIsIgnored) {  // BND-12
  const auto good = sign(acme());
  const std::string artifact_type =
      R"("artifactType":")" + std::string(oci::media_type::kNotarySignature) + R"(",)";
  const std::string config = R"("config":{"mediaType":")" + std::string(oci::media_type::kOciEmpty);
  const auto& bytes = store_.contents.at(good.digest).second;
  const std::string text(bytes.begin(), bytes.end());
  const auto from = text.find(R"("layers":[)") + 10;
  const auto layer = text.substr(from, text.find(']', from) - from);
  const struct {
    const char* name;
    std::string from, to;
  } rows[] = {
      {"another artifact type", artifact_type, R"("artifactType":"application/vnd.example.sbom",)"},
      {"no artifact type", artifact_type, ""},
      {"an image's config", config,
       R"("config":{"mediaType":"application/vnd.oci.image.config.v1+json)"},
      {"the config that stands for the type, beside it", config,
       R"("config":{"mediaType":")" + std::string(oci::media_type::kNotarySignature)},
      {"no layer", layer, ""},
      {"two layers", layer, layer + "," + layer},
      {"an index", std::string(oci::media_type::kOciManifest),
       std::string(oci::media_type::kOciIndex)},
      {"a Docker manifest", std::string(oci::media_type::kOciManifest),
       std::string(oci::media_type::kDockerManifest)},
  };
  for (const auto& row : rows) {
    store_.referrers.clear();
    list_altered(good, row.from, row.to);
    expect_refused(image_, Reason::EnvelopeInvalid, row.name);
    store_.referrers.emplace(image_.digest, good);
    expect_trusted(image_, row.name);
  }

  // REG-45: listed as what it is, and with a signature inside.
  store_.referrers.clear();
  auto nested = store_.push(
      oci::media_type::kOciIndex,
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","artifactType":")" +
          std::string(oci::media_type::kNotarySignature) + R"(","manifests":[{"mediaType":")" +
          good.media_type + R"(","digest":")" + good.digest.text() + R"(","size":)" +
          std::to_string(good.size) + "}]}");
  nested.artifact_type = oci::media_type::kNotarySignature;
  store_.referrers.emplace(image_.digest, nested);
  expect_refused(image_, Reason::EnvelopeInvalid, "an index of signatures");

  // A registry that tells the truth does not even list it.
  store_.referrers.clear();
  list_altered(good, artifact_type, R"("artifactType":"application/vnd.example.sbom",)");
  store_.referrers.begin()->second.artifact_type = "application/vnd.example.sbom";
  expect_refused(image_, Reason::SignatureNotFound, "listed by its type");
}

// BND-11: a signature is about bytes, not about a name. Copied along with its image it counts where
// the statement for that other repository trusts its signer, and only there.
TEST_F(BindingTest, ACopiedSignatureIsJudgedByTheOtherRepositorysPolicy) {
  sign(acme());
  constexpr std::string_view kCopy = "registry.example/other/app";
  const auto statement = [](std::string_view scope, std::string_view identity) {
    return R"({"name":")" + std::string(scope == "*" ? "all" : "other") +
           R"(","registryScopes":[")" + std::string(scope) +
           R"("],"signatureVerification":{"level":"strict"},)" +
           R"("trustStores":["ca:acme"],"trustedIdentities":[")" + std::string(identity) + R"("]})";
  };
  const auto beside_apps = [](const std::string& other) {
    auto policy = trust_policy("strict");
    return policy.insert(policy.rfind("]}"), "," + other);
  };
  const std::string stranger = "x509.subject: C=US, ST=WA, O=Stranger";
  const struct {
    std::string policy;
    Verdict verdict;
    Reason reason;
  } rows[] = {
      {trust_policy("strict"), Verdict::Untrusted, Reason::NoPolicy},
      {beside_apps(statement(kCopy, stranger)), Verdict::Untrusted, Reason::IdentityMismatch},
      {beside_apps(statement(kCopy, "*")), Verdict::Trusted, {}},
      {beside_apps(statement("*", "*")), Verdict::Trusted, {}},
  };
  for (const auto& row : rows) {
    const auto there = verify_under(row.policy);
    ASSERT_TRUE(there) << row.policy;
    EXPECT_EQ(there->verdict, Verdict::Trusted) << row.policy;
    const auto copy = verify_under(row.policy, kCopy);
    ASSERT_TRUE(copy) << row.policy;
    EXPECT_EQ(copy->verdict, row.verdict) << row.policy;
    if (row.verdict != Verdict::Trusted) {
      EXPECT_EQ(copy->reason, row.reason) << row.policy << copy->detail;
    }
  }
}

}  // namespace
}  // namespace countersign::admission
