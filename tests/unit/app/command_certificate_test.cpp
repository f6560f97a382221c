// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

class CommandCertificateTest : public testing::Test {
 protected:
  Exit run(const std::string& content) {
    options_.file = folder_.write("chain.pem", content);
    test_.out.str("");
    return certificate_check(options_, test_.console);
  }

  support::TempFolder folder_;
  CertificateOptions options_;
  TestConsole test_;
};

TEST_F(CommandCertificateTest, AcceptsAndRefuses) {
  const auto leaf = test::make_leaf();
  EXPECT_EQ(run(leaf.chain_pem()), Exit::Yes) << test_.out.str();
  EXPECT_EQ(run(leaf.pem()), Exit::No);
  EXPECT_EQ(run("text\n" + leaf.key().pem() + leaf.chain_pem()), Exit::Yes) << "as azure-kv has it";
  options_.at = Time(std::chrono::sys_days{std::chrono::year{2100} / 1 / 1});
  EXPECT_EQ(run(leaf.chain_pem()), Exit::No);
  options_.output = Output::Json;
  EXPECT_EQ(run(leaf.chain_pem()), Exit::No);
  EXPECT_TRUE(test_.out.str().starts_with("{\"file\":")) << test_.out.str();
}

TEST_F(CommandCertificateTest, SaysThatItCantRead) {
  const auto leaf = test::make_leaf();
  for (const std::string& content :
       {std::string(), std::string("text"), leaf.key().pem(),
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}) {
    EXPECT_EQ(run(content), Exit::Usage) << content;
    EXPECT_EQ(test_.out.str(), "");
  }
  options_.file = "/nonexistent";
  EXPECT_EQ(certificate_check(options_, test_.console), Exit::Usage);
  options_.key_file = "/nonexistent";
  EXPECT_EQ(run(leaf.chain_pem()), Exit::Usage);
  options_.key_file.clear();
  options_.as = As::CaAnchor;
  EXPECT_EQ(run(leaf.key().pem() + leaf.chain_pem()), Exit::Usage)
      << "a trust store takes no file with a key";
}

TEST_F(CommandCertificateTest, HoldsTheKeyAgainstThem) {
  const auto leaf = test::make_leaf();
  options_.key_file = folder_.write("own.key", leaf.key().pem());
  EXPECT_EQ(run(leaf.chain_pem()), Exit::Yes);
  options_.key_file = folder_.write("other.key", test::new_key().pem());
  EXPECT_EQ(run(leaf.chain_pem()), Exit::No);
}

}  // namespace
}  // namespace countersign::app
