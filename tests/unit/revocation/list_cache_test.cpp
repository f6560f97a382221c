// SPDX-License-Identifier: Apache-2.0
#include "revocation/list_cache.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "notebook.h"
#include "support/temp_folder.h"

namespace countersign::revocation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ListCacheTest : public testing::Test {
 protected:
  Source source(const std::string& url = "http://one.test/ca.crl") const {
    return Source::list(url, ca_.signer().certificate()).value();
  }
  void keep(ListCache& cache, const test::CrlSpec& spec = {}) const {
    const auto der = test::make_crl(spec, ca_.signer());
    const auto list = x509::Crl::open(der, ca_.signer().certificate());
    ASSERT_TRUE(list);
    cache.keep(source(), *list, der, kStart);
  }
  std::filesystem::path file() const {
    const std::filesystem::directory_iterator files(folder_.path());
    EXPECT_NE(files, std::filesystem::directory_iterator());
    return files->path();
  }
  Settings on_disk() const { return {.cache_folder = folder_.path()}; }
  bool loads(const Settings& settings, const Moment& moment = kStart) {
    return ListCache(settings, notes_).load(source(), moment).has_value();
  }

  static constexpr Moment kStart{kNow, Tick(hours(1))};
  support::TempFolder folder_;
  Authority ca_;
  Notebook notes_;
  ListCache memory_{Settings{}, notes_};
};

TEST_F(ListCacheTest, KeepsAListForItsPlaceAndIssuer) {
  keep(memory_);
  EXPECT_TRUE(memory_.find(source(), kStart, Tick::min()));
  EXPECT_FALSE(memory_.find(source("http://one.test/other"), kStart, Tick::min()));
  const Authority other;  // of the same name
  const auto foreign = Source::list("http://one.test/ca.crl", other.signer().certificate()).value();
  EXPECT_FALSE(memory_.find(foreign, kStart, Tick::min()));
  EXPECT_FALSE(memory_.load(source(), kStart));  // there is no folder
}

TEST_F(ListCacheTest, KeepsAListUntilItsEnd) {
  keep(memory_, {.next_update = kSoonOver});
  const auto at = [](Time now) { return Moment{now, kStart.tick + hours(24)}; };
  EXPECT_TRUE(memory_.find(source(), at(kSoonOver), Tick::min()));
  EXPECT_FALSE(memory_.find(source(), at(kSoonOver + seconds(1)), Tick::min()));
}

TEST_F(ListCacheTest, AListOutOfDateIsNotFetchedAgainAtOnce) {
  keep(memory_, {.next_update = kOver});
  const auto end = kStart.tick + limits::kRevocationFailureLife;
  EXPECT_TRUE(memory_.find(source(), {kNow, end - seconds(1)}, Tick::min()));
  EXPECT_FALSE(memory_.find(source(), {kNow, end}, Tick::min()));
}

TEST_F(ListCacheTest, OlderOnesCanBeLeftOut) {
  keep(memory_);
  EXPECT_TRUE(memory_.find(source(), kStart, kStart.tick));
  EXPECT_FALSE(memory_.find(source(), kStart, kStart.tick + seconds(1)));
}

TEST_F(ListCacheTest, MemoryIsBounded) {
  const auto list = std::get<x509::Crl>(*ca_.list());
  const auto each = list.bytes();
  const auto place = [&](int i) { return source("http://one.test/" + std::to_string(i)); };
  ListCache cache({.cache_bytes = 3 * each}, notes_);
  for (int i = 0; i < 5; ++i) {
    cache.keep(place(i), list, {}, kStart);
    EXPECT_TRUE(cache.find(place(0), kStart, Tick::min()));  // the hot one
  }
  EXPECT_EQ(cache.bytes(), 3 * each);
  EXPECT_TRUE(cache.find(place(4), kStart, Tick::min()));
  EXPECT_FALSE(cache.find(place(2), kStart, Tick::min()));
  ListCache none({.cache_bytes = each - 1}, notes_);
  none.keep(place(0), list, {}, kStart);
  EXPECT_EQ(none.bytes(), 0U);
}

TEST_F(ListCacheTest, AListSurvivesARestartInTheFolder) {
  {
    ListCache before(on_disk(), notes_);
    keep(before);
  }
  ListCache after(on_disk(), notes_);
  EXPECT_FALSE(after.find(source(), kStart, Tick::min()));
  EXPECT_TRUE(after.load(source(), kStart));
  EXPECT_TRUE(after.find(source(), kStart, Tick::min()));
  EXPECT_FALSE(after.find(source(), kStart, kStart.tick));  // it is not new
  EXPECT_FALSE(after.load(source("http://one.test/other"), kStart));
  EXPECT_EQ(notes_.lines(), 0);
}

TEST_F(ListCacheTest, AFileIsJudgedAnew) {
  ListCache cache(on_disk(), notes_);
  keep(cache, {.next_update = kSoonOver});
  EXPECT_TRUE(loads(on_disk()));
  EXPECT_FALSE(loads(on_disk(), {kSoonOver + seconds(1), kStart.tick}));
  const auto write = [this](const std::string& bytes) {
    std::ofstream(file(), std::ios::binary) << bytes;
  };
  const auto good = ca_.list_bytes();
  auto forged = good;
  forged.back() = static_cast<char>(forged.back() ^ 1);
  for (const auto& bytes :
       {std::string(), std::string("<html>"), good.substr(0, good.size() / 2), good + "x", forged,
        Authority().list_bytes(), ca_.list_bytes({.this_update = kSoonOver})}) {
    write(bytes);
    EXPECT_FALSE(loads(on_disk()));
  }
  write(good);
  EXPECT_TRUE(loads(on_disk()));
}

TEST_F(ListCacheTest, AListOutOfDateDoesNotReachTheFolder) {
  ListCache cache(on_disk(), notes_);
  keep(cache, {.next_update = kOver});
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace countersign::revocation
