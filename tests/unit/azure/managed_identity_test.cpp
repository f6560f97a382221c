// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "countersign/azure/identity.h"
#include "countersign/azure/token_keeper.h"
#include "countersign/base/limits.h"
#include "countersign/net/address_guard.h"
#include "countersign/net/url.h"

#include "support/fixed_clock.h"
#include "support/gate_transport.h"
#include "support/scripted_server.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;
using By = ManagedIdentity::By;

constexpr const char* kAudience = "https://vault.azure.net";
constexpr const char* kTarget =
    "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net";
const std::string kUrl = std::string("http://169.254.169.254") + kTarget;
constexpr const char* kStrings =
    R"({"access_token":"t","client_id":"c","expires_in":"86399","expires_on":"1772409599",)"
    R"("not_before":"1772323200","resource":"https://vault.azure.net","token_type":"Bearer"})";
constexpr const char* kNumbers =
    R"({"access_token":"t","expires_in":86399,"expires_on":1772409599,"token_type":"Bearer"})";

class ManagedIdentityTest : public testing::Test {
 protected:
  Result<AccessToken> acquire(const ManagedIdentity& identity = {}) {
    return make_identity(identity, http_, clock_)->acquire(kAudience, clock_.in(seconds(5)));
  }
  Error error_of(Result<net::Response> answer) {
    http_.expect(kUrl, std::move(answer));
    const auto token = acquire();
    EXPECT_FALSE(token);
    return token ? Error{} : token.error();
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
};

TEST_F(ManagedIdentityTest, NamesWhichOneItIs) {
  const struct {
    ManagedIdentity identity;
    const char* selection;
    const char* description;
  } rows[] = {{{By::Only, ""}, "", "managed identity of the node"},
              {{By::ClientId, "22222222-aaaa"},
               "&client_id=22222222-aaaa",
               "managed identity 22222222-aaaa"},
              {{By::ObjectId, "3-b"}, "&object_id=3-b", "managed identity 3-b"},
              {{By::ResourceId, "/subscriptions/s/x y&z"},
               "&msi_res_id=%2Fsubscriptions%2Fs%2Fx%20y%26z",
               "managed identity /subscriptions/s/x y&z"}};
  for (const auto& [identity, selection, description] : rows) {
    http_.expect(kUrl + selection, test::answer(200, {}, kStrings));
    EXPECT_TRUE(acquire(identity)) << description;
    const auto& sent = http_.seen().back();
    EXPECT_EQ(sent.method, net::Method::Get);
    EXPECT_EQ(test::header_of(sent, "Metadata"), "true");
    EXPECT_EQ(sent.body, "");
    const auto made = make_identity(identity, http_, clock_);
    EXPECT_EQ(made->description(), description);
    EXPECT_TRUE(made->present());
  }
}

// Over the transport that it is used with; only the connection goes elsewhere.
TEST_F(ManagedIdentityTest, IsAskedForDirectlyWhateverProxyThereIs) {  // AZ-14
  test::ScriptedServer service(
      [](const test::SeenRequest&) { return test::wire(200, {}, kNumbers); });
  test::ScriptedServer proxy(
      [](const test::SeenRequest&) { return test::wire(502, {}, "a proxy"); });
  for (const auto* variable : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
    ASSERT_EQ(::setenv(variable, proxy.url("").c_str(), 1), 0);
  }
  auto options = metadata_service_options();
  EXPECT_EQ(options.proxy, "");
  options.allowed.push_back(net::AddressRange::parse("127.0.0.1").value());
  options.overrides.push_back({"169.254.169.254", 80, "127.0.0.1", service.port()});
  const SystemClock clock;
  const auto http = net::make_curl_transport(std::move(options), clock);
  ASSERT_TRUE(http) << http.error().detail;
  const auto token = make_identity(ManagedIdentity{By::ClientId, "c-1"}, **http, clock)
                         ->acquire(kAudience, Deadline::after(clock, seconds(30)));
  ASSERT_TRUE(token) << token.error().detail;
  EXPECT_EQ(token->text.reveal(), "t");
  ASSERT_EQ(service.seen().size(), 1U);
  const auto seen = service.seen().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, std::string(kTarget) + "&client_id=c-1");
  EXPECT_EQ(seen.header("host"), "169.254.169.254");
  EXPECT_EQ(seen.header("metadata"), "true");
  EXPECT_EQ(seen.header("x-forwarded-for"), "");
  EXPECT_EQ(seen.header("via"), "");
  EXPECT_TRUE(proxy.seen().empty());
  for (const auto* variable : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
    ::unsetenv(variable);
  }
}

bool allowed(std::vector<net::AddressRange> ranges, const char* address) {
  return net::AddressGuard(std::move(ranges)).allows(net::Address::parse(address).value());
}

// Every other transport has the guard without this address, in whatever form it is written.
TEST_F(ManagedIdentityTest, AloneMayReachTheMetadataService) {  // AZ-16
  const auto url = net::Url::parse(kMetadataService, Reason::Internal).value();
  EXPECT_TRUE(allowed(metadata_service_options().allowed, url.host().c_str()));
  EXPECT_EQ(metadata_service_options().allowed.size(), 1U);
  std::vector<net::AddressRange> private_ranges;
  for (const auto* range : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                            "127.0.0.0/8", "fc00::/7", "fe80::/10", "168.63.129.16"}) {
    private_ranges.push_back(net::AddressRange::parse(range).value());
  }
  for (const auto* form : {"169.254.169.254", "::ffff:169.254.169.254", "::169.254.169.254",
                           "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "fd00:ec2::254"}) {
    EXPECT_FALSE(allowed({}, form)) << form;
  }
  EXPECT_FALSE(allowed(private_ranges, "169.254.169.254"));
  for (const auto* other : {"169.254.169.253", "10.0.0.1", "127.0.0.1", "168.63.129.16"}) {
    EXPECT_FALSE(allowed(metadata_service_options().allowed, other)) << other;
  }
  const SystemClock clock;
  net::TransportOptions others;
  others.plain_http = net::PlainHttp::Allow;
  const auto http = net::make_curl_transport(std::move(others), clock);
  net::Request request;
  request.url = kUrl;
  request.max_response = 100;
  const auto answer = (*http)->send(request, Deadline::after(clock, seconds(30)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, Reason::AddressNotAllowed);
}

TEST_F(ManagedIdentityTest, ReadsStringsAndNumbers) {
  for (const auto* body : {kStrings, kNumbers}) {
    http_.expect(kUrl, test::answer(200, {}, body));
    const auto token = acquire();
    ASSERT_TRUE(token) << body;
    EXPECT_EQ(token->life, seconds(86'399));
  }
}

TEST_F(ManagedIdentityTest, TellsWhatLastsFromWhatPasses) {
  const auto error = [](const char* text) {
    return R"({"error":"invalid_request","error_description":")" + std::string(text) + R"("})";
  };
  const auto absent = error_of(test::answer(400, {}, error("Identity not found")));
  EXPECT_EQ(absent.reason, Reason::AzureIdentityRefused);
  const auto several =
      error_of(test::answer(400, {}, error("Multiple user assigned identities exist")));
  EXPECT_EQ(several.reason, Reason::AzureIdentityRefused);
  EXPECT_NE(several.detail.find("clientId"), std::string::npos);
  EXPECT_NE(several.detail.find("resourceId"), std::string::npos);
  for (const int status : {404, 410, 429, 500, 503}) {
    EXPECT_EQ(error_of(test::answer(status, {}, "")).reason, Reason::AzureIdentityUnavailable);
  }
  EXPECT_EQ(error_of(fail(Reason::RegistryUnavailable, "169.254.169.254: no route")).reason,
            Reason::AzureIdentityUnavailable);
  EXPECT_EQ(error_of(fail(Reason::RegistryUnavailable, "169.254.169.254: too slow")).reason,
            Reason::AzureIdentityUnavailable);
}

// The service answers by the time that has passed; somebody asks each second.
struct Timeline {
  int good_after = 0;  // seconds
  int status = 0;      // until then
  std::string body = {};
  Result<net::Response> broken = fail(Reason::Internal, "");  // with status 0
};

class ManagedIdentityTimes : public testing::TestWithParam<Timeline> {};

TEST_P(ManagedIdentityTimes, ComesBackByItself) {  // AZ-15
  const auto& [good_after, status, body, broken] = GetParam();
  test::FixedClock clock;
  const auto start = clock.tick();
  test::GateTransport http([&](const net::Request&) -> Result<net::Response> {
    if (clock.tick() - start >= seconds(good_after)) {
      return test::answer(200, {}, kStrings);
    }
    return status == 0 ? broken : test::answer(status, {}, body);
  });
  TokenKeeper keeper(make_identity(ManagedIdentity{}, http, clock), clock, [] { return 0.5; });
  int waited = 0;
  for (; !keeper.token(kAudience, Secret(), clock.in(seconds(5))); ++waited) {
    ASSERT_LT(waited, 200);
    clock.advance(seconds(1));
  }
  EXPECT_GE(waited, good_after);
  EXPECT_LE(waited, good_after + limits::kAzureRetryPauseMost.count());
  EXPECT_LE(http.requests(), 9U) << "with pauses that grow";
}

const std::string kAbsent =
    R"({"error":"invalid_request","error_description":"Identity not found"})";

INSTANTIATE_TEST_SUITE_P(
    Answers, ManagedIdentityTimes,
    testing::Values(Timeline{1, 404}, Timeline{70, 410}, Timeline{10, 429}, Timeline{20, 500},
                    Timeline{5, 400, kAbsent}, Timeline{90, 400, kAbsent},
                    Timeline{30, 0, "", fail(Reason::RegistryUnavailable, "no route")},
                    Timeline{30, 0, "", fail(Reason::RegistryUnavailable, "too slow")}));

// "Identity not found" is there to stay: nobody asks twice within the minute.
TEST_F(ManagedIdentityTest, LeavesAServiceAloneThatSaysNo) {
  TokenKeeper keeper(make_identity(ManagedIdentity{}, http_, clock_), clock_, [] { return 0.5; });
  http_.expect(kUrl, test::answer(400, {}, kAbsent));
  for (int second = 0; second < 60; ++second) {
    const auto token = keeper.token(kAudience, Secret(), clock_.in(seconds(5)));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().reason, Reason::AzureIdentityRefused);
    keeper.renew(clock_.in(seconds(5)));
    clock_.advance(seconds(1));
  }
  http_.expect(kUrl, test::answer(200, {}, kStrings));
  EXPECT_TRUE(keeper.token(kAudience, Secret(), clock_.in(seconds(5))));
}

}  // namespace
}  // namespace countersign::azure
