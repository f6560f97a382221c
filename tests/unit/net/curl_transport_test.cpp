// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/curl_transport.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include "support/fixed_clock.h"

// What needs a server is in tests/integration/registry.
namespace countersign::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

Request get(std::string url) { return {Method::Get, std::move(url), {}, "", 10}; }

std::unique_ptr<HttpTransport> transport(TransportOptions options, const Clock& clock) {
  return make_curl_transport(std::move(options), clock).value();
}

TEST(CurlTransport, RefusesOptionsThatCanNotBeUsed) {
  const test::FixedClock clock;
  TransportOptions options;
  options.client_certificate = "/nowhere/client.pem";
  const auto made = make_curl_transport(options, clock);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, Reason::BadConfig);
}

// NET-05, REG-67
TEST(CurlTransport, ContactsNoAddressThatIsNotAllowed) {
  const test::FixedClock clock;
  TransportOptions options;
  options.plain_http = PlainHttp::Allow;
  const auto http = transport(options, clock);
  for (const char* url :
       {"https://127.0.0.1:1/", "http://169.254.169.254/metadata", "https://[::1]:1/",
        "https://0x7f.1:1/", "https://2130706433:1/", "https://0177.0.0.1:1/",
        "https://[::ffff:10.0.0.1]:1/", "https://[64:ff9b::a9fe:a9fe]/"}) {
    const auto result = http->send(get(url), clock.in(minutes(1)));
    ASSERT_FALSE(result) << url;
    EXPECT_EQ(result.error().reason, Reason::AddressNotAllowed) << url;
  }
}

// REG-92
TEST(CurlTransport, StartsNothingWhenTheTimeIsUp) {
  test::FixedClock clock;
  const auto http = transport({}, clock);
  const auto deadline = clock.in(milliseconds(5));
  clock.advance(milliseconds(5));
  const std::vector<Request> requests(3, get("https://127.0.0.1:1/"));
  for (const auto& result : http->send_all(requests, deadline)) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, Reason::DeadlineExceeded);
  }
}

TEST(CurlTransport, EachRequestOfABatchHasItsOwnResult) {
  const test::FixedClock clock;
  const auto http = transport({}, clock);
  const std::vector<Request> requests{get("http://h/"), get("https://127.0.0.1:1/"),
                                      get("nonsense")};
  const auto results = http->send_all(requests, clock.in(minutes(1)));
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].error().reason, Reason::BadConfig);
  EXPECT_EQ(results[1].error().reason, Reason::AddressNotAllowed);
  EXPECT_EQ(results[2].error().reason, Reason::Internal);
  EXPECT_TRUE(http->send_all({}, clock.in(minutes(1))).empty());
}

// A proxy is judged in the host's place, and a host that is reached directly by itself.
TEST(CurlTransport, TheGuardJudgesWhatIsConnectedTo) {
  const test::FixedClock clock;
  TransportOptions options;
  options.proxy = "http://user:hush@127.0.0.1:1";
  options.no_proxy = {"10.0.0.0/8"};
  const auto http = transport(options, clock);
  for (const char* url : {"https://8.8.8.8/", "https://10.0.0.1/"}) {
    const auto result = http->send(get(url), clock.in(minutes(1)));
    ASSERT_FALSE(result) << url;
    EXPECT_EQ(result.error().reason, Reason::AddressNotAllowed) << url;
    EXPECT_EQ(result.error().detail.find("hush"), std::string::npos);
  }
}

TEST(CurlTransport, OnceClosedItRefuses) {
  const test::FixedClock clock;
  const auto http = transport({}, clock);
  http->close();
  http->close();
  const std::vector<Request> requests{get("https://127.0.0.1:1/"), get("nonsense")};
  const auto results = http->send_all(requests, clock.in(minutes(1)));
  EXPECT_EQ(results[0].error().reason, Reason::Overloaded);
  EXPECT_EQ(results[1].error().reason, Reason::Internal);
}

TEST(CurlTransport, NamesTheLoadedLibrary) {  // SUP-03
  EXPECT_EQ(libcurl_version(), curl_version_info(CURLVERSION_NOW)->version);
  EXPECT_EQ(libcurl_version().find_first_not_of("0123456789.-DEV"), std::string::npos);
}

}  // namespace
}  // namespace countersign::net
