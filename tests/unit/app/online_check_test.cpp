// SPDX-License-Identifier: Apache-2.0
#include "app/online_check.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "support/scripted_server.h"

namespace countersign::app {
namespace {

class OnlineCheckTest : public testing::Test {
 protected:
  Exit check(const std::string& text) {
    auto config = parse_config(text, "/etc/c.yaml", builtins(), services_.services);
    EXPECT_TRUE(config) << config.error().front();
    const auto application = Application::create(std::move(config->setup),
                                                 {services_.clock, *logger_, services_.observer});
    EXPECT_TRUE(application) << application.error().detail;
    return online_check(**application, services_.clock, test_.console);
  }
  bool said(std::string_view part) const { return test_.out.str().find(part) != std::string::npos; }

  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  TestConsole test_;
  SignedImage image_;
};

TEST_F(OnlineCheckTest, SaysOkOfWhatWorks) {
  EXPECT_EQ(check(image_.config()), Exit::Yes);
  EXPECT_TRUE(said("trust store ca:vectors, files "));
  EXPECT_TRUE(said(": OK\n"));
}

TEST_F(OnlineCheckTest, NamesAStoreThatCantBeUsed) {
  auto text = image_.config();
  const std::string_view pattern = "/vectors/*\"";
  text.replace(text.find(pattern), pattern.size(), "/nothing/*\"");
  EXPECT_EQ(check(text), Exit::Usage);
  EXPECT_TRUE(said("BAD_CONFIG"));
}

TEST_F(OnlineCheckTest, NamesARegistryThatDoesNotAnswer) {
  auto text = image_.config();
  text += "  - {host: 'localhost:1', plainHttp: true, allowAddresses: ['127.0.0.1', '::1']}\n";
  EXPECT_EQ(check(text), Exit::Unknown);
  EXPECT_TRUE(said("registry localhost:1: REGISTRY_UNAVAILABLE"));
}

TEST_F(OnlineCheckTest, NamesAnIdentityThatLacksSomething) {
  auto text = image_.config();
  text.insert(text.find("registries:"),
              "  - {name: 'ca:v', source: azureKeyVault, vault: 'https://kvdemo.vault.azure.net', "
              "certificates: [{name: signer}]}\n");
  EXPECT_EQ(check(text), Exit::Unknown);
  EXPECT_TRUE(said("AZURE_IDENTITY_REFUSED"));
  EXPECT_TRUE(said("identity "));
}

}  // namespace
}  // namespace countersign::app
