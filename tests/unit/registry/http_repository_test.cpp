// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/http_repository.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/registry/docker_config.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kOci(oci::media_type::kOciManifest);
const std::string kImage =
    R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
    R"({"mediaType":"application/vnd.oci.image.config.v1+json","digest":)"
    R"("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]})";

oci::ImageRef reference(std::string_view text) { return oci::ImageRef::parse(text).value(); }
std::string digest_of(std::string_view text) { return oci::Digest::of(as_bytes(text)).text(); }
oci::Descriptor descriptor(std::string_view content, std::string media_type = "any/type") {
  return {std::move(media_type), oci::Digest::of(as_bytes(content)), content.size(), "", {}};
}

class HttpRepositoryTest : public testing::Test {
 protected:
  Result<oci::Descriptor> resolve(const std::string& tail) {
    const auto image = reference("registry.test/a/b" + tail);
    return registry_.open(image, nobody_)->resolve(image, soon());
  }
  Reason reason(const Result<net::Response>& response, const std::string& tail = ":v1") {
    http_.expect("https://registry.test/v2/a/b/manifests/" + tail.substr(1), response);
    const auto result = resolve(tail);
    EXPECT_FALSE(result);
    return result ? Reason::Internal : result.error().reason;
  }
  std::vector<Result<oci::Blob>> fetch(const std::vector<oci::Descriptor>& wanted,
                                       Repository::Content content, std::size_t most = 1'000) {
    return registry_.open(reference("registry.test/a/b"), nobody_)
        ->fetch(wanted, content, most, soon());
  }
  Deadline soon() const { return clock_.in(minutes(1)); }

  const std::string blob_url_ = "https://registry.test/v2/a/b/blobs/";
  const std::string manifest_url_ = "https://registry.test/v2/a/b/manifests/";
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<CredentialProvider> nobody_ = anonymous();
  Registry registry_{"registry.test", {}, http_, clock_};
};

// REG-01, REG-05, REG-06
TEST_F(HttpRepositoryTest, ResolvesADigestByItsBytes) {
  http_.expect(manifest_url_ + digest_of(kImage), answer(200, {{"content-type", kOci}}, kImage));
  const auto image = resolve("@" + digest_of(kImage));
  ASSERT_TRUE(image) << image.error().detail;
  EXPECT_EQ(image->digest.text(), digest_of(kImage));
  EXPECT_EQ(image->size, kImage.size());
  EXPECT_EQ(image->media_type, kOci);
  const auto& sent = http_.seen()[0];
  EXPECT_EQ(sent.method, net::Method::Get);
  EXPECT_EQ(sent.kind, "manifest");
  EXPECT_EQ(sent.max_response, limits::kManifestBytes);
  EXPECT_EQ(test::header_of(sent, "Accept"),
            "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
            "application/vnd.docker.distribution.manifest.list.v2+json, "
            "application/vnd.docker.distribution.manifest.v2+json");
}

// REG-02, REG-04, BND-02, NV-P12: the headers say nothing, and nobody asks with HEAD.
TEST_F(HttpRepositoryTest, ResolvesATagByItsBytes) {
  http_.expect(manifest_url_ + "v1", answer(200,
                                            {{"content-type", kOci},
                                             {"content-length", "1"},
                                             {"docker-content-digest", digest_of("x")}},
                                            kImage));
  const auto image = resolve(":v1");
  ASSERT_TRUE(image) << image.error().detail;
  EXPECT_EQ(image->digest.text(), digest_of(kImage));
  EXPECT_EQ(image->size, kImage.size());
  EXPECT_EQ(image->media_type, kOci);
  EXPECT_EQ(http_.seen()[0].method, net::Method::Get);
  EXPECT_EQ(http_.seen()[0].kind, "tag");
}

TEST_F(HttpRepositoryTest, ADigestBesideATagDecides) {
  http_.expect(manifest_url_ + digest_of(kImage), answer(200, {{"content-type", kOci}}, kImage));
  EXPECT_TRUE(resolve(":v1@" + digest_of(kImage)));
}

// REG-24
TEST_F(HttpRepositoryTest, KeepsTheAlgorithmOfTheReference) {
  const auto sha512 = oci::Digest::of(as_bytes(kImage), crypto::HashAlgorithm::Sha512);
  http_.expect(manifest_url_ + sha512.text(), answer(200, {{"content-type", kOci}}, kImage));
  const auto image = resolve("@" + sha512.text());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->digest, sha512);
}

// REG-03, BND-01, BND-02, NV-P11
TEST_F(HttpRepositoryTest, OtherBytesAreAMismatchWhateverTheHeaderSays) {
  const auto wanted = digest_of("other");
  EXPECT_EQ(reason(answer(200, {{"content-type", kOci}, {"docker-content-digest", wanted}}, kImage),
                   "@" + wanted),
            Reason::DigestMismatch);
  EXPECT_EQ(reason(answer(200, {{"content-type", kOci}}, ""), "@" + wanted),
            Reason::DigestMismatch);
}

// REG-08, REG-09, REG-10, REG-12, REG-22
TEST_F(HttpRepositoryTest, RefusesAManifestOfNoOneType) {
  const std::string list(oci::media_type::kDockerList);
  EXPECT_EQ(reason(answer(200, {}, kImage)), Reason::RegistryResponse);
  EXPECT_EQ(reason(answer(200, {{"content-type", kOci}, {"content-type", kOci}}, kImage)),
            Reason::RegistryResponse);
  for (const std::string& type :
       {std::string("text/html"), std::string("application/octet-stream"), list,
        std::string("application/vnd.docker.distribution.manifest.v1+prettyjws")}) {
    EXPECT_EQ(reason(answer(200, {{"content-type", type}}, kImage)), Reason::RegistryResponse)
        << type;
  }
  EXPECT_EQ(reason(answer(200, {{"content-type", kOci}}, "")), Reason::RegistryResponse);
  http_.expect(
      manifest_url_ + "v1",
      answer(200, {{"content-type", " Application/vnd.OCI.image.manifest.v1+json ; charset=utf-8"}},
             kImage));
  EXPECT_TRUE(resolve(":v1"));
}

TEST_F(HttpRepositoryTest, AStatusSaysWhatIsWrong) {
  const struct {
    Result<net::Response> response;
    Reason expected;
  } rows[] = {
      {answer(404), Reason::ImageNotFound},
      {answer(401), Reason::RegistryAuth},
      {answer(403), Reason::RegistryAuth},
      {answer(429, {{"retry-after", "99999999999999999999"}}), Reason::RegistryThrottled},
      {answer(500), Reason::RegistryUnavailable},
      {answer(206, {{"content-type", kOci}}, kImage), Reason::RegistryResponse},
      {answer(203, {{"content-type", kOci}}, kImage), Reason::RegistryResponse},
      {answer(204), Reason::RegistryResponse},
      {fail(Reason::AddressNotAllowed, ""), Reason::AddressNotAllowed},
      {fail(Reason::DeadlineExceeded, ""), Reason::DeadlineExceeded},
  };
  for (const auto& [response, expected] : rows) {
    EXPECT_EQ(reason(response), expected);
  }
}

// REG-56
TEST_F(HttpRepositoryTest, OnlyADigestMayComeFromElsewhere) {
  const auto moved = answer(307, {{"location", "https://other.test/m"}});
  EXPECT_EQ(reason(moved), Reason::RegistryResponse);
  http_.expect(manifest_url_ + digest_of(kImage), moved)
      .expect("https://other.test/m", answer(200, {{"content-type", kOci}}, kImage));
  EXPECT_TRUE(resolve("@" + digest_of(kImage)));
}

TEST_F(HttpRepositoryTest, FetchesInOneBatchAndInOrder) {
  http_.expect(blob_url_ + digest_of("one"), answer(200, {}, "one"))
      .expect(blob_url_ + digest_of("two"), answer(200, {}, "twO"))
      .expect(blob_url_ + digest_of("three"), answer(404));
  const auto blobs = fetch({descriptor("one"), descriptor(std::string(1'001, 'x')),
                            descriptor("two"), descriptor("three")},
                           Repository::Content::Blob);
  ASSERT_EQ(blobs.size(), 4U);
  EXPECT_EQ(as_text(blobs[0]->bytes()), "one");
  EXPECT_EQ(blobs[1].error().reason, Reason::RegistryResponse);
  EXPECT_EQ(blobs[2].error().reason, Reason::DigestMismatch);  // BND-07
  EXPECT_EQ(blobs[3].error().reason, Reason::ImageNotFound);
  EXPECT_EQ(http_.batches(), std::vector<std::size_t>{3});
  EXPECT_EQ(http_.seen()[0].max_response, 3U);
  EXPECT_EQ(http_.seen()[0].kind, "blob");
}

// BND-06, BND-08
TEST_F(HttpRepositoryTest, AManifestMustBeOfTheTypeThatItsDescriptorNames) {
  const auto wanted = descriptor(kImage, kOci);
  const auto url = manifest_url_ + digest_of(kImage);
  http_.expect(url, answer(200, {{"content-type", kOci}}, kImage));
  EXPECT_TRUE(fetch({wanted}, Repository::Content::Manifest)[0]);
  http_.expect(url,
               answer(200, {{"content-type", std::string(oci::media_type::kOciIndex)}}, kImage));
  EXPECT_EQ(fetch({wanted}, Repository::Content::Manifest)[0].error().reason,
            Reason::RegistryResponse);
  http_.expect(url, answer(200, {}, kImage));
  EXPECT_EQ(fetch({wanted}, Repository::Content::Manifest)[0].error().reason,
            Reason::RegistryResponse);
  http_.expect(url, answer(200, {{"content-type", kOci}}, kImage + " "));
  EXPECT_EQ(fetch({wanted}, Repository::Content::Manifest)[0].error().reason,
            Reason::DigestMismatch);
}

TEST_F(HttpRepositoryTest, CountsItsRequestsAlsoThoseForTokens) {
  const auto image = reference("registry.test/a/b:v1");
  const auto repository = registry_.open(image, nobody_);
  http_.expect(manifest_url_ + "v1", answer(401, {{"www-authenticate", "Bearer realm=/token"}}))
      .expect("https://registry.test/token?scope=repository%3Aa%2Fb%3Apull",
              answer(200, {}, R"({"token":"t"})"))
      .expect(manifest_url_ + "v1", answer(200, {{"content-type", kOci}}, kImage));
  EXPECT_TRUE(repository->resolve(image, soon()));
  EXPECT_EQ(repository->requests(), 3U);
  EXPECT_EQ(registry_.open(image, nobody_)->requests(), 0U);
}

TEST_F(HttpRepositoryTest, DockerHubHasAHostOfItsOwn) {
  const auto image = reference("nginx:1");
  Registry hub("docker.io", {}, http_, clock_);
  http_.expect("https://registry-1.docker.io/v2/library/nginx/manifests/1", answer(404));
  EXPECT_EQ(hub.open(image, nobody_)->resolve(image, soon()).error().reason, Reason::ImageNotFound);
}

TEST_F(HttpRepositoryTest, AnOwnIssuerIsAskedFirst) {
  Registry registry{
      "registry.test", {.issuer = OwnIssuer{.services = {"registry.test"}}}, http_, clock_};
  http_
      .expect(
          "https://registry.test/oauth2/token?scope=repository%3Aa%2Fb%3Apull&service="
          "registry.test",
          answer(200, {}, R"({"access_token":"t"})"))
      .expect(manifest_url_ + "v1", answer(200, {{"content-type", kOci}}, kImage));
  const auto image = reference("registry.test/a/b:v1");
  EXPECT_TRUE(registry.open(image, nobody_)->resolve(image, soon()));
  EXPECT_EQ(test::header_of(http_.seen().back(), "Authorization"), "Bearer t");
}

// A fault of ours: nothing is sent.
TEST_F(HttpRepositoryTest, AnIssuerElsewhereIsNone) {
  for (const OwnIssuer& issuer :
       {OwnIssuer{"//evil.test/token", {"registry.test"}}, OwnIssuer{"/oauth2/token", {}}}) {
    Registry registry{"registry.test", {.issuer = issuer}, http_, clock_};
    const auto image = reference("registry.test/a/b:v1");
    EXPECT_EQ(registry.open(image, nobody_)->resolve(image, soon()).error().reason,
              Reason::Internal);
  }
}

TEST_F(HttpRepositoryTest, ListsOfReferrersHaveAPace) {
  Registry registry{"registry.test", {.referrers_per_minute = 1}, http_, clock_};
  const auto subject = descriptor(kImage);
  const auto url =
      "https://registry.test/v2/a/b/referrers/" + subject.digest.text() + "?artifactType=t";
  const auto page = answer(200, {{"content-type", "application/vnd.oci.image.index.v1+json"}},
                           R"({"schemaVersion":2,"manifests":[]})");
  const auto list = [&](Repository& repository) {
    const auto listed =
        repository.referrers(subject, "t", Repository::Age::Recent, clock_.in(minutes(10)));
    return listed ? std::string("listed") : std::string(wire_name(listed.error().reason));
  };
  for (std::size_t count = 0; count < limits::kReferrersBurst; ++count) {
    http_.expect(url, page);
    EXPECT_EQ(list(*registry.open(reference("registry.test/a/b"), nobody_)), "listed");
  }
  const auto late = registry.open(reference("registry.test/a/b"), nobody_);
  const auto listed = late->referrers(subject, "t", Repository::Age::Recent, soon());
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().reason, Reason::RegistryThrottled);
  EXPECT_EQ(late->requests(), 0U);
  http_.expect(blob_url_ + digest_of("bytes"), answer(200, {}, "bytes"));
  EXPECT_TRUE(
      late->fetch(std::vector{descriptor("bytes")}, Repository::Content::Blob, 100, soon())[0]);
  registry.close();  // who could wait does not
  EXPECT_EQ(list(*late), "OVERLOADED");
  clock_.advance(minutes(2));
  http_.expect(url, page);
  EXPECT_EQ(list(*late), "listed");
}

TEST_F(HttpRepositoryTest, PlainHttpOnlyWhereItIsConfigured) {
  const auto image = reference("registry.test:5000/a:v1");
  Registry plain("registry.test:5000", {.scheme = Scheme::Http, .realms = {}}, http_, clock_);
  http_.expect("http://registry.test:5000/v2/a/manifests/v1", answer(404));
  EXPECT_FALSE(plain.open(image, nobody_)->resolve(image, soon()));
}

}  // namespace
}  // namespace countersign::registry
