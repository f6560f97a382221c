// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/envelope_cache.h"

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::admission {
namespace {

using notation::OpenedEnvelope;

const auto kWaits = Deadline::at(Tick::max());

oci::Blob blob(std::string_view text) {
  return oci::Blob::of(ByteVector(text.begin(), text.end()));
}

OpenedEnvelope good() {
  const auto digest = oci::Digest::of(as_bytes("an image"));
  return std::make_shared<const notation::Envelope>(
      notation::Envelope{.scheme = {},
                         .signing_time = {},
                         .expiry = {},
                         .chain = {},
                         .algorithm = {},
                         .extended_attributes = {},
                         .timestamp = {},
                         .signing_agent = {},
                         .target = {"", digest, 0, "", {}},
                         .user_metadata = {}});
}

class CountingOpener {  // good but for what it was told to refuse
 public:
  OpenedEnvelope operator()(std::string_view media_type, Bytes bytes) {
    const std::string name = std::string(media_type) + ":" + std::string(as_text(bytes));
    const std::scoped_lock lock(mutex_);
    ++openings_[name];
    const auto refused = refusals.find(std::string(as_text(bytes)));
    return refused == refusals.end() ? good() : std::unexpected(refused->second);
  }
  std::size_t openings(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return openings_[name];
  }

  std::map<std::string, Error> refusals;

 private:
  std::mutex mutex_;
  std::map<std::string, std::size_t> openings_;
};

EnvelopeCache::Opener by(CountingOpener& opener) {
  return [&opener](std::string_view media_type, Bytes bytes) { return opener(media_type, bytes); };
}

TEST(EnvelopeCache, OpensEqualBytesOnce) {
  CountingOpener opener;
  EnvelopeCache cache(by(opener), {});
  const auto first = cache.open("cose", blob("a"), kWaits);
  const auto second = cache.open("cose", blob("a"), kWaits);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->get(), second->get());
  EXPECT_EQ(opener.openings("cose:a"), 1U);
  EXPECT_EQ(cache.counters().openings, 1U);
  EXPECT_EQ(cache.counters().hits, 1U);
}

TEST(EnvelopeCache, TellsBytesAndFormatsApart) {
  CountingOpener opener;
  opener.refusals = {{"b", {Reason::EnvelopeInvalid, "no"}}};
  EnvelopeCache cache(by(opener), {});
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_TRUE(cache.open("cose", blob("a"), kWaits));
    EXPECT_TRUE(cache.open("jose", blob("a"), kWaits));
    EXPECT_FALSE(cache.open("cose", blob("b"), kWaits));
  }
  EXPECT_EQ(opener.openings("cose:a"), 1U);
  EXPECT_EQ(opener.openings("jose:a"), 1U);
  EXPECT_EQ(opener.openings("cose:b"), 1U);
}

TEST(EnvelopeCache, KeepsFindingsButNoMishaps) {
  const struct {
    Reason reason;
    std::size_t openings;
  } rows[] = {{Reason::EnvelopeInvalid, 1},    {Reason::SignatureInvalid, 1},
              {Reason::CertificateProfile, 1}, {Reason::PayloadMismatch, 1},
              {Reason::Internal, 2},           {Reason::DeadlineExceeded, 2}};
  for (const auto& row : rows) {
    CountingOpener opener;
    opener.refusals = {{"a", {row.reason, "why"}}};
    EnvelopeCache cache(by(opener), {});
    for (int turn = 0; turn < 2; ++turn) {
      const auto opened = cache.open("cose", blob("a"), kWaits);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().reason, row.reason);
      EXPECT_EQ(opened.error().detail, "why");
    }
    EXPECT_EQ(opener.openings("cose:a"), row.openings) << wire_name(row.reason);
  }
}

constexpr EnvelopeCache::Room kSmall{.good = 64 * limits::kKiB, .refused = 16 * limits::kKiB};
constexpr int kFlood = 60'000;  // a thousand times what there is room for

TEST(EnvelopeCache, StaysInBoundsAndKeepsWhatIsUsed) {  // CCH-05
  CountingOpener opener;
  EnvelopeCache cache(by(opener), kSmall);
  const auto hot = blob("hot");
  for (int number = 0; number < kFlood; ++number) {
    EXPECT_TRUE(cache.open("cose", blob("cold " + std::to_string(number)), kWaits));
    EXPECT_TRUE(cache.open("cose", hot, kWaits));
    ASSERT_LE(cache.counters().bytes, kSmall.good);
  }
  EXPECT_EQ(opener.openings("cose:hot"), 1U);
  EXPECT_TRUE(cache.open("cose", blob("cold 0"), kWaits));
  EXPECT_EQ(opener.openings("cose:cold 0"), 2U) << "the room was never full";
}

TEST(EnvelopeCache, LetsJunkDisplaceOnlyJunk) {
  CountingOpener opener;
  EnvelopeCache cache(by(opener), kSmall);
  EXPECT_TRUE(cache.open("cose", blob("good"), kWaits));
  for (int number = 0; number < 1'000; ++number) {
    const auto junk = "junk " + std::to_string(number);
    opener.refusals[junk] = {Reason::SignatureInvalid, std::string(100, 'x')};
    EXPECT_FALSE(cache.open("cose", blob(junk), kWaits));
    ASSERT_LE(cache.counters().bytes, kSmall.good + kSmall.refused);
  }
  EXPECT_TRUE(cache.open("cose", blob("good"), kWaits));
  EXPECT_EQ(opener.openings("cose:good"), 1U);
}

TEST(EnvelopeCache, DoesNotKeepWhatHasNoRoom) {
  CountingOpener opener;
  EnvelopeCache cache(by(opener), kSmall);
  const std::string huge(kSmall.good, 'x');
  opener.refusals = {{"a", {Reason::EnvelopeInvalid, std::string(kSmall.refused, 'y')}}};
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_TRUE(cache.open("cose", blob(huge), kWaits));
    EXPECT_FALSE(cache.open("cose", blob("a"), kWaits));
  }
  EXPECT_EQ(opener.openings("cose:" + huge), 2U);
  EXPECT_EQ(opener.openings("cose:a"), 2U);
  EXPECT_EQ(cache.counters().bytes, 0U);
}

constexpr std::size_t kCallers = 64;

void wait_for_others(const EnvelopeCache& cache) {
  while (cache.counters().shared < kCallers - 1) {
    std::this_thread::yield();
  }
}

TEST(EnvelopeCache, LetsAllWhoComeAtOnceShareOneOpening) {
  std::atomic<std::size_t> openings = 0, satisfied = 0;
  EnvelopeCache* others = nullptr;
  EnvelopeCache cache(
      [&](std::string_view, Bytes) {
        ++openings;
        wait_for_others(*others);
        return good();
      },
      {});
  others = &cache;
  {
    std::vector<std::jthread> callers;
    for (std::size_t number = 0; number < kCallers; ++number) {
      callers.emplace_back([&] { satisfied += cache.open("cose", blob("a"), kWaits) ? 1U : 0U; });
    }
  }
  EXPECT_EQ(openings, 1U);
  EXPECT_EQ(satisfied, kCallers);
}

TEST(EnvelopeCache, LeavesTheOthersTheirOwnTryWhenTheFirstFails) {
  std::atomic<std::size_t> openings = 0, satisfied = 0, thrown = 0;
  EnvelopeCache* others = nullptr;
  EnvelopeCache cache(
      [&](std::string_view, Bytes) {
        if (++openings == 1) {
          wait_for_others(*others);
          throw std::runtime_error("no memory");
        }
        return good();
      },
      {});
  others = &cache;
  {
    std::vector<std::jthread> callers;
    for (std::size_t number = 0; number < kCallers; ++number) {
      callers.emplace_back([&] {
        try {
          satisfied += cache.open("cose", blob("a"), kWaits) ? 1U : 0U;
        } catch (const std::runtime_error&) {
          ++thrown;
        }
      });
    }
  }
  EXPECT_EQ(openings, 2U);
  EXPECT_EQ(thrown, 1U);
  EXPECT_EQ(satisfied, kCallers - 1);
}

TEST(EnvelopeCache, ServesManyThreadsWithManyEnvelopes) {
  CountingOpener opener;
  EnvelopeCache cache(by(opener), kSmall);
  std::atomic<std::size_t> satisfied = 0;
  constexpr std::size_t kThreads = 8, kTurns = 500;
  {
    std::vector<std::jthread> callers;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      callers.emplace_back([&, thread] {
        for (std::size_t turn = 0; turn < kTurns; ++turn) {
          const auto name = std::to_string((thread + turn) % 100);
          satisfied += cache.open("cose", blob(name), kWaits) ? 1U : 0U;
        }
      });
    }
  }
  EXPECT_EQ(satisfied, kThreads * kTurns);
  const auto counters = cache.counters();
  EXPECT_LE(counters.bytes, kSmall.good);
  EXPECT_GE(counters.openings + counters.hits + counters.shared, kThreads * kTurns);
}

TEST(EnvelopeCache, OpensNothingForWhoDoesNotWait) {
  CountingOpener opener;
  EnvelopeCache cache(by(opener), {});
  const auto opened = cache.open("cose", blob("a"), Deadline::at_once());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::DeadlineExceeded);
  EXPECT_EQ(opener.openings("cose:a"), 0U);
  EXPECT_TRUE(cache.open("cose", blob("a"), kWaits));
  EXPECT_TRUE(cache.open("cose", blob("a"), Deadline::at_once()));
  EXPECT_EQ(opener.openings("cose:a"), 1U);
}

}  // namespace
}  // namespace countersign::admission
