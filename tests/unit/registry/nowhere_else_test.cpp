// SPDX-License-Identifier: Apache-2.0
// Where a repository's requests never go, and what never leaves with its errors: over references,
// sessions and redirects.
#include <gtest/gtest.h>

#include "countersign/oci/manifest.h"
#include "countersign/registry/docker_config.h"
#include "countersign/registry/http_repository.h"

#include "support/fixed_clock.h"
#include "support/refusing_transport.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kOci(oci::media_type::kOciManifest);

oci::ImageRef reference(std::string_view text) { return oci::ImageRef::parse(text).value(); }
oci::Descriptor descriptor(std::string_view content) {
  return {"any/type", oci::Digest::of(as_bytes(content)), content.size(), "", {}};
}

class NeverAsked final : public CredentialProvider {
 public:
  Result<Credentials> credentials_for(const oci::ImageRef& image, Deadline) override {
    ADD_FAILURE() << "asked for credentials for " << image.text();
    return Credentials{"", {{Credential::Kind::Password, "user", Secret("secret")}}};
  }
};

// NET-01, NET-02 in part: whoever opens a repository of another registry by mistake gets an
// error, asks for no credentials and sends nothing.
TEST(NowhereElse, AReferenceOfAnotherRegistry) {
  const test::FixedClock clock;
  test::RefusingTransport refusing;
  Registry registry("myregistry.azurecr.io", {}, refusing, clock);
  const auto provider = std::make_shared<NeverAsked>();
  const auto soon = clock.in(minutes(1));
  const std::vector<oci::Descriptor> wanted{descriptor("x")};
  for (const char* text :
       {"other.test/a/b:v1", "myregistry.azurecr.io:5000/a/b", "myregistry.azurecr.io.evil.test/a",
        "evil.test/myregistry.azurecr.io/a", "myregistry-azurecr.io/a", "xmyregistry.azurecr.io/a",
        "myregistry.azurecr.cn/a", "a.myregistry.azurecr.io/a", "nginx"}) {
    const auto image = reference(text);
    const auto repository = registry.open(image, provider);
    EXPECT_EQ(repository->resolve(image, soon).error().reason, Reason::Internal) << text;
    EXPECT_EQ(
        repository->referrers(descriptor("x"), "t", Repository::Age::Recent, soon).error().reason,
        Reason::Internal);
    EXPECT_EQ(repository->fetch(wanted, Repository::Content::Blob, 10, soon)[0].error().reason,
              Reason::Internal);
  }
  const auto repository = registry.open(reference("myregistry.azurecr.io/a/b"), provider);
  EXPECT_EQ(repository->resolve(reference("myregistry.azurecr.io/c"), soon).error().reason,
            Reason::Internal);
}

TEST(NowhereElse, ANameThatIsNoRegistry) {
  const test::FixedClock clock;
  test::RefusingTransport refusing;
  Registry registry("evil.test/x?", {}, refusing, clock);
  const auto image = reference("nginx");
  EXPECT_EQ(registry.open(image, std::make_shared<NeverAsked>())
                ->resolve(image, clock.in(minutes(1)))
                .error()
                .reason,
            Reason::Internal);
}

class Registered : public testing::Test {
 protected:
  Result<oci::Blob> fetch(const oci::Descriptor& wanted) {
    const std::vector<oci::Descriptor> one{wanted};
    return registry_.open(reference("registry.test/a/b"), anonymous())
        ->fetch(one, Repository::Content::Blob, 1'000, clock_.in(minutes(1)))[0];
  }
  const std::string blob_url_ = "https://registry.test/v2/a/b/blobs/";
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  Registry registry_{"registry.test", {}, http_, clock_};
};

// NET-11, BND-10, REG-23
TEST_F(Registered, AddressesAndDataOfADescriptorAreNotUsed) {
  const auto digest = oci::Digest::of(as_bytes("layer")).text();
  const std::string layer =
      R"({"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","size":5,)"
      R"("urls":["https://evil.test/layer"],"data":"bGF5ZXI=","digest":")" +
      digest + R"("})";
  const auto manifest = oci::parse_manifest(
      as_bytes(R"({"schemaVersion":2,"config":)" + layer + R"(,"layers":[)" + layer + "]}"), kOci);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  http_.expect(blob_url_ + digest, answer(404));  // the registry, and nothing else
  EXPECT_EQ(fetch(manifest->layers.at(0)).error().reason, Reason::ImageNotFound);
}

// REG-58: a signed address is a credential.
TEST_F(Registered, TheQueryOfARedirectIsInNoError) {
  const std::string target = "https://store.test/b?sig=SIGNED";
  const auto moved = answer(307, {{"location", target}});
  const Result<net::Response> rows[] = {
      answer(200, {}, "other"),
      answer(200, {}, "too long"),
      answer(401, {{"www-authenticate", R"(Bearer realm="https://store.test/t?sig=SIGNED")"}}),
      answer(403, {}, R"({"errors":[{"code":"DENIED","message":"SIGNED"}]})"),
      answer(404, {}, "<html>SIGNED"),
      answer(500, {}, "SIGNED"),
      answer(302),
      answer(302, {{"location", "http://store.test/?SIGNED"}}),
      answer(302, {{"location", "https://store.test/ SIGNED"}}),
      answer(302, {{"location", "https://user@store.test/SIGNED"}}),
  };
  for (const auto& row : rows) {
    http_.expect(blob_url_ + descriptor("bytes").digest.text(), moved).expect(target, row);
    const auto blob = fetch(descriptor("bytes"));
    ASSERT_FALSE(blob);
    EXPECT_EQ(blob.error().detail.find("SIGNED"), std::string::npos) << blob.error().detail;
    EXPECT_EQ(blob.error().detail.find("sig="), std::string::npos) << blob.error().detail;
  }
  http_.expect(blob_url_ + descriptor("bytes").digest.text(), moved);
  for (int hop = 0; hop < 3; ++hop) {
    http_.expect(target, moved);
  }
  const auto loop = fetch(descriptor("bytes"));
  ASSERT_FALSE(loop);
  EXPECT_EQ(loop.error().detail.find("SIGNED"), std::string::npos);
}

// REG-48: the repository is looked for before its referrers, which may be an empty list.
TEST_F(Registered, AMissingRepositoryIsNamed) {
  const auto image = reference("registry.test/a/b:v1");
  const auto repository = registry_.open(image, anonymous());
  http_.expect("https://registry.test/v2/a/b/manifests/v1",
               answer(404, {}, R"({"errors":[{"code":"NAME_UNKNOWN"}]})"));
  const auto missing = repository->resolve(image, clock_.in(minutes(1)));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::ImageNotFound);
  EXPECT_NE(missing.error().detail.find("NAME_UNKNOWN"), std::string::npos);
  EXPECT_NE(missing.error().detail.find("registry.test/a/b:v1"), std::string::npos);
}

}  // namespace
}  // namespace countersign::registry
