// SPDX-License-Identifier: Apache-2.0
// Where an Azure token and a refresh token go, from an image's name to the registry's last answer,
// and where they never go (CVE-2025-27403 and its kind): every request of every test here is looked
// through at its end. registry_credentials.cpp itself only joins RegistryExchange with a
// TokenKeeper.
#include "countersign/azure/registry_credentials.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"

#include "azure/registry_exchange.h"
#include "support/fixed_clock.h"
#include "unit/azure/container_registry.h"

namespace countersign::azure {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::answer;
using Paths = std::vector<std::string>;

class RegistryCredentialsTest : public testing::Test {
 protected:
  explicit RegistryCredentialsTest(std::string host = std::string(kLoginServer))
      : host_(std::move(host)) {
    http_.service = host_;
    store_.tags.emplace("v1", image_.digest);
    registry::RegistrySettings settings;
    set_up_registry(host_, settings);
    registry_.emplace(host_, std::move(settings), http_, clock_);
  }
  ~RegistryCredentialsTest() override {
    EXPECT_EQ(http_.leak(), "") << "a secret went there";
    for (const auto& detail : details_) {
      EXPECT_EQ(detail.find("AZURE"), std::string::npos) << detail;
      EXPECT_EQ(detail.find(http_.refresh_tokens[0]), std::string::npos) << detail;
    }
  }

  // "ok", or the reason.
  std::string pull(const std::string& reference) {
    const auto image = oci::ImageRef::parse(reference).value();
    return shown(registry_->open(image, provider_)->resolve(image, soon()));
  }
  std::string pull() { return pull(host_ + "/app:v1"); }
  template <class Value>
  std::string shown(const Result<Value>& result) {
    if (result) {
      return "ok";
    }
    details_.push_back(result.error().detail);
    return std::string(wire_name(result.error().reason));
  }
  const std::string& detail() const { return details_.back(); }
  Deadline soon() const { return clock_.in(minutes(1)); }

  const std::string host_;
  test::FixedClock clock_;
  test::MemoryStore store_;
  oci::Descriptor image_ =
      store_.push(oci::media_type::kOciManifest,
                  R"({"schemaVersion":2,"config":{"mediaType":"x","digest":"sha256:)" +
                      std::string(64, 'a') + R"(","size":1},"layers":[]})");
  ContainerRegistry http_{store_, host_};
  int azure_ = 0;
  TokenGiver giver_ = [this](const Secret&, Deadline) {
    ++azure_;
    return Result<Secret>(Secret(std::string(kAzureToken)));
  };
  std::shared_ptr<RegistryExchange> provider_ = std::make_shared<RegistryExchange>(
      RegistryAccess{host_, "https://containerregistry.azure.net", "tenant"}, giver_, http_,
      clock_);
  std::optional<registry::Registry> registry_;
  std::vector<std::string> details_;
};

// The tests below are worth what this finds.
TEST(ContainerRegistry, NoticesASecretOutOfItsPlace) {
  const test::FixedClock clock;
  const test::MemoryStore store;
  const auto request = [](std::string url, std::string body, std::string authorization) {
    net::Request made;
    made.method = net::Method::Post;
    made.url = std::move(url);
    made.body = std::move(body);
    made.headers.push_back({"Authorization", std::move(authorization)});
    return made;
  };
  const std::string exchange = "https://contoso.azurecr.io/oauth2/exchange";
  const std::string token = "https://contoso.azurecr.io/oauth2/token";
  const std::string azure(kAzureToken);
  const auto refresh = ContainerRegistry(store).refresh_tokens[0];
  const auto leaks = [&](const net::Request& one) {
    ContainerRegistry network(store);
    EXPECT_TRUE(network.send(one, clock.in(minutes(1))));
    return !network.leak().empty();
  };
  EXPECT_FALSE(leaks(request(exchange, "x=" + azure, "")));
  EXPECT_FALSE(leaks(request(token, "x=" + refresh, "Bearer access")));
  EXPECT_TRUE(leaks(request(exchange, "x=" + refresh, "")));
  EXPECT_TRUE(leaks(request(token, "x=" + azure, "")));
  EXPECT_TRUE(leaks(request(token, "x=" + azure.substr(10, 9), "")));
  EXPECT_TRUE(leaks(request(exchange, azure, "Bearer " + azure)));
  EXPECT_TRUE(leaks(request(exchange + "?t=" + azure, "", "")));
  EXPECT_TRUE(leaks(request("https://contoso.azurecr.io:8443/oauth2/exchange", azure, "")));
  EXPECT_TRUE(leaks(request("https://evil.test/", refresh, "")));
  for (const char* user : {"u", "us", "use"}) {
    const auto basic = codec::encode_base64(as_bytes(user + (":" + refresh)));
    EXPECT_TRUE(leaks(request(token, "", "Basic " + basic)));
  }
}

TEST_F(RegistryCredentialsTest, AnImageTakesThreeRequestsAndNo401) {
  EXPECT_EQ(pull(), "ok") << detail();
  EXPECT_EQ(http_.paths(), (Paths{"/oauth2/exchange", "/oauth2/token", "/v2/app/manifests/v1"}));
  EXPECT_EQ(http_.seen[1].body,
            "grant_type=refresh_token&service=contoso.azurecr.io&client_id=countersign"
            "&scope=repository%3Aapp%3Apull&refresh_token=" +
                http_.refresh_tokens[0]);
  EXPECT_EQ(pull("contoso.azurecr.io/other:v1"), "ok");
  EXPECT_EQ(http_.paths().size(), 5U) << "one exchange for all repositories";
  EXPECT_EQ(azure_, 1);
}

// The registry's answers say nothing of it: an access token lives for a minute then.
TEST_F(RegistryCredentialsTest, AnAccessTokenWithoutALifeIsKeptForAMinute) {  // AZ-48
  EXPECT_EQ(pull(), "ok");
  clock_.advance(limits::kTokenLife * 9 / 10 - seconds(1));
  EXPECT_EQ(pull(), "ok");
  EXPECT_EQ(http_.paths().size(), 4U);
  clock_.advance(seconds(1));
  EXPECT_EQ(pull(), "ok");
  EXPECT_EQ(http_.paths().at(4), "/oauth2/token");
  EXPECT_EQ(http_.paths().size(), 6U);
}

// Whoever writes a pod names its registry: a token is asked for and sent for the configured one.
TEST_F(RegistryCredentialsTest, ImagesOfOtherHostsGetNothing) {  // AZ-46, NET-02
  for (const char* name : {"evil.test/app:v1",
                           "contoso.azurecr.io.evil.test/app:v1",
                           "xcontoso.azurecr.io/app:v1",
                           "contoso-azurecr.io/app:v1",
                           "contoso.azurecr.iox/app:v1",
                           "azurecr.io/contoso/app:v1",
                           "evil.azurecr.io/app:v1",
                           "contoso-0abc.azurecr.io/app:v1",
                           "a.contoso.azurecr.io/app:v1",
                           "contoso.westeurope.data.azurecr.io/app:v1",
                           "contoso.westeurope.geo.azurecr.io/app:v1",
                           "mcr.microsoft.com/contoso.azurecr.io/app:v1",
                           "contoso.azurecr.cn/app:v1",
                           "contoso.azurecr.us/app:v1",
                           "contoso.azurecr.de/app:v1",
                           "contoso.azurecr.io:8443/app:v1",
                           "contoso.azurecr.io:80/app:v1",
                           "evil.test/contoso.azurecr.io/app:v1",
                           "app:v1",
                           "[::1]:443/contoso.azurecr.io:v1"}) {
    const auto image = oci::ImageRef::parse(name);
    ASSERT_TRUE(image) << name;
    EXPECT_EQ(shown(provider_->credentials_for(*image, soon())), "INTERNAL") << name;
    EXPECT_EQ(pull(name), "INTERNAL") << name;
    // Not even when another registry is given these credentials by mistake.
    registry::RegistrySettings settings;
    set_up_registry(image->registry(), settings);
    registry::Registry other(image->registry(), std::move(settings), http_, clock_);
    EXPECT_EQ(shown(other.open(*image, provider_)->resolve(*image, soon())), "INTERNAL") << name;
  }
  for (const char* name : {"contoso.azurecr.io./app:v1", "CONTOSO.azurecr.io/app:v1",
                           "contoso.azurecr.io@evil.test/app:v1",
                           "contoso.azurecr.io\\.evil.test/app", "contoso.azurecr.io:08/app"}) {
    EXPECT_FALSE(oci::ImageRef::parse(name)) << name;
  }
  EXPECT_EQ(azure_, 0);
  EXPECT_TRUE(http_.seen.empty());
}

constexpr const char* kElsewhere[] = {"https://evil.test/oauth2/exchange",
                                      "https://contoso.azurecr.io.evil.test/oauth2/token",
                                      "https://contoso.azurecr.io:8443/oauth2/token",
                                      "http://contoso.azurecr.io/oauth2/exchange",
                                      "//evil.test/oauth2/token",
                                      "https://evil.azurecr.io/oauth2/exchange",
                                      "/oauth2/elsewhere"};

TEST_F(RegistryCredentialsTest, ARedirectOfTheExchangeIsNotFollowed) {  // AZ-46, NET-02
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const char* target : kElsewhere) {
      http_.exchange = [&](const net::Request&) {
        return answer(status, {{"location", target}}, refresh_reply("stolen"));
      };
      EXPECT_EQ(pull(), "REGISTRY_RESPONSE") << status << target;
      EXPECT_EQ(http_.paths().back(), "/oauth2/exchange");
    }
  }
  EXPECT_EQ(http_.seen.size(), 5 * std::size(kElsewhere));
}

TEST_F(RegistryCredentialsTest, NorOneOfTheTokenEndpoint) {  // NET-02
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const char* target : kElsewhere) {
      http_.token = [&](const net::Request&) {
        return answer(status, {{"location", target}}, R"({"access_token":"stolen"})");
      };
      EXPECT_EQ(pull(), "REGISTRY_RESPONSE") << status << target;
      EXPECT_EQ(http_.paths().back(), "/oauth2/token");
    }
  }
  EXPECT_EQ(http_.seen.size(), 1 + 5 * std::size(kElsewhere)) << "one exchange";
}

// The registry, or whoever answers for it, says where tokens come from.
TEST_F(RegistryCredentialsTest, AForeignRealmOrServiceMovesNothing) {  // AZ-47
  const std::string own = "https://contoso.azurecr.io/oauth2/token";
  const struct {
    std::string realm, service;
  } rows[] = {
      {"https://evil.test/oauth2/token", host_},
      {"https://evil.azurecr.io/oauth2/token", host_},
      {"https://contoso.azurecr.io.evil.test/oauth2/token", host_},
      {"https://contoso.azurecr.io:8443/oauth2/token", host_},
      {"http://contoso.azurecr.io/oauth2/token", host_},
      {"https://contoso.azurecr.io@evil.test/oauth2/token", host_},
      {"//evil.test/oauth2/token", host_},
      {"https://contoso.azurecr.io/oauth2/exchange", host_},
      {"https://contoso.azurecr.io/oauth2/token?next=https://evil.test", host_},
      {"https://contoso.azurecr.io/v2/evil/blobs/uploads/", host_},
      {"", host_},
      {own, "evil.test"},
      {own, "evil.azurecr.io"},
      {own, "contoso.azurecr.io&access_token=x"},
      {own, "CONTOSO.azurecr.io"},
      {own, ""},
  };
  EXPECT_EQ(pull(), "ok");
  for (const auto& [realm, service] : rows) {
    http_.seen.clear();
    http_.content = [&](const net::Request&) { return http_.challenge(realm, service); };
    EXPECT_EQ(pull(), "REGISTRY_AUTH") << realm << service;
    EXPECT_EQ(http_.paths(), (Paths{"/v2/app/manifests/v1"})) << realm << service;
    EXPECT_EQ(http_.leak(), "");
  }
  // And before anything is known of it: the first address was made of the host.
  RegistryExchange fresh({host_, "", ""}, giver_, http_, clock_);
  http_.seen.clear();
  EXPECT_TRUE(fresh.renew(soon()));
  EXPECT_EQ(http_.paths(), (Paths{"/oauth2/exchange"}));
  http_.content = nullptr;
  EXPECT_EQ(pull(), "ok") << "nothing of it stays";
}

TEST_F(RegistryCredentialsTest, OtherSchemesAreNotMet) {  // AZ-47
  EXPECT_EQ(pull(), "ok");
  for (const char* challenge :
       {"Basic realm=\"contoso.azurecr.io\"", "Negotiate", "",
        "Basic realm=\"x\", Bearer realm=\"https://evil.test/\",service=\"contoso.azurecr.io\""}) {
    http_.seen.clear();
    http_.content = [&](const net::Request&) {
      return answer(401, {{"www-authenticate", challenge}});
    };
    EXPECT_EQ(pull(), "REGISTRY_AUTH") << challenge;
    EXPECT_EQ(http_.seen.size(), 1U);
  }
}

// Data endpoints and storage: blobs come from there, credentials do not go there.
TEST_F(RegistryCredentialsTest, WhereBlobsAreNothingIsSent) {  // NET-02
  const std::string places[] = {"https://contoso.westeurope.data.azurecr.io/blob?sig=1",
                                "https://evil.test/blob", "https://contoso.azurecr.io:8443/blob"};
  for (const auto& place : places) {
    http_.content = [&](const net::Request&) { return answer(307, {{"location", place}}); };
    http_.elsewhere = [&](const net::Request& request) {
      EXPECT_EQ(test::header_of(request, "Authorization"), "");
      return http_.challenge("https://evil.test/oauth2/token", host_);
    };
    const auto image = oci::ImageRef::parse(host_ + "/app@" + image_.digest.text()).value();
    EXPECT_EQ(shown(registry_->open(image, provider_)->resolve(image, soon())), "REGISTRY_AUTH");
    EXPECT_EQ(http_.seen.back().url, place);
  }
}

// It is asked at the same place, for the same audience and tenant, whatever it says.
TEST_F(RegistryCredentialsTest, WhatAnExchangeSaysChangesNothing) {
  http_.exchange = [&](const net::Request&) {
    auto refusal = http_.challenge("https://evil.test/oauth2/exchange", "evil.test");
    refusal.headers.push_back({"location", "https://evil.test/"});
    refusal.body = R"({"errors":[{"code":"UNAUTHORIZED"}],"login_server":"evil.test"})";
    return refusal;
  };
  EXPECT_EQ(pull(), "REGISTRY_AUTH");
  EXPECT_NE(detail().find("AcrPull"), std::string::npos);
  EXPECT_EQ(http_.paths(), (Paths{"/oauth2/exchange"})) << "the same token is not sent twice";
  EXPECT_EQ(azure_, 2);
  clock_.advance(limits::kAbsenceLife);
  EXPECT_EQ(pull(), "REGISTRY_AUTH");
  EXPECT_EQ(http_.paths(), (Paths{"/oauth2/exchange", "/oauth2/exchange"}));
  EXPECT_EQ(http_.seen[0].url, http_.seen[1].url);
  EXPECT_EQ(http_.seen[0].body, http_.seen[1].body);
}

// Revoked, or its role came later: noticed in the same call, and paid for once.
TEST_F(RegistryCredentialsTest, ARefusedRefreshTokenIsReplacedInTheSameCall) {
  EXPECT_EQ(pull(), "ok");
  clock_.advance(minutes(2));
  http_.refresh_tokens.push_back(make_jwt(R"({"jti":"another","exp":1772335000})"));
  http_.seen.clear();
  EXPECT_EQ(pull("contoso.azurecr.io/other:v1"), "ok");
  EXPECT_EQ(http_.paths(),
            (Paths{"/oauth2/token", "/oauth2/exchange",  // and is the issuer still the same?
                   "/v2/other/manifests/v1", "/oauth2/token", "/v2/other/manifests/v1"}));
  EXPECT_EQ(azure_, 2);
}

TEST_F(RegistryCredentialsTest, WhoHasNoRightDoesNotMakeUsAskAgainAndAgain) {
  http_.content = [&](const net::Request&) { return answer(403); };
  for (int count = 0; count < 20; ++count) {
    EXPECT_EQ(pull(), "REGISTRY_AUTH");
    clock_.advance(seconds(15));
  }
  const auto paths = http_.paths();
  EXPECT_LE(std::ranges::count(paths, "/oauth2/exchange"), 6) << "in five minutes";
}

class RegionalTest : public RegistryCredentialsTest {
 protected:
  RegionalTest() : RegistryCredentialsTest("contoso.westeurope.geo.azurecr.io") {}
};

TEST_F(RegionalTest, MayBeAServiceOfTheWholeRegistry) {
  http_.service = "contoso.azurecr.io";
  EXPECT_EQ(pull(), "REGISTRY_AUTH") << "what it is called was only assumed";
  EXPECT_EQ(pull(), "ok");
  EXPECT_TRUE(http_.seen.front().body.starts_with(
      "grant_type=access_token&service=contoso.westeurope.geo.azurecr.io&"));
}

}  // namespace
}  // namespace countersign::azure
