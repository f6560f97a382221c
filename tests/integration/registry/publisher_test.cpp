// SPDX-License-Identifier: Apache-2.0
// Many writers of one referrers tag, over real sockets and in real time: each is a Countersign of
// its own, which knows nothing of the others.
#include "countersign/registry/publisher.h"

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/oci/manifest.h"
#include "countersign/registry/docker_config.h"
#include "countersign/registry/http_repository.h"

#include "integration/registry/loopback.h"
#include "support/attachments.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using registry::Attached;
namespace data = registry::test_data;

constexpr std::size_t kWriters = 32;
const std::string kImageType(oci::media_type::kOciManifest);

class MemoryRegistry {  // as distribution: the referrers tag, and no API
 public:
  MemoryRegistry() { put("manifests/" + digest_of(data::kImage), kImageType, data::kImage); }

  WireAnswer operator()(const SeenRequest& request) {
    static constexpr std::string_view kRoot = "/v2/app/";
    const auto place = request.target.substr(kRoot.size());
    if (request.method == "POST") {
      return wire(202, {{"Location", std::string(kRoot) + "blobs/uploads/1?state=a"}}, "");
    }
    if (request.method == "PUT") {
      const auto digest = digest_of(request.body);
      const bool blob = place.starts_with("blobs/");
      put((blob ? "blobs/" : "manifests/") + digest, request.header("content-type"), request.body);
      if (!blob) {
        put(place, request.header("content-type"), request.body);
      }
      return wire(201, {{"Docker-Content-Digest", digest}}, "");
    }
    const std::lock_guard lock(mutex_);
    const auto found = contents_.find(place);
    return found == contents_.end()
               ? wire(404, {}, "")
               : wire(200, {{"Content-Type", found->second.first}}, found->second.second);
  }

 private:
  static std::string digest_of(std::string_view text) {
    return oci::Digest::of(as_bytes(text)).text();
  }
  void put(const std::string& place, const std::string& type, const std::string& body) {
    const std::lock_guard lock(mutex_);
    contents_.insert_or_assign(place, std::pair(type, body));
  }

  std::mutex mutex_;
  std::map<std::string, std::pair<std::string, std::string>> contents_;
};

class Publisher : public testing::Test {
 protected:
  Result<Attached> attach(const registry::Attachment& attachment) {
    const auto http = make_transport(clock_);
    registry::Registry registry(image_.registry(), plain(), *http, clock_);
    return registry.publisher(image_, registry::anonymous())
        ->attach(attachment, registry::ReferrersTag::WhereNeeded, soon());
  }
  Result<std::vector<oci::Descriptor>> listed() {
    const auto http = make_transport(clock_);
    registry::Registry registry(image_.registry(), plain(), *http, clock_);
    return registry.open(image_, registry::anonymous())
        ->referrers(data::image(), oci::media_type::kNotarySignature,
                    registry::Repository::Age::Recent, soon());
  }
  static registry::RegistrySettings plain() {
    registry::RegistrySettings settings;
    settings.scheme = registry::Scheme::Http;
    return settings;
  }
  Deadline soon() const { return Deadline::after(clock_, std::chrono::minutes(2)); }

  SystemClock clock_;
  MemoryRegistry memory_;
  ScriptedServer server_{[this](const SeenRequest& request) { return memory_(request); },
                         std::nullopt, ScriptedServer::Memory::None};
  oci::ImageRef image_ =
      oci::ImageRef::parse("127.0.0.1:" + std::to_string(server_.port()) + "/app").value();
};

TEST_F(Publisher, ConcurrentWritersOfOneTagLoseNothing) {
  std::vector<std::thread> writers;
  for (std::size_t number = 0; number < kWriters; ++number) {
    writers.emplace_back([this, number] {
      const auto attached = attach(data::signature(std::to_string(number)));
      ASSERT_TRUE(attached) << attached.error().detail;
      EXPECT_EQ(attached->listed, Attached::Listed::ByTag);
    });
  }
  for (auto& writer : writers) {
    writer.join();
  }
  const auto found = listed();
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->size(), kWriters);
}

}  // namespace
}  // namespace countersign::test
