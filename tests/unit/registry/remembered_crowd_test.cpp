// SPDX-License-Identifier: Apache-2.0
// Round trips, many callers at once, and how it ends.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/registry/remembered.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using test::RememberedTest;

class CrowdTest : public RememberedTest {
 protected:
  using RememberedTest::RememberedTest;

  void wait_for_others(Facts::Kind kind, std::size_t count) const {
    while (facts.counters(kind).shared < count) {
      std::this_thread::yield();
    }
  }
  oci::ImageRef invented(std::size_t number) const {
    return at("@" + oci::Digest::of(as_bytes(std::to_string(number))).text());
  }
};

class Rounds : public CrowdTest, public testing::WithParamInterface<std::size_t> {
 protected:
  // Exactly these exchanges wait together, one group after the other.
  void expect_rounds(const oci::ImageRef& reference, const std::vector<std::size_t>& rounds) {
    gate.shut();
    const auto repository = open();
    Result<std::size_t> found = fail(Reason::Internal, "");
    {
      const std::jthread caller([&] { found = look(*repository, reference); });
      for (const auto count : rounds) {
        gate.let_go(count);
      }
    }
    EXPECT_EQ(found, GetParam());
    EXPECT_EQ(repository->requests(), gate.requests());
    EXPECT_EQ(look(*open(), reference), GetParam());
    EXPECT_EQ(gate.requests(), repository->requests()) << "a warm image asks nobody";
  }
};

TEST_P(Rounds, ThreeForADigest) {
  sign(GetParam());
  expect_rounds(by_digest(), {2, GetParam(), GetParam()});
}

TEST_P(Rounds, FourForATag) {
  sign(GetParam());
  expect_rounds(at(":v1"), {1, 1, GetParam(), GetParam()});
}

INSTANTIATE_TEST_SUITE_P(Signatures, Rounds, testing::Values(1, 5, 20));

TEST_F(CrowdTest, AThousandAtOnceCauseOneSequence) {  // REG-91
  constexpr std::size_t kCallers = 1'000;
  sign(2);
  gate.shut();
  std::atomic<std::size_t> satisfied = 0;
  {
    std::vector<std::jthread> callers;
    for (std::size_t number = 0; number < kCallers; ++number) {
      callers.emplace_back([&] { satisfied += look(*open(), by_digest()) == 2U ? 1U : 0U; });
    }
    wait_for_others(Facts::Kind::Manifest, kCallers - 1);
    gate.open();
  }
  EXPECT_EQ(satisfied, kCallers);
  EXPECT_EQ(gate.requests(), 6U);
  EXPECT_EQ(facts.counters(Facts::Kind::Manifest).looks, 1U);
}

TEST_F(CrowdTest, ALookOutlivesItsCaller) {  // CCH-08
  gate.shut();
  {
    const auto hasty = open();
    EXPECT_EQ(hasty->resolve(by_digest(), clock.in(milliseconds(1))).error().reason,
              Reason::DeadlineExceeded);
  }
  Result<oci::Descriptor> found = fail(Reason::Internal, "");
  {
    const std::jthread patient([&] { found = open()->resolve(by_digest(), soon()); });
    wait_for_others(Facts::Kind::Manifest, 1);
    gate.open();
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(gate.requests(), 1U);
}

TEST_F(CrowdTest, WhoWaitedForALookThatWasLateBeginsAnother) {  // CCH-08
  std::atomic<std::size_t> asked = 0;
  answer = [&](const net::Request& request) -> Result<net::Response> {
    if (asked++ == 0) {
      return fail(Reason::DeadlineExceeded, "too slow");
    }
    return api(request);
  };
  gate.shut();
  EXPECT_FALSE(open()->resolve(by_digest(), clock.in(milliseconds(1))));
  Result<oci::Descriptor> found = fail(Reason::Internal, "");
  {
    const std::jthread patient([&] { found = open()->resolve(by_digest(), soon()); });
    wait_for_others(Facts::Kind::Manifest, 1);
    clock.advance(limits::kLookWait);
    gate.open();
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(gate.requests(), 2U);
}

TEST_F(CrowdTest, WhoWaitsSharesTheErrorAndNobodyElseDoes) {
  constexpr std::size_t kCallers = 64;
  answer = [](const net::Request&) { return net::Response{503, {}, ""}; };
  gate.shut();
  std::atomic<std::size_t> told = 0;
  {
    std::vector<std::jthread> callers;
    for (std::size_t number = 0; number < kCallers; ++number) {
      callers.emplace_back([&] {
        const auto found = open()->resolve(by_digest(), soon());
        told += !found && found.error().reason == Reason::RegistryUnavailable ? 1U : 0U;
      });
    }
    wait_for_others(Facts::Kind::Manifest, kCallers - 1);
    gate.open();
  }
  EXPECT_EQ(told, kCallers);
  EXPECT_EQ(gate.requests(), 1U);
  answer = api;
  EXPECT_TRUE(open()->resolve(by_digest(), soon()));
}

TEST_F(CrowdTest, TwoWhoWantPartlyTheSameFetchEachPartOnce) {
  sign(3);
  std::vector<oci::Descriptor> signatures;
  for (const auto& [subject, signature] : store.referrers) {
    signatures.push_back(signature);
  }
  gate.shut();
  std::size_t fetched = 0;
  const auto fetch_some = [&](std::vector<oci::Descriptor> wanted, std::atomic<bool>& right) {
    const auto blobs = fetch(*open(), wanted);
    right = std::ranges::equal(blobs, wanted, [](const auto& blob, const auto& descriptor) {
      return blob && blob->digest() == descriptor.digest;
    });
  };
  std::atomic<bool> first = false, second = false;
  {
    const std::jthread one([&] { fetch_some({signatures[0], signatures[1]}, first); });
    gate.await(2);
    const std::jthread two([&] { fetch_some({signatures[2], signatures[1]}, second); });
    gate.await(3);
    fetched = gate.requests();
    gate.open();
  }
  EXPECT_TRUE(first && second);
  EXPECT_EQ(fetched, 3U);
  EXPECT_EQ(gate.requests(), 3U);
}

class SmallRoomTest : public CrowdTest {
 protected:
  SmallRoomTest()
      : CrowdTest(Facts::Room{.manifests = 4 * limits::kKiB,
                              .tags = 4 * limits::kKiB,
                              .referrers = 4 * limits::kKiB,
                              .contents = 4 * limits::kKiB,
                              .absences = 4 * limits::kKiB}) {}
};

TEST_F(SmallRoomTest, InventedNamesDisplaceOnlyEachOther) {
  sign(1);
  EXPECT_EQ(look(*open(), by_digest()), 1U);
  for (std::size_t number = 0; number < 500; ++number) {
    EXPECT_EQ(look(*open(), invented(number)).error().reason, Reason::ImageNotFound);
    EXPECT_TRUE(referrers(*open(), {"", *invented(number).digest(), 0, "", {}})->empty());
  }
  const auto warm = open();
  EXPECT_EQ(look(*warm, by_digest()), 1U);
  EXPECT_EQ(warm->requests(), 0U);
  for (const auto kind : {Facts::Kind::Manifest, Facts::Kind::Referrers}) {
    EXPECT_LE(facts.counters(kind).bytes, 8 * limits::kKiB);
  }
}

constexpr std::size_t kMostLooks = limits::kLooks + limits::kLooksWaiting;

// REG-90; that a host gets no more connections than its limit is the transport's to prove.
TEST_F(CrowdTest, ARegistryThatHangsHasALimitedCrowd) {
  constexpr std::size_t kImages = 1'000;
  gate.shut();
  const auto repository = open();
  for (std::size_t number = 0; number < kImages; ++number) {
    repository->expect_referrers(*invented(number).digest(), kType, soon());
  }
  gate.await(limits::kLooks);
  EXPECT_EQ(repository->resolve(by_digest(), soon()).error().reason, Reason::Overloaded);
  EXPECT_EQ(fetch(*repository, {image, image}).back().error().reason, Reason::Overloaded);
  gate.open();
  while (repository->requests() < kMostLooks) {
    std::this_thread::yield();
  }
  EXPECT_EQ(gate.requests(), kMostLooks) << "the others were refused at once";
  EXPECT_LE(facts.counters(Facts::Kind::Referrers).bytes, limits::kAbsenceFactBytes);
  EXPECT_TRUE(repository->resolve(by_digest(), soon())) << "it was not kept";
}

TEST_F(CrowdTest, ItsEndWaitsForLooksAndLetsNobodyWait) {
  gate.shut();
  const auto repository = open();
  for (std::size_t number = 0; number < 2 * limits::kLooks; ++number) {
    repository->expect_referrers(*invented(number).digest(), kType, soon());
  }
  std::atomic<Reason> told = Reason::Internal;
  {
    const std::jthread caller([&] {
      const auto found = repository->resolve(by_digest(), soon());
      told = found ? Reason::Internal : found.error().reason;
    });
    gate.await(limits::kLooks);
    while (facts.counters(Facts::Kind::Manifest).looks == 0) {
      std::this_thread::yield();
    }
    gate.close();
    remembered.reset();
  }
  EXPECT_EQ(told, Reason::Overloaded);
  EXPECT_EQ(referrers(*repository, image).error().reason, Reason::Overloaded);
}

}  // namespace
}  // namespace countersign::registry
