// SPDX-License-Identifier: Apache-2.0
#include "revocation/source_reader.h"

#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "authority.h"
#include "callback_transport.h"
#include "full_disk.h"
#include "notebook.h"
#include "support/fixed_clock.h"
#include "support/scripted_transport.h"
#include "support/temp_folder.h"

namespace countersign::revocation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::answer;

constexpr auto kList = "http://one.test/ca.crl";
constexpr auto kResponder = "http://one.test/ocsp";

class SourceReaderTest : public testing::Test {
 protected:
  ReadTerms terms(Tick lists_since = Tick::min()) const {
    return {Moment::of(clock_), lists_since, clock_.in(hours(1))};
  }
  Result<Finding> read(SourceReader& reader, const Source& source) const {
    return std::move(reader.read_all({&source, 1}, terms()).front());
  }
  Result<Finding> read(const Source& source) { return read(reader_, source); }
  static Reason reason(const Result<Finding>& finding) {
    return finding ? Reason::Internal : finding.error().reason;
  }
  Source list(const std::string& url = kList) const {
    return Source::list(url, ca_.signer().certificate()).value();
  }
  Source responder(const Query& query) const {
    return Source::responder(kResponder, query).value();
  }

  test::FixedClock clock_;
  Authority ca_;
  Notebook notes_;
  test::ScriptedTransport network_;
  SourceReader reader_{Settings{}, network_, clock_, notes_};
};

TEST_F(SourceReaderTest, ReadsAListOnceUntilItsEnd) {
  network_.expect(kList, answer(200, {}, ca_.list_bytes({.next_update = kSoonOver})));
  EXPECT_TRUE(read(list()));
  EXPECT_TRUE(read(list()));
  EXPECT_EQ(reader_.requests(), 1U);
  EXPECT_GT(reader_.cached_bytes(), 0U);
  clock_.advance(hours(25));
  network_.expect(kList, answer(200, {}, ca_.list_bytes()));
  EXPECT_TRUE(read(list()));
}

TEST_F(SourceReaderTest, ReadsAllAtOnceAndEachPlaceOnce) {
  const auto query = ca_.query({kResponder});
  network_.expect(kList, answer(200, {}, ca_.list_bytes()))
      .expect(kResponder, answer(200, {}, ca_.answer_bytes(query)));
  const std::vector<Source> sources = {list(), responder(query), list()};
  const auto findings = reader_.read_all(sources, terms());
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<x509::Crl>(*findings[0]));
  EXPECT_TRUE(std::holds_alternative<x509::OcspAnswer>(*findings[1]));
  EXPECT_TRUE(std::holds_alternative<x509::Crl>(*findings[2]));
  EXPECT_EQ(network_.batches(), std::vector<std::size_t>{2});
}

TEST_F(SourceReaderTest, AListServesNoOtherIssuer) {
  const Authority other;  // of the same name, at the same place
  network_.expect(kList, answer(200, {}, ca_.list_bytes()))
      .expect(kList, answer(200, {}, ca_.list_bytes()));
  EXPECT_TRUE(read(list()));
  EXPECT_FALSE(read(Source::list(kList, other.signer().certificate()).value()));
}

// REV-07
TEST_F(SourceReaderTest, OnlyStatus200Counts) {
  for (const int status : {204, 206, 301, 302, 304, 307, 400, 404, 500, 503}) {
    const auto url = "http://one.test/" + std::to_string(status);
    network_.expect(url, answer(status, {{"location", kList}}, ca_.list_bytes()));
    EXPECT_EQ(reason(read(list(url))), Reason::RevocationUnknown) << status;
  }
  EXPECT_EQ(reader_.failures(), 10U);
}

TEST_F(SourceReaderTest, WhatFailsBelowHttpIsUnknown) {
  for (const auto below : {Reason::RegistryUnavailable, Reason::RegistryResponse,
                           Reason::AddressNotAllowed, Reason::BadConfig, Reason::Internal}) {
    const auto url = "http://one.test/" + std::string(wire_name(below));
    network_.expect(url, fail(below, "one.test: cause"));
    const auto finding = read(list(url));
    EXPECT_EQ(reason(finding), Reason::RevocationUnknown);
    EXPECT_EQ(finding.error().detail, "one.test: cause");
  }
}

// Within the life of a failure the place is left alone, after it everything is as before.
TEST_F(SourceReaderTest, ADeadPlaceIsLeftAloneForAWhile) {
  network_.expect(kResponder, answer(500));
  EXPECT_FALSE(read(responder(ca_.query({}))));
  EXPECT_FALSE(read(responder(ca_.query({}))));  // whoever is asked about
  EXPECT_EQ(network_.seen().size(), 1U);
  clock_.advance(limits::kRevocationFailureLife);
  const auto query = ca_.query({});
  network_.expect(kResponder, answer(200, {}, ca_.answer_bytes(query)));
  EXPECT_TRUE(read(responder(query)));
}

TEST_F(SourceReaderTest, AnAnswerThatCantBeUsedOnlyCondemnsItsQuestion) {
  const auto one = ca_.query({});
  const auto other = ca_.query({});
  network_.expect(kResponder, answer(200, {}, ca_.answer_bytes(one, {.response_status = 6})))
      .expect(kResponder, answer(200, {}, ca_.answer_bytes(other)));
  EXPECT_FALSE(read(responder(one)));
  EXPECT_TRUE(read(responder(other)));
  EXPECT_FALSE(read(responder(one)));
}

// That our time is up says nothing about the source.
TEST_F(SourceReaderTest, ADeadlineIsNoFailureOfTheSource) {
  network_.expect(kList, fail(Reason::DeadlineExceeded, ""))
      .expect(kList, answer(200, {}, ca_.list_bytes()));
  EXPECT_EQ(reason(read(list())), Reason::DeadlineExceeded);
  EXPECT_EQ(reader_.failures(), 0U);
  EXPECT_TRUE(read(list()));
}

TEST_F(SourceReaderTest, ListsThatAreNotNewEnoughAreReadAgain) {
  const auto source = list();
  network_.expect(kList, answer(200, {}, ca_.list_bytes()))
      .expect(kList, answer(200, {}, ca_.list_bytes()));
  EXPECT_TRUE(read(source));
  clock_.advance(milliseconds(1));
  const auto since = terms(clock_.tick());
  EXPECT_TRUE(reader_.read_all({&source, 1}, since).front());
  EXPECT_TRUE(reader_.read_all({&source, 1}, since).front());
}

TEST_F(SourceReaderTest, AListInTheFolderNeedsNoNetworkUnlessItMustBeNew) {
  const support::TempFolder folder;
  const Settings settings{.cache_folder = folder.path()};
  const auto source = list();
  network_.expect(kList, answer(200, {}, ca_.list_bytes()));
  SourceReader before(settings, network_, clock_, notes_);
  EXPECT_TRUE(read(before, source));
  SourceReader after(settings, network_, clock_, notes_);
  EXPECT_TRUE(read(after, source));
  SourceReader strict(settings, network_, clock_, notes_);
  network_.expect(kList, answer(200, {}, ca_.list_bytes()));
  EXPECT_TRUE(strict.read_all({&source, 1}, terms(clock_.tick())).front());
}

// NV-R20, with the test below
TEST_F(SourceReaderTest, AFileThatIsNoGoodListIsFetchedAgain) {
  const support::TempFolder folder;
  const Settings settings{.cache_folder = folder.path()};
  const auto good = ca_.list_bytes();
  network_.expect(kList, answer(200, {}, good));
  SourceReader writer(settings, network_, clock_, notes_);
  EXPECT_TRUE(read(writer, list()));
  const auto file = std::filesystem::directory_iterator(folder.path())->path().filename();
  for (const auto& content : {good.substr(0, 10), ca_.list_bytes({.next_update = kOver}),
                              Authority().list_bytes(), std::string("<html>")}) {
    folder.write(file.string(), content);
    network_.expect(kList, answer(200, {}, good));
    SourceReader reader(settings, network_, clock_, notes_);
    EXPECT_TRUE(read(reader, list()));
    SourceReader next(settings, network_, clock_, notes_);  // the file was replaced
    EXPECT_TRUE(read(next, list()));
  }
}

// NV-R20, REV-09
TEST_F(SourceReaderTest, AFolderThatIsOfNoUseChangesNothing) {
  const support::TempFolder folder;
  folder.write("file", "");
  const FullDisk full;  // for the last of the folders
  for (const auto& path : {folder / "file", std::filesystem::path("/proc/self"), folder / "full"}) {
    for (int i = 0; i < 2; ++i) {
      network_.expect(kList, answer(200, {}, ca_.list_bytes()));
      SourceReader reader(Settings{.cache_folder = path}, network_, clock_, notes_);
      EXPECT_TRUE(read(reader, list()));
      EXPECT_TRUE(read(reader, list()));
    }
  }
}

TEST_F(SourceReaderTest, ManyThreadsReadAListOnce) {
  constexpr int kThreads = 16;
  std::latch all(kThreads);
  CallbackTransport network([&](const net::Request&) { return answer(200, {}, ca_.list_bytes()); });
  SourceReader reader(Settings{}, network, clock_, notes_);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      all.arrive_and_wait();
      EXPECT_TRUE(read(reader, list()));
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(network.requests(), 1U);
}

TEST_F(SourceReaderTest, WhoWaitsForAnotherLeavesAtHisOwnDeadline) {
  const auto source = list();
  SourceReader* shared = nullptr;
  CallbackTransport network([&](const net::Request&) {
    std::thread follower([&] {
      const ReadTerms now{Moment::of(clock_), Tick::min(), clock_.in(milliseconds(0))};
      EXPECT_EQ(reason(shared->read_all({&source, 1}, now).front()), Reason::DeadlineExceeded);
    });
    follower.join();
    return answer(200, {}, ca_.list_bytes());
  });
  SourceReader reader(Settings{}, network, clock_, notes_);
  shared = &reader;
  EXPECT_TRUE(read(reader, source));
  EXPECT_EQ(network.requests(), 1U);
}

}  // namespace
}  // namespace countersign::revocation
