// SPDX-License-Identifier: Apache-2.0
// Starting and stopping; what is served is tested with the program, in tests/integration/app.
#include "app/service.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    const auto signer = test::Signer::self_signed(test::tls_spec());
    folder_.write("tls.crt", signer.pem());
    folder_.write("tls.key", signer.key().pem());
  }

  Result<std::unique_ptr<Service>> start(const std::string& server, const std::string& text = {}) {
    const auto whole = (text.empty() ? image_.config() : text) + "server: " + server + "\n";
    const auto load = [this, whole] {
      return parse_config(whole, folder_ / "c.yaml", builtins(), services_.services);
    };
    auto config = load();
    EXPECT_TRUE(config) << config.error().front();
    return Service::start(std::move(*config), load, services_.clock, *logger_);
  }
  std::string place(std::string_view place) const {
    return (folder_ / "c.yaml").string() + ":" + std::string(place) + ": ";
  }

  SignedImage image_;
  support::TempFolder folder_;
  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
};

constexpr const char* kTls = "tls: {certificate: tls.crt, key: tls.key}";

std::string listening(const std::string& front, const std::string& admin) {
  return "{listen: '" + front + "', " + kTls + ", admin: {listen: '" + admin + "'}}";
}

TEST_F(ServiceTest, StartsReloadsAndStops) {
  const auto service = start(listening("127.0.0.1:0", "127.0.0.1:0"));
  ASSERT_TRUE(service) << service.error().detail;
  EXPECT_NE((*service)->port(), 0);
  EXPECT_NE((*service)->admin_port(), 0);
  (*service)->reload();
  folder_.write("tls.key", "garbage");
  (*service)->reload();  // the old pair stays
  (*service)->announce_end();
  (*service)->drain(std::chrono::seconds(20));
}

TEST_F(ServiceTest, NamesThePlaceOfAMissingFile) {
  auto service = start("{tls: {certificate: none.crt, key: tls.key}}");
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().reason, Reason::BadConfig);
  EXPECT_TRUE(service.error().detail.starts_with(place("10:29"))) << service.error().detail;
  service = start("{tls: {certificate: tls.crt, key: none.key}}");
  ASSERT_FALSE(service);
  EXPECT_TRUE(service.error().detail.starts_with(place("10:43"))) << service.error().detail;
}

TEST_F(ServiceTest, NamesThePlaceOfACertificateThatCantBeUsed) {
  folder_.write("tls.key", test::new_key().pem());
  const auto service = start(listening("127.0.0.1:0", "127.0.0.1:0"));
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().reason, Reason::BadConfig);
  EXPECT_TRUE(service.error().detail.starts_with(place("10:9"))) << service.error().detail;
}

TEST_F(ServiceTest, ServesGatekeeperAtTheWebhooksListener) {
  const auto service =
      start(listening("127.0.0.1:0", "127.0.0.1:0"), image_.config("gatekeeper: {}\n"));
  ASSERT_TRUE(service) << service.error().detail;
  EXPECT_EQ((*service)->provider_port(), 0);
}

TEST_F(ServiceTest, ServesGatekeeperAtAListenerOfItsOwn) {
  const auto service =
      start(listening("127.0.0.1:0", "127.0.0.1:0"),
            image_.config("gatekeeper: {listen: '127.0.0.1:0', " + std::string(kTls) + "}\n"));
  ASSERT_TRUE(service) << service.error().detail;
  EXPECT_NE((*service)->provider_port(), 0);
  EXPECT_NE((*service)->provider_port(), (*service)->port());
  (*service)->reload();
  (*service)->drain(std::chrono::seconds(20));
}

TEST_F(ServiceTest, NamesThePlaceOfWhatGatekeepersListenerLacks) {
  const auto service =
      start(listening("127.0.0.1:0", "127.0.0.1:0"),
            image_.config("gatekeeper: {listen: '127.0.0.1:0', tls: {certificate: none.crt, key: "
                          "tls.key}}\n"));
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().reason, Reason::BadConfig);
  EXPECT_TRUE(service.error().detail.starts_with(place("10:56"))) << service.error().detail;
}

TEST_F(ServiceTest, NamesThePlaceOfAuthoritiesThatAreMissingOrNone) {
  const std::string tls =
      "{listen: '127.0.0.1:0', tls: {certificate: tls.crt, key: tls.key, clients: {authorities: ";
  auto service = start(tls + "none.crt, names: [a]}}}");
  ASSERT_FALSE(service);
  EXPECT_TRUE(service.error().detail.starts_with(place("10:98"))) << service.error().detail;
  service = start(tls + "tls.crt, names: [a]}}}");
  ASSERT_FALSE(service);
  EXPECT_NE(service.error().detail.find((folder_ / "tls.crt").string()), std::string::npos);
  EXPECT_NE(service.error().detail.find("authorit"), std::string::npos) << service.error().detail;
}

TEST_F(ServiceTest, NamesThePlaceOfAPortInUse) {
  const auto first = start(listening("127.0.0.1:0", "127.0.0.1:0"));
  ASSERT_TRUE(first) << first.error().detail;
  const auto taken = "127.0.0.1:" + std::to_string((*first)->port());
  auto second = start(listening(taken, "127.0.0.1:0"));
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().detail.starts_with(place("10:9"))) << second.error().detail;
  second = start(listening("127.0.0.1:0", taken));
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().detail.starts_with("" + (folder_ / "c.yaml").string() + ":10:"))
      << second.error().detail;
}

TEST_F(ServiceTest, NamesThePlaceOfABrokenTrustStore) {
  auto text = image_.config();
  const std::string_view pattern = "/vectors/*\"";
  text.replace(text.find(pattern), pattern.size(), "/nothing.pem\"");
  const auto service = start(listening("127.0.0.1:0", "127.0.0.1:0"), text);
  ASSERT_FALSE(service);
  EXPECT_TRUE(service.error().detail.starts_with(place("7:12"))) << service.error().detail;
}

}  // namespace
}  // namespace countersign::app
