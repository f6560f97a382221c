// SPDX-License-Identifier: Apache-2.0
// What is remembered, for whom and for how long.
#include "countersign/registry/remembered_registry.h"

#include <new>

#include <gtest/gtest.h>

#include "unit/registry/remembered.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using test::RememberedTest;

TEST_F(RememberedTest, AWarmImageCostsNoRequest) {
  sign(2);
  const auto cold = open();
  EXPECT_EQ(look(*cold, by_digest()), 2U);
  EXPECT_EQ(cold->requests(), 6U);
  EXPECT_EQ(gate.requests(), 6U);
  const auto warm = open();
  EXPECT_EQ(look(*warm, by_digest()), 2U);
  EXPECT_EQ(warm->requests(), 0U);
  EXPECT_EQ(gate.requests(), 6U);
}

TEST_F(RememberedTest, ATagTeachesTheManifestByDigest) {
  EXPECT_EQ(open()->resolve(at(":v1"), soon())->digest, image.digest);
  EXPECT_EQ(open()->resolve(by_digest(), soon())->size, image.size);
  EXPECT_EQ(gate.requests(), 1U);
}

TEST_F(RememberedTest, AMovedTagIsServedForItsOwnShortLifeOnly) {  // CCH-02
  EXPECT_EQ(open()->resolve(at(":v1"), soon())->digest, image.digest);
  const auto other = store.push(oci::media_type::kOciManifest, manifest_text("other"));
  store.tags.insert_or_assign("v1", other.digest);
  clock.advance(limits::kTagLife - milliseconds(1));
  EXPECT_EQ(open()->resolve(at(":v1"), soon())->digest, image.digest);
  clock.advance(milliseconds(1));
  EXPECT_EQ(open()->resolve(at(":v1"), soon())->digest, other.digest);
  EXPECT_EQ(open()->resolve(by_digest(), soon())->digest, image.digest);
}

TEST_F(RememberedTest, AfterATagOnlyItsDigestIsAskedFor) {  // BND-03
  sign(1);
  answer = [this](const net::Request& request) {
    const auto response = api(request);
    store.tags.erase("v1");  // moves at every request
    return response;
  };
  EXPECT_EQ(look(*open(), at(":v1")), 1U);
  const auto urls = gate.urls();
  EXPECT_EQ(std::ranges::count_if(urls, [](const auto& url) { return url.ends_with("/v1"); }), 1);
  EXPECT_EQ(urls.at(1).find("/referrers/" + image.digest.text()), urls.at(1).find("/referrers/"));
}

TEST_F(RememberedTest, ARefusalNeedsARecentList) {
  sign(1);
  const auto count = [this](Repository::Age age) { return referrers(*open(), image, age)->size(); };
  EXPECT_EQ(count(Repository::Age::Kept), 1U);
  clock.advance(limits::kRecentReferrersLife);
  store.push_signature(image, store.push(oci::media_type::kCose, "late"));
  EXPECT_EQ(count(Repository::Age::Kept), 1U);
  EXPECT_EQ(count(Repository::Age::Recent), 2U);
  EXPECT_EQ(count(Repository::Age::Kept), 2U) << "a recent look is kept, too";
  EXPECT_EQ(gate.requests(), 2U);
  clock.advance(limits::kReferrersLife);
  EXPECT_EQ(count(Repository::Age::Kept), 2U);
  EXPECT_EQ(gate.requests(), 3U);
}

class JumpyClock final : public Clock {
 public:
  Time now() const override { return calendar; }
  Tick tick() const override { return Tick(std::chrono::hours(1)); }
  Time calendar{};
};

TEST_F(RememberedTest, AJumpOfTheCalendarMovesNoLife) {  // CCH-10
  JumpyClock jumpy;
  Facts known(jumpy);
  RememberedRegistry registry(wire, known);
  const auto ask = [&] {
    return registry.open(at(""), std::make_shared<test::OneOwner>(""))
        ->resolve(at(":v1"), Deadline::after(jumpy, std::chrono::minutes(1)));
  };
  EXPECT_TRUE(ask());
  for (const auto jump : {std::chrono::hours(1), std::chrono::hours(-2)}) {
    jumpy.calendar += jump;
    EXPECT_TRUE(ask());
  }
  EXPECT_EQ(gate.requests(), 1U);
}

TEST_F(RememberedTest, KeepsNoFailure) {  // CCH-03
  const struct {
    Result<net::Response> broken;
    Reason reason;
  } rows[] = {
      {net::Response{500, {}, ""}, Reason::RegistryUnavailable},
      {net::Response{429, {}, ""}, Reason::RegistryThrottled},
      {net::Response{200, {{"content-type", "text/html"}}, ""}, Reason::DigestMismatch},
      {fail(Reason::RegistryUnavailable, "reset"), Reason::RegistryUnavailable},
      {fail(Reason::AddressNotAllowed, "guarded"), Reason::AddressNotAllowed},
      {fail(Reason::DeadlineExceeded, "slow"), Reason::DeadlineExceeded},
  };
  for (const auto& row : rows) {
    Facts fresh(clock);
    RememberedRegistry registry(wire, fresh);
    const auto repository = registry.open(at(""), std::make_shared<test::OneOwner>(""));
    answer = [&row](const net::Request&) { return row.broken; };
    EXPECT_EQ(repository->resolve(by_digest(), soon()).error().reason, row.reason);
    answer = api;
    EXPECT_TRUE(repository->resolve(by_digest(), soon())) << wire_name(row.reason);
  }
}

TEST_F(RememberedTest, ALookThatThrowsIsAnErrorAndNoEnd) {  // CCH-08 in part
  answer = [](const net::Request&) -> Result<net::Response> { throw std::bad_alloc(); };
  EXPECT_EQ(open()->resolve(by_digest(), soon()).error().reason, Reason::Internal);
  EXPECT_EQ(fetch(*open(), {image}).front().error().reason, Reason::Internal);
  answer = api;
  EXPECT_TRUE(open()->resolve(by_digest(), soon()));
}

TEST_F(RememberedTest, RemembersForAMomentWhatIsNotThere) {
  const auto missing = at(":missing");
  EXPECT_EQ(open()->resolve(missing, soon()).error().reason, Reason::ImageNotFound);
  EXPECT_EQ(open()->resolve(missing, soon()).error().reason, Reason::ImageNotFound);
  EXPECT_EQ(gate.requests(), 1U);
  store.tags.emplace("missing", image.digest);
  clock.advance(limits::kAbsenceLife);
  EXPECT_TRUE(open()->resolve(missing, soon()));
}

// Registry "reg.test" shows everything to who has the password, nothing to others.
class PrivateTest : public RememberedTest {
 protected:
  PrivateTest() {
    sign(1);
    answer = [this](const net::Request& request) {
      for (const auto& header : request.headers) {
        if (header.name == "Authorization" && header.value == "Basic dXNlcjpnb29k") {
          return api(request);
        }
      }
      return net::Response{401, {{"www-authenticate", "Basic realm=\"x\""}}, ""};
    };
  }
  Result<std::size_t> alice() { return look(*open("alice", "good"), by_digest()); }
};

TEST_F(PrivateTest, WhatOneOwnerIsShownServesNoOther) {  // REG-79
  EXPECT_EQ(alice(), 1U);
  const auto asked = gate.requests();
  EXPECT_EQ(alice(), 1U);
  EXPECT_EQ(gate.requests(), asked);
  for (const auto* owner : {"", "bob", "carol", "alice "}) {
    for (const auto* password : {"", "bad"}) {
      const auto other = open(owner, password);
      EXPECT_EQ(other->resolve(by_digest(), soon()).error().reason, Reason::RegistryAuth) << owner;
      EXPECT_EQ(other->resolve(at(":v1"), soon()).error().reason, Reason::RegistryAuth) << owner;
      EXPECT_EQ(referrers(*other, image).error().reason, Reason::RegistryAuth) << owner;
    }
  }
}

TEST_F(PrivateTest, WhatOneOwnerIsRefusedIsRefusedToNoOther) {  // REG-79
  const auto signature = store.referrers.begin()->second;
  const auto bob = open("bob", "bad");
  EXPECT_EQ(look(*bob, by_digest()).error().reason, Reason::RegistryAuth);
  // The manifest's refusal ended that look while its list of referrers was still asked for.
  EXPECT_EQ(referrers(*bob, image).error().reason, Reason::RegistryAuth);
  EXPECT_EQ(fetch(*bob, {signature}).front().error().reason, Reason::RegistryAuth);
  const auto asked = gate.requests();
  EXPECT_EQ(look(*open("bob", "bad"), by_digest()).error().reason, Reason::RegistryAuth);
  EXPECT_EQ(fetch(*open("bob", "bad"), {signature}).front().error().reason, Reason::RegistryAuth);
  EXPECT_EQ(gate.requests(), asked) << "his refusal is remembered";
  EXPECT_EQ(alice(), 1U);
}

TEST_F(RememberedTest, ADescriptorThatLiesIsCheckedThoughItsBytesAreKnown) {
  EXPECT_TRUE(fetch(*open(), {image}).front());
  auto other_size = image;
  other_size.size += 1;
  auto other_type = image;
  other_type.media_type = oci::media_type::kOciIndex;
  const auto results = fetch(*open(), {other_size, image, other_type});
  EXPECT_EQ(results[0].error().reason, Reason::DigestMismatch);
  EXPECT_TRUE(results[1]);
  EXPECT_EQ(results[2].error().reason, Reason::RegistryResponse);
}

TEST_F(RememberedTest, RefusesWhatIsTooLargeBeforeItAsksAnybody) {
  const auto results = fetch(*open(), {image, image}, image.size - 1);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1].error().reason, Reason::RegistryResponse);
  EXPECT_EQ(gate.requests(), 0U);
  EXPECT_TRUE(fetch(*open(), {image}).front());
  EXPECT_FALSE(fetch(*open(), {image}, image.size - 1).front()) << "known, and too large";
}

TEST_F(RememberedTest, AsksNobodyForAnotherRepository) {
  const auto other = oci::ImageRef::parse("reg.test/other:v1").value();
  EXPECT_EQ(open()->resolve(other, soon()).error().reason, Reason::Internal);
  const auto elsewhere = oci::ImageRef::parse("other.test/app:v1").value();
  const auto repository = remembered->open(elsewhere, std::make_shared<test::OneOwner>(""));
  EXPECT_EQ(repository->resolve(elsewhere, soon()).error().reason, Reason::Internal);
  EXPECT_EQ(gate.requests(), 0U);
}

class NoCredentials final : public CredentialProvider {
 public:
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    return fail(Reason::BadConfig, "they can't be got");
  }
};

TEST_F(RememberedTest, WithoutItsCredentialsNothingIsAsked) {
  const auto repository = remembered->open(at(""), std::make_shared<NoCredentials>());
  EXPECT_EQ(look(*repository, by_digest()).error().reason, Reason::BadConfig);
  EXPECT_EQ(referrers(*repository, image).error().reason, Reason::BadConfig);
  EXPECT_EQ(fetch(*repository, {image}).front().error().reason, Reason::BadConfig);
  EXPECT_EQ(gate.requests(), 0U);
}

// A provider whose credentials are replaced once they are refused, by the same owner's or
// another's.
class Replaceable final : public CredentialProvider {
 public:
  explicit Replaceable(std::string later_owner) : later_owner_(std::move(later_owner)) {}
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    ++asked;
    Credentials credentials{.owner = replaced ? later_owner_ : "alice", .candidates = {}};
    credentials.candidates.push_back({.kind = Credential::Kind::Password,
                                      .user = "user",
                                      .secret = Secret(replaced ? "good" : "bad")});
    return credentials;
  }
  bool refused(const Credentials&) override { return replaced = true; }

  std::atomic<bool> replaced = false;
  std::atomic<int> asked = 0;

 private:
  std::string later_owner_;
};

TEST_F(PrivateTest, RefusedCredentialsAreReplacedInTheSameLook) {
  const auto provider = std::make_shared<Replaceable>("alice");
  EXPECT_EQ(look(*remembered->open(at(""), provider), by_digest()), 1U);
  EXPECT_TRUE(provider->replaced);
  const auto asked = gate.requests();
  EXPECT_EQ(alice(), 1U) << "what was found is hers";
  EXPECT_EQ(gate.requests(), asked);
}

TEST_F(PrivateTest, ButNotByAnotherOwners) {
  const auto repository = remembered->open(at(""), std::make_shared<Replaceable>("bob"));
  EXPECT_EQ(repository->resolve(by_digest(), soon()).error().reason,
            Reason::CredentialsUnavailable);
}

// Registries with replicas show what was pushed in another region some seconds later.
TEST_F(RememberedTest, ASignatureThatShowsLateIsFoundOnTheSecondTry) {  // AZ-51
  static_assert(limits::kRecentReferrersLife <= std::chrono::seconds(15));
  static_assert(limits::kAbsenceLife <= std::chrono::seconds(15));
  const auto decide = [this] {  // as an admission does: a refusal rests on a recent list
    return referrers(*open(), image, Repository::Age::Recent)->size();
  };
  EXPECT_EQ(look(*open(), by_digest()), 0U);
  EXPECT_EQ(decide(), 0U);
  const auto asked = gate.requests();
  clock.advance(limits::kRecentReferrersLife - milliseconds(1));
  EXPECT_EQ(decide(), 0U);
  EXPECT_EQ(gate.requests(), asked) << "not at each try";
  clock.advance(std::chrono::seconds(20));
  sign(1);
  EXPECT_EQ(decide(), 1U);
  EXPECT_EQ(look(*open(), by_digest()), 1U);
}

TEST_F(RememberedTest, CountsEveryKindApart) {
  sign(2);
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(look(*open(), at(":v1")), 2U);
  }
  const auto looks = [this](Facts::Kind kind) { return facts.counters(kind).looks; };
  EXPECT_EQ(looks(Facts::Kind::Tag), 1U);
  EXPECT_EQ(looks(Facts::Kind::Manifest), 0U);
  EXPECT_EQ(looks(Facts::Kind::Referrers), 1U);
  EXPECT_EQ(looks(Facts::Kind::Content), 4U);
  EXPECT_EQ(facts.counters(Facts::Kind::Content).hits, 4U);
  EXPECT_GT(facts.counters(Facts::Kind::Manifest).bytes, 0U);
}

}  // namespace
}  // namespace countersign::registry
