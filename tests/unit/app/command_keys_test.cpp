// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "countersign/crypto/private_key.h"

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

class CommandKeysTest : public testing::Test {
 protected:
  static x509::Subject subject(const char* text) {
    return x509::Subject::parse(text, Reason::Internal).value();
  }
  Exit run() { return keys_generate(options_, clock_, test_.console); }
  // As `certificate check` sees what was made, at the time of `clock_`.
  Exit check(const char* name, As as, const char* key = "") {
    TestConsole test;
    CertificateOptions options;
    options.file = folder_ / name;
    options.as = as;
    options.at = clock_.now();
    options.key_file = *key == '\0' ? "" : (folder_ / key).string();
    const auto exit = certificate_check(options, test.console);
    EXPECT_EQ(test.err.str(), "");
    return exit;
  }
  std::string content(const char* name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  support::TempFolder folder_;
  test::FixedClock clock_;
  KeysOptions options_{.subject = subject("CN=signer,O=Acme,ST=WA,C=US"),
                       .life = std::chrono::hours(24),
                       .folder = folder_.path(),
                       .passphrase_file = {}};
  TestConsole test_;
};

TEST_F(CommandKeysTest, MakesWhatCanSignAndWhatCanBeTrusted) {
  for (const auto lineage : {x509::Lineage::SelfSigned, x509::Lineage::UnderRoot}) {
    options_.lineage = lineage;
    options_.overwrite = Overwrite::Allow;
    ASSERT_EQ(run(), Exit::Yes) << test_.err.str();
    EXPECT_EQ(check("signer.crt", As::Signer, "signer.key"), Exit::Yes);
    EXPECT_EQ(check("ca.crt", As::CaAnchor), Exit::Yes);
    EXPECT_EQ(check("signer.crt", As::Timestamper), Exit::No);
  }
  EXPECT_NE(test_.out.str().find("x509.subject: CN=signer,O=Acme,ST=WA,C=US"), std::string::npos)
      << test_.out.str();
}

TEST_F(CommandKeysTest, MakesATimestampAuthority) {
  options_.purpose = x509::Purpose::Timestamping;
  options_.lineage = x509::Lineage::UnderRoot;
  ASSERT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_EQ(check("signer.crt", As::Timestamper, "signer.key"), Exit::Yes);
  EXPECT_EQ(check("ca.crt", As::TsaAnchor), Exit::Yes);
}

TEST_F(CommandKeysTest, OverwritesOnlyWhenForced) {
  ASSERT_EQ(run(), Exit::Yes);
  const auto before = content("signer.key");
  EXPECT_EQ(run(), Exit::Usage);
  EXPECT_EQ(content("signer.key"), before);
  options_.overwrite = Overwrite::Allow;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_NE(content("signer.key"), before);
}

TEST_F(CommandKeysTest, EncryptsTheKey) {
  options_.passphrase_file = folder_.write("passphrase", "a word\n");
  ASSERT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(content("signer.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  for (const auto* bad : {"", "\n", "two\nlines"}) {
    options_.passphrase_file = folder_.write("bad", bad);
    options_.overwrite = Overwrite::Allow;
    EXPECT_EQ(run(), Exit::Usage) << bad;
  }
}

TEST_F(CommandKeysTest, NamesFilesSoThatNoShellMinds) {
  const std::pair<const char*, const char*> rows[] = {
      {"CN=../../a b", "_.-..-a-b.key"}, {"CN=-rf", "_rf.key"}, {"O=Acme", "signer.key"}};
  for (const auto& [text, file] : rows) {
    options_.subject = subject(text);
    options_.overwrite = Overwrite::Allow;
    ASSERT_EQ(run(), Exit::Yes) << text << test_.err.str();
    EXPECT_TRUE(fs::exists(folder_ / file)) << file;
  }
  options_.subject = subject("CN=ca");
  EXPECT_EQ(run(), Exit::Usage) << "ca.crt is what is to be trusted";
}

}  // namespace
}  // namespace countersign::app
