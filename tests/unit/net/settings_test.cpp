// SPDX-License-Identifier: Apache-2.0
#include "net/settings.h"

#include <gtest/gtest.h>

#include "support/key.h"
#include "support/pki.h"
#include "support/temp_folder.h"

namespace countersign::net {
namespace {

class Settings : public testing::Test {
 protected:
  Settings() {
    const auto signer = test::Signer::self_signed(test::tls_spec());
    certificate_ = folder_.write("client.pem", signer.pem());
    key_ = folder_.write("client.key", signer.key().pem());
  }
  static Url url(std::string_view text) { return Url::parse(text, Reason::Internal).value(); }

  support::TempFolder folder_;
  std::string certificate_, key_;
};

TEST_F(Settings, RefusesOptionsThatCanNotBeUsed) {
  const auto stranger = folder_.write("stranger.key", test::new_key().pem());
  const auto no_ca = folder_.write("no_ca.pem", "-----BEGIN PUBLIC KEY-----\n");
  const auto missing = folder_ / "missing";
  const struct {
    const char* name;
    TransportOptions options;
  } rows[] = {
      {"a CA file without certificates", {.ca_file = no_ca}},
      {"no CA file", {.ca_file = missing}},
      {"a certificate without key", {.client_certificate = certificate_}},
      {"a key without certificate", {.client_key = key_}},
      {"no certificate file", {.client_certificate = missing, .client_key = key_}},
      {"no key file", {.client_certificate = certificate_, .client_key = missing}},
      {"another's key", {.client_certificate = certificate_, .client_key = stranger}},
      {"a proxy that is none", {.proxy = "socks5://p:1"}},
      {"a host that is none", {.no_proxy = {"a b"}}},
      {"no connections", {.connections = 0}},
      {"an override to a name", {.overrides = {{"h", 443, "localhost", 1}}}},
      {"an override without port", {.overrides = {{"h", 0, "::1", 1}}}},
      {"an override without host", {.overrides = {{"", 443, "::1", 1}}}},
      {"an override without target", {.overrides = {{"h", 443, "::1", 0}}}},
  };
  for (const auto& [name, options] : rows) {
    const auto parsed = net::Settings::parse(options);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().reason, Reason::BadConfig) << name;
  }
}

TEST_F(Settings, TakeWhatIsGood) {
  const auto parsed = net::Settings::parse({.allowed = {AddressRange::parse("10.0.0.0/8").value()},
                                            .ca_file = certificate_,
                                            .client_certificate = certificate_,
                                            .client_key = key_,
                                            .plain_http = PlainHttp::Allow,
                                            .connections = 3,
                                            .user_agent = "agent"});
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_TRUE(parsed->guard.allows(Address::parse("10.1.1.1").value()));
  EXPECT_EQ(parsed->ca_file, certificate_);
  EXPECT_EQ(parsed->client_certificate, certificate_);
  EXPECT_EQ(parsed->client_key, key_);
  EXPECT_EQ(parsed->plain_http, PlainHttp::Allow);
  EXPECT_EQ(parsed->connections, 3U);
  EXPECT_EQ(parsed->user_agent, "agent");
  EXPECT_EQ(parsed->proxy_of(url("https://h/")), nullptr);
}

TEST_F(Settings, AnOverrideIsForItsHostAndPort) {
  const auto parsed = net::Settings::parse(
      {.overrides = {{"Host.Example", 443, "127.0.0.1", 8'443}, {"six", 5'000, "::1", 8'000}}});
  ASSERT_TRUE(parsed);
  const auto* const four = parsed->detour_of(url("https://host.example/"));
  ASSERT_NE(four, nullptr);
  EXPECT_EQ(four->connect_to, "host.example:443:127.0.0.1:8443");
  EXPECT_EQ(four->address.bytes, Address::parse("127.0.0.1")->bytes);
  EXPECT_EQ(parsed->detour_of(url("https://six:5000/"))->connect_to, "six:5000:[::1]:8000");
  EXPECT_EQ(parsed->detour_of(url("https://host.example:444/")), nullptr);
  EXPECT_EQ(parsed->detour_of(url("https://other.example/")), nullptr);
}

TEST_F(Settings, TheProxyIsNotForHostsThatAreReachedDirectly) {
  const auto parsed = net::Settings::parse(
      {.proxy = "http://p:3128", .no_proxy = {".corp", "10.0.0.0/8", "alone"}});
  ASSERT_TRUE(parsed);
  EXPECT_NE(parsed->proxy_of(url("https://far.example/")), nullptr);
  for (const char* direct : {"https://registry.corp/", "https://10.1.2.3:5000/", "http://alone/",
                             "https://0x0a.1.2.3/"}) {
    EXPECT_EQ(parsed->proxy_of(url(direct)), nullptr) << direct;
  }
}

}  // namespace
}  // namespace countersign::net
