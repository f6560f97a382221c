// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/http_repository.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/oci/image_ref.h"
#include "countersign/registry/docker_config.h"

#include "integration/registry/loopback.h"
#include "support/scripted_server.h"

// A registry with one signed image over real sockets; the decisions are tested one by one in
// tests/unit/registry.
namespace countersign::test {
namespace {

using registry::Repository;

const std::string kManifestType(oci::media_type::kOciManifest);
const std::string kImage =
    R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
    R"({"mediaType":"application/vnd.oci.image.config.v1+json","digest":)"
    R"("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]})";

std::string digest_of(std::string_view text) { return oci::Digest::of(as_bytes(text)).text(); }

class MemoryRegistry {  // answers as distribution does, behind a token endpoint of its own
 public:
  WireAnswer operator()(const SeenRequest& request) const {
    const auto& target = request.target;
    if (target.starts_with("/token?")) {
      return wire(200, {}, R"({"token":"granted","expires_in":300})");
    }
    if (request.header("authorization") != "Bearer granted") {
      return wire(401,
                  {{"WWW-Authenticate",
                    R"(Bearer realm="/token",service="memory",scope="repository:app:pull")"}},
                  "");
    }
    if (target == "/v2/app/manifests/v1" || target == "/v2/app/manifests/" + digest_of(kImage)) {
      return wire(200, {{"Content-Type", kManifestType}, {"Docker-Content-Digest", "sha256:lie"}},
                  kImage);
    }
    if (target.starts_with("/v2/app/blobs/")) {
      return wire(307, {{"Location", "/storage/" + target.substr(14)}}, "");
    }
    for (const char* blob : {"one", "two", "three"}) {
      if (target == "/storage/" + digest_of(blob)) {
        return wire(200, {{"Content-Type", "application/octet-stream"}}, blob);
      }
    }
    return wire(404, {}, R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})");
  }
};

class HttpRepository : public testing::Test {
 protected:
  Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }
  oci::ImageRef reference(const std::string& tail) const {
    return oci::ImageRef::parse("127.0.0.1:" + std::to_string(server_.port()) + "/app" + tail)
        .value();
  }

  SystemClock clock_;
  ScriptedServer server_{MemoryRegistry()};
  std::unique_ptr<net::HttpTransport> http_ = make_transport(clock_);
  std::shared_ptr<registry::CredentialProvider> nobody_ = registry::anonymous();
  registry::Registry registry_{"127.0.0.1:" + std::to_string(server_.port()),
                               {.scheme = registry::Scheme::Http, .realms = {}},
                               *http_,
                               clock_};
};

// REG-02, REG-04, REG-05
TEST_F(HttpRepository, ResolvesAsksAndFetchesOverOneConnectionAtATime) {
  const auto repository = registry_.open(reference(":v1"), nobody_);
  const auto image = repository->resolve(reference(":v1"), soon());
  ASSERT_TRUE(image) << image.error().detail;
  EXPECT_EQ(image->digest.text(), digest_of(kImage));
  EXPECT_EQ(image->size, kImage.size());
  EXPECT_EQ(server_.connections(), 1U);

  const auto none = repository->referrers(*image, oci::media_type::kNotarySignature,
                                          registry::Repository::Age::Recent, soon());
  ASSERT_TRUE(none) << none.error().detail;
  EXPECT_TRUE(none->empty());
  EXPECT_EQ(server_.connections(), 1U);
  EXPECT_EQ(repository->requests(), 5U);  // 401, token, manifest; referrers, tag
  for (const auto& request : server_.seen()) {
    EXPECT_EQ(request.method, "GET");
  }
}

TEST_F(HttpRepository, FetchesSeveralAtOnceThroughRedirects) {
  const auto repository = registry_.open(reference(""), nobody_);
  std::vector<oci::Descriptor> wanted;
  for (const char* blob : {"one", "two", "three", "absent"}) {
    wanted.push_back({"application/octet-stream",
                      oci::Digest::of(as_bytes(blob)),
                      std::string_view(blob).size(),
                      "",
                      {}});
  }
  const auto blobs = repository->fetch(wanted, Repository::Content::Blob, 100, soon());
  ASSERT_EQ(blobs.size(), 4U);
  ASSERT_TRUE(blobs[0]) << blobs[0].error().detail;
  EXPECT_EQ(as_text(blobs[0]->bytes()), "one");
  EXPECT_EQ(as_text(blobs[2]->bytes()), "three");
  ASSERT_FALSE(blobs[3]);
  EXPECT_EQ(blobs[3].error().reason, Reason::ImageNotFound);
}

// REG-64: one token, however many want it.
TEST_F(HttpRepository, ThreadsShareOneToken) {
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([this] {
      const auto repository = registry_.open(reference(":v1"), nobody_);
      for (int count = 0; count < 10; ++count) {
        EXPECT_TRUE(repository->resolve(reference(":v1"), soon()));
      }
    });
  }
  for (auto& caller : callers) {
    caller.join();
  }
  std::size_t tokens = 0;
  for (const auto& request : server_.seen()) {
    tokens += request.target.starts_with("/token?") ? 1U : 0U;
  }
  EXPECT_EQ(tokens, 1U);
}

}  // namespace
}  // namespace countersign::test
