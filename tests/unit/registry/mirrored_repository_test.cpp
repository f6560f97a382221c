// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/mirrored_repository.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/memory_repository.h"

namespace countersign::registry {
namespace {

using namespace std::chrono_literals;
using Word = Place::Word;
using Age = Repository::Age;
using Content = Repository::Content;

constexpr std::string_view kType = oci::media_type::kNotarySignature;

struct Asked {  // what one place was asked
  std::vector<std::string> calls;
  std::vector<std::chrono::milliseconds> time;  // left for it
};

// A repository in memory that notes its calls.
class Noting final : public Repository {
 public:
  Noting(test::MemoryStore& store, Asked& asked, const Clock& clock)
      : repository_(store), asked_(asked), clock_(clock) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& image, Deadline deadline) override {
    note("resolve " + image.text(), deadline);
    return repository_.resolve(image, deadline);
  }
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view type, Age age,
                                                 Deadline deadline) override {
    note("referrers", deadline);
    return repository_.referrers(subject, type, age, deadline);
  }
  void expect_referrers(const oci::Digest&, std::string_view, Deadline deadline) override {
    note("expect", deadline);
  }
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                       std::size_t most, Deadline deadline) override {
    note("fetch " + std::to_string(wanted.size()), deadline);
    return repository_.fetch(wanted, content, most, deadline);
  }
  std::size_t requests() const override { return repository_.requests(); }

 private:
  void note(std::string call, Deadline deadline) {
    asked_.calls.push_back(std::move(call));
    asked_.time.push_back(deadline.remaining(clock_));
  }

  test::MemoryRepository repository_;
  Asked& asked_;
  const Clock& clock_;
};

class MirroredRepositoryTest : public testing::Test {
 protected:
  // The first is a mirror under another name, the second the registry itself.
  std::unique_ptr<Repository> open(Word mirror = Word::Contents, Word origin = Word::Everything) {
    std::vector<Place> places;
    places.push_back({std::make_unique<Noting>(mirror_, asked_mirror_, clock_),
                      *oci::ImageRef::parse("mirror.example/cache/app:1"), mirror});
    places.push_back({std::make_unique<Noting>(origin_, asked_origin_, clock_), image_, origin});
    return mirrored(std::move(places), clock_);
  }
  std::unique_ptr<Repository> open_by_digest() {
    const auto digest = "@" + manifest_.digest.text();
    std::vector<Place> places;
    places.push_back({std::make_unique<Noting>(mirror_, asked_mirror_, clock_),
                      *oci::ImageRef::parse("mirror.example/cache/app" + digest), Word::Contents});
    places.push_back(
        {std::make_unique<Noting>(origin_, asked_origin_, clock_), by_digest(), Word::Everything});
    return mirrored(std::move(places), clock_);
  }
  oci::ImageRef by_digest() const {
    return *oci::ImageRef::parse("r.example/app@" + manifest_.digest.text());
  }
  Deadline soon() const { return clock_.in(8s); }

  test::FixedClock clock_;
  test::MemoryStore mirror_, origin_;
  Asked asked_mirror_, asked_origin_;
  oci::ImageRef image_ = *oci::ImageRef::parse("r.example/app:1");
  oci::Descriptor manifest_ = origin_.push(oci::media_type::kOciManifest, "the manifest");
};

using Calls = std::vector<std::string>;

TEST_F(MirroredRepositoryTest, AsksTheFirstPlaceForADigestUnderItsOwnName) {
  mirror_.push(oci::media_type::kOciManifest, "the manifest");
  const auto found = open_by_digest()->resolve(by_digest(), soon());
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->digest, manifest_.digest);
  EXPECT_EQ(asked_mirror_.calls,
            Calls{"resolve mirror.example/cache/app@" + manifest_.digest.text()});
  EXPECT_TRUE(asked_origin_.calls.empty());
}

TEST_F(MirroredRepositoryTest, AsksTheNextPlaceWhateverIsWrongWithTheFirst) {
  for (const auto reason : {Reason::ImageNotFound, Reason::DigestMismatch, Reason::RegistryAuth,
                            Reason::RegistryUnavailable, Reason::RegistryThrottled,
                            Reason::RegistryResponse, Reason::DeadlineExceeded}) {
    mirror_.faults.insert_or_assign(manifest_.digest, Error{reason, ""});
    const auto found = open_by_digest()->resolve(by_digest(), soon());
    EXPECT_TRUE(found) << wire_name(reason);
    const auto blobs = open()->fetch({&manifest_, 1}, Content::Manifest, 100, soon());
    EXPECT_TRUE(blobs.front()) << wire_name(reason);
  }
}

TEST_F(MirroredRepositoryTest, TellsTheLastErrorUnlessOtherBytesWereServed) {
  struct Row {
    Reason mirror, origin, told;
  };
  for (const auto& row : {
           Row{Reason::ImageNotFound, Reason::RegistryUnavailable, Reason::RegistryUnavailable},
           Row{Reason::RegistryUnavailable, Reason::ImageNotFound, Reason::ImageNotFound},
           Row{Reason::DigestMismatch, Reason::RegistryUnavailable, Reason::DigestMismatch},
           Row{Reason::RegistryUnavailable, Reason::DigestMismatch, Reason::DigestMismatch},
       }) {
    mirror_.faults.insert_or_assign(manifest_.digest, Error{row.mirror, ""});
    origin_.faults.insert_or_assign(manifest_.digest, Error{row.origin, ""});
    const auto found = open_by_digest()->resolve(by_digest(), soon());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().reason, row.told);
    const auto blobs = open()->fetch({&manifest_, 1}, Content::Manifest, 100, soon());
    ASSERT_FALSE(blobs.front());
    EXPECT_EQ(blobs.front().error().reason, row.told);
  }
}

TEST_F(MirroredRepositoryTest, LetsOnlyWhoMaySayItResolveATag) {
  const auto stale = mirror_.push(oci::media_type::kOciManifest, "an older manifest");
  mirror_.tags.emplace("1", stale.digest);
  origin_.tags.emplace("1", manifest_.digest);
  const auto found = open()->resolve(image_, soon());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->digest, manifest_.digest);
  EXPECT_TRUE(asked_mirror_.calls.empty());

  const auto said = open(Word::Everything)->resolve(image_, soon());
  ASSERT_TRUE(said);
  EXPECT_EQ(said->digest, stale.digest);
}

TEST_F(MirroredRepositoryTest, FailsWhereNobodyMaySay) {
  const auto repository = open(Word::Contents, Word::Contents);
  const auto found = repository->resolve(image_, soon());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::Internal);
  for (const auto age : {Age::Kept, Age::Recent}) {
    const auto list = repository->referrers(manifest_, kType, age, soon());
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().reason, Reason::Internal);
  }
}

TEST_F(MirroredRepositoryTest, ListsReferrersOfTheFirstPlaceThatHasAny) {
  const auto envelope = origin_.push(oci::media_type::kCose, "envelope");
  origin_.push_signature(manifest_, envelope);
  auto list = open()->referrers(manifest_, kType, Age::Kept, soon());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 1U) << "an empty list of a mirror is no answer";
  EXPECT_EQ(asked_mirror_.calls, Calls{"referrers"});

  mirror_.push_signature(manifest_, envelope);
  asked_origin_.calls.clear();
  list = open()->referrers(manifest_, kType, Age::Kept, soon());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 1U);
  EXPECT_TRUE(asked_origin_.calls.empty());
}

// A mirror that lags must not refuse what was signed just now.
TEST_F(MirroredRepositoryTest, ListsRecentReferrersOfThoseWhoMaySayThatThereAreNoMore) {
  const auto envelope = origin_.push(oci::media_type::kCose, "envelope");
  mirror_.push_signature(manifest_, envelope);
  origin_.push_signature(manifest_, envelope);
  origin_.push_signature(manifest_, origin_.push(oci::media_type::kCose, "a newer one"));
  const auto list = open()->referrers(manifest_, kType, Age::Recent, soon());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 2U);
  EXPECT_TRUE(asked_mirror_.calls.empty());
  ASSERT_TRUE(open(Word::Everything)->referrers(manifest_, kType, Age::Recent, soon()));
  EXPECT_EQ(asked_mirror_.calls, Calls{"referrers"});
}

TEST_F(MirroredRepositoryTest, NeverTakesAnErrorForAnEmptyList) {
  struct Row {
    Word mirror;
    bool mirror_fails, origin_fails;
    std::optional<Reason> told;  // none: there are no referrers
  };
  for (const auto& row : {
           Row{Word::Contents, false, false, std::nullopt},
           Row{Word::Contents, false, true, Reason::RegistryThrottled},
           Row{Word::Contents, true, true, Reason::RegistryThrottled},
           Row{Word::Contents, true, false, std::nullopt},
           Row{Word::Everything, false, true, std::nullopt},
           Row{Word::Everything, true, true, Reason::RegistryThrottled},
       }) {
    mirror_.referrers_fault.reset();
    origin_.referrers_fault.reset();
    if (row.mirror_fails) {
      mirror_.referrers_fault = Error{Reason::RegistryUnavailable, ""};
    }
    if (row.origin_fails) {
      origin_.referrers_fault = Error{Reason::RegistryThrottled, ""};
    }
    const auto list = open(row.mirror)->referrers(manifest_, kType, Age::Kept, soon());
    ASSERT_EQ(list ? std::nullopt : std::optional(list.error().reason), row.told);
    EXPECT_TRUE(!list || list->empty());
  }
}

TEST_F(MirroredRepositoryTest, AsksTheNextPlaceOnlyForWhatIsMissing) {
  const auto blob = mirror_.push("a/b", "one");
  const std::vector<oci::Descriptor> wanted{origin_.push("a/b", "zero"), blob,
                                            origin_.push("a/b", "two")};
  const auto repository = open();
  const auto blobs = repository->fetch(wanted, Content::Blob, 100, soon());
  ASSERT_EQ(blobs.size(), 3U);
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    ASSERT_TRUE(blobs[index]) << index;
    EXPECT_EQ(blobs[index]->digest(), wanted[index].digest);
  }
  EXPECT_EQ(asked_mirror_.calls, Calls{"fetch 3"});
  EXPECT_EQ(asked_origin_.calls, Calls{"fetch 2"});
  EXPECT_EQ(repository->requests(), 5U);
}

TEST_F(MirroredRepositoryTest, TellsTheFirstPlaceAloneWhatToExpect) {
  open()->expect_referrers(manifest_.digest, kType, soon());
  EXPECT_EQ(asked_mirror_.calls, Calls{"expect"});
  EXPECT_TRUE(asked_origin_.calls.empty());
}

TEST_F(MirroredRepositoryTest, LeavesTimeForTheNextPlace) {
  (void)open()->fetch({&manifest_, 1}, Content::Manifest, 100, soon());
  EXPECT_EQ(asked_mirror_.time, std::vector<std::chrono::milliseconds>{4s});
  EXPECT_EQ(asked_origin_.time, std::vector<std::chrono::milliseconds>{8s});
}

// Else a mirror that lags would say what a tag names, only because nothing is known of a better
// one.
TEST_F(MirroredRepositoryTest, AsksOnlyTheBestPlaceForWhoDoesNotWait) {
  origin_.tags.emplace("1", manifest_.digest);
  const auto repository = open(Word::Everything);
  EXPECT_FALSE(repository->resolve(image_, Deadline::at_once()));
  EXPECT_TRUE(asked_origin_.calls.empty());
  EXPECT_TRUE(
      repository->referrers(manifest_, kType, Age::Recent, Deadline::at_once()).value().empty());
  EXPECT_TRUE(asked_origin_.calls.empty());
  EXPECT_TRUE(repository->resolve(image_, soon()));
}

TEST_F(MirroredRepositoryTest, LeavesNobodyTimeWhoseCallerDoesNotWait) {
  const auto repository = open_by_digest();
  EXPECT_FALSE(repository->resolve(by_digest(), Deadline::at_once()));
  EXPECT_EQ(asked_mirror_.time, std::vector<std::chrono::milliseconds>{0ms});
}

}  // namespace
}  // namespace countersign::registry
