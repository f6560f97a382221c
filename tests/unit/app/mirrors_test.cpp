// SPDX-License-Identifier: Apache-2.0
// Registries over HTTP, on loopback: who is asked for what, under which name.
#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "app/registries.h"
#include "support/fixed_clock.h"
#include "support/scripted_server.h"

namespace countersign::app {
namespace {

using test::ScriptedServer;
using test::SeenRequest;
using test::WireAnswer;
using Itself = RegistrySetup::Itself;

const std::string kManifest = R"({"schemaVersion":2,"mediaType":")" +
                              std::string(oci::media_type::kOciIndex) + R"(","manifests":[]})";

WireAnswer manifest(const SeenRequest&) {
  return test::wire(200, {{"Content-Type", std::string(oci::media_type::kOciIndex)}}, kManifest);
}
WireAnswer other_manifest(const SeenRequest&) {
  return test::wire(200, {{"Content-Type", std::string(oci::media_type::kOciIndex)}},
                    kManifest + " ");
}
WireAnswer not_found(const SeenRequest&) { return test::wire(404, {}, ""); }
WireAnswer nothing(const SeenRequest&) {
  return {.bytes = {}, .then = WireAnswer::Then::Hold, .more = {}};
}

class MirrorsTest : public testing::Test {
 protected:
  static void reach(RemoteSetup& remote, const ScriptedServer& server) {
    remote.host = "127.0.0.1:" + std::to_string(server.port());
    remote.transport.allowed = {*net::AddressRange::parse("127.0.0.1")};
    remote.transport.plain_http = net::PlainHttp::Allow;
    remote.credentials = one_for_all(registry::anonymous());
  }
  void start(const ScriptedServer& mirror, const ScriptedServer& origin,
             Itself itself = Itself::Asked) {
    std::vector<RegistrySetup> setups(1);
    reach(setups[0], origin);
    reach(setups[0].mirrors.emplace_back(), mirror);
    setups[0].mirrors[0].prefix = "cache/hub";
    setups[0].itself = itself;
    if (itself == Itself::NeverAsked) {
      setups[0].mirrors[0].word = registry::Place::Word::Everything;
    }
    name_ = setups[0].host + "/team/app";
    app::Setup setup;
    setup.registries = std::move(setups);
    registries_ = *Registries::create(
        std::move(setup),
        {.facts = facts_, .observer = observer_, .logger = *logger_, .clock = clock_});
  }
  std::optional<Reason> resolve(const std::string& reference) {
    const auto image = *oci::ImageRef::parse(name_ + reference);
    const auto repository = registries_->open(image, {});
    if (!repository) {
      return repository.error().reason;
    }
    const auto found = (*repository)->resolve(image, clock_.in(std::chrono::seconds(5)));
    return found ? std::nullopt : std::optional(found.error().reason);
  }
  static std::vector<std::string> targets(const ScriptedServer& server) {
    std::vector<std::string> targets;
    for (const auto& request : server.seen()) {
      targets.push_back(request.target);
    }
    return targets;
  }

  test::FixedClock clock_;
  registry::Facts facts_{clock_};
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  courier::SilentObserver observer_;
  std::string name_;
  std::unique_ptr<Registries> registries_;
  std::string digest_ = oci::Digest::of(as_bytes(kManifest)).text();
};

using Targets = std::vector<std::string>;

TEST_F(MirrorsTest, AsksAMirrorUnderItsOwnNameForADigest) {
  const ScriptedServer mirror(manifest);
  const ScriptedServer origin(not_found);
  start(mirror, origin);
  EXPECT_EQ(resolve("@" + digest_), std::nullopt);
  EXPECT_EQ(targets(mirror), Targets{"/v2/cache/hub/team/app/manifests/" + digest_});
  EXPECT_EQ(targets(origin), Targets{});
}

TEST_F(MirrorsTest, AsksTheRegistryItselfForATag) {
  const ScriptedServer mirror(other_manifest);
  const ScriptedServer origin(manifest);
  start(mirror, origin);
  EXPECT_EQ(resolve(":1"), std::nullopt);
  EXPECT_EQ(resolve(""), std::nullopt);
  EXPECT_EQ(targets(mirror), Targets{});
  EXPECT_EQ(targets(origin),
            (Targets{"/v2/team/app/manifests/1", "/v2/team/app/manifests/latest"}));
}

TEST_F(MirrorsTest, AsksTheRegistryItselfForWhatAMirrorHasNotOrHasWrong) {
  for (auto* const script : {not_found, other_manifest}) {
    const ScriptedServer mirror(script);
    const ScriptedServer origin(manifest);
    start(mirror, origin);
    EXPECT_EQ(resolve("@" + digest_), std::nullopt);
    EXPECT_EQ(targets(origin), Targets{"/v2/team/app/manifests/" + digest_});
  }
}

TEST_F(MirrorsTest, ReportsOtherBytesOfAMirrorWhenNobodyHasTheRightOnes) {
  const ScriptedServer mirror(other_manifest);
  const ScriptedServer origin(not_found);
  start(mirror, origin);
  EXPECT_EQ(resolve("@" + digest_), Reason::DigestMismatch);
}

TEST_F(MirrorsTest, NeverAsksARegistryThatHasMirrorsOnly) {
  const ScriptedServer mirror(manifest);
  const ScriptedServer origin(manifest);
  start(mirror, origin, Itself::NeverAsked);
  EXPECT_EQ(resolve(":1"), std::nullopt);
  EXPECT_EQ(resolve("@sha256:" + std::string(64, '0')), Reason::DigestMismatch);
  EXPECT_EQ(targets(mirror).size(), 2U);
  EXPECT_EQ(targets(origin), Targets{});
}

TEST_F(MirrorsTest, RemembersWhatAMirrorSaid) {
  const ScriptedServer mirror(manifest);
  const ScriptedServer origin(not_found);
  start(mirror, origin);
  EXPECT_EQ(resolve("@" + digest_), std::nullopt);
  EXPECT_EQ(resolve("@" + digest_), std::nullopt);
  EXPECT_EQ(targets(mirror).size(), 1U);
  EXPECT_EQ(facts_.counters(registry::Facts::Kind::Manifest).hits, 1U);
}

TEST_F(MirrorsTest, EndsWhileALookHangs) {
  ScriptedServer mirror(nothing);
  const ScriptedServer origin(nothing);
  start(mirror, origin);
  const auto image = *oci::ImageRef::parse(name_ + "@" + digest_);
  auto repository = *registries_->open(image, {});
  repository->expect_referrers(*image.digest(), oci::media_type::kNotarySignature,
                               clock_.in(std::chrono::seconds(5)));
  mirror.wait_until_seen(1);
  repository.reset();
  registries_.reset();
  EXPECT_EQ(mirror.connections(), 1U);
}

}  // namespace
}  // namespace countersign::app
