// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/facts.h"

#include <string>

#include <gtest/gtest.h>

#include "registry/memories.h"
#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

const std::string kDigest = oci::Digest::of({}).text();

oci::Descriptor descriptor(std::map<std::string, std::string> annotations = {}) {
  return {.media_type = std::string(oci::media_type::kOciManifest),
          .digest = oci::Digest::of({}),
          .size = 1'000,
          .artifact_type = std::string(oci::media_type::kNotarySignature),
          .annotations = std::move(annotations)};
}

class FactsTest : public testing::Test {
 protected:
  template <class Value>
  static std::size_t bytes_of(Memory<Value>& memory, Value value) {
    const auto before = memory.counters().bytes;
    memory.learn("fact " + std::to_string(before), std::move(value));
    return memory.counters().bytes - before;
  }

  test::FixedClock clock_;
  Memories memories_{clock_, Facts::Room{}};
};

constexpr std::size_t kSmall = 64 * limits::kKiB;
constexpr int kFlood = 60'000;  // hundreds of times what there is room for

TEST_F(FactsTest, AFloodOfDigestsStaysInItsRoomAndTheHotOneStays) {  // CCH-05
  const Memory<oci::Descriptor>::Question hot{.fact = "hot", .asker = {}, .life = std::nullopt};
  const auto value = descriptor();
  Memories memories(clock_, Facts::Room{.manifests = kSmall});
  auto& manifests = memories.manifests;
  manifests.learn(hot.fact, value);
  for (int number = 0; number < kFlood; ++number) {
    manifests.learn(kDigest + std::to_string(number), value);
    if (number % 10 == 0) {
      ASSERT_TRUE(manifests
                      .get({&hot, 1}, clock_.in(std::chrono::seconds(1)),
                           [](auto) { FAIL() << "was displaced"; })
                      .front());
      ASSERT_LE(manifests.counters().bytes, kSmall);
    }
  }
  EXPECT_GT(manifests.counters().bytes, kSmall / 10 * 9);
}

TEST_F(FactsTest, EstimatesWhatEachHolds) {
  const std::string text(1'000, 'x');
  const auto plain = bytes_of(memories_.manifests, descriptor());
  EXPECT_GT(plain, 2 * sizeof(oci::Descriptor));
  EXPECT_GE(bytes_of(memories_.tags, descriptor({{"key", text}})), plain + text.size());
  const auto list = [&](std::size_t count) -> Listing {
    return std::make_shared<const std::vector<oci::Descriptor>>(count, descriptor());
  };
  EXPECT_GE(bytes_of(memories_.referrers, list(100)),
            bytes_of(memories_.referrers, list(1)) + 99 * sizeof(oci::Descriptor));
  EXPECT_GE(bytes_of(memories_.contents, oci::Blob::of(ByteVector(1'000))), 1'000U);
}

TEST_F(FactsTest, AnEmptyListIsAnAbsence) {
  const auto list = [&](std::size_t count) -> Listing {
    return std::make_shared<const std::vector<oci::Descriptor>>(count, descriptor());
  };
  const auto known_after_a_while = [&](const std::string& fact, const Listing& found) {
    const Memory<Listing>::Question asked{
        .fact = fact, .asker = {}, .life = limits::kReferrersLife};
    std::size_t looks = 0;
    for (int turn = 0; turn < 2; ++turn) {
      memories_.referrers.get({&asked, 1}, clock_.in(std::chrono::seconds(1)), [&](auto seats) {
        ++looks;
        seats.front().land(found);
      });
      clock_.advance(limits::kAbsenceLife);
    }
    return looks == 1;
  };
  EXPECT_TRUE(known_after_a_while("list", list(1)));
  EXPECT_FALSE(known_after_a_while("empty list", list(0)));
}

TEST_F(FactsTest, CountsNothingBeforeItIsUsed) {
  const Facts facts(clock_);
  for (const auto kind :
       {Facts::Kind::Manifest, Facts::Kind::Tag, Facts::Kind::Referrers, Facts::Kind::Content}) {
    const auto counters = facts.counters(kind);
    EXPECT_EQ(counters.looks + counters.hits + counters.shared + counters.bytes, 0U);
  }
}

}  // namespace
}  // namespace countersign::registry
