// SPDX-License-Identifier: Apache-2.0
// Keys in files; those of vaults are vault_signing_test.cpp's.
#include "app/signing_key.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

class SigningKeyTest : public testing::Test {
 protected:
  SigningKeyTest() {
    folder_.write("key", signer_.key().pem());
    folder_.write("chain", certificates());
  }

  std::string certificates() const {
    std::string text;
    for (const auto& certificate : signer_.chain()) {
      text += test::pem("CERTIFICATE", certificate.der());
    }
    return text;
  }
  std::string file(const char* name) const { return (folder_ / name).string(); }
  Result<SigningKey> find(const KeyFiles& files) {
    SignOptions options;
    options.files = files;
    return signing_key(options, test_.console, clock_, observer_,
                       clock_.in(std::chrono::seconds(1)));
  }
  Reason reason(const KeyFiles& files) {
    const auto found = find(files);
    EXPECT_FALSE(found);
    return found ? Reason::Internal : found.error().reason;
  }

  test::Signer signer_ = test::make_leaf(test::key(test::KeyType::P256));
  support::TempFolder folder_;
  test::FixedClock clock_;
  courier::SilentObserver observer_;
  TestConsole test_;
};

TEST_F(SigningKeyTest, IsInOneFileOrTwo) {
  folder_.write("both", certificates() + signer_.key().pem());
  for (const auto& files :
       {KeyFiles{file("key"), file("chain"), ""}, KeyFiles{file("both"), "", ""}}) {
    const auto found = find(files);
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ(found->signer->chain(), signer_.chain());
    EXPECT_EQ(found->azure, nullptr);
  }
}

TEST_F(SigningKeyTest, NamesTheFileThatIsWrong) {
  folder_.write("other", test::key(test::KeyType::P384).pem());
  folder_.write("text", "text");
  folder_.write("empty", "\n");
  folder_.write("word", "word\n");
  EXPECT_EQ(reason({file("none"), file("chain"), ""}), Reason::BadConfig);
  EXPECT_EQ(reason({file("text"), file("chain"), ""}), Reason::BadConfig);
  EXPECT_EQ(reason({file("key"), file("none"), ""}), Reason::BadConfig);
  EXPECT_EQ(reason({file("key"), "", ""}), Reason::BadConfig) << "no certificates";
  EXPECT_EQ(reason({file("key"), file("chain"), file("empty")}), Reason::BadConfig);
  EXPECT_TRUE(find({file("key"), file("chain"), file("word")})) << "the key is not encrypted";
  const auto wrong = find({file("other"), file("chain"), ""});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().reason, Reason::BadConfig);
  EXPECT_TRUE(wrong.error().detail.starts_with(file("chain") + ": ")) << wrong.error().detail;
}

TEST_F(SigningKeyTest, OneOfAVaultNeedsAnAzureThatCanBeReached) {
  SignOptions options;
  options.vault_key = "https://kv.vault.azure.net/keys/signer";
  options.config = file("none");
  const auto found =
      signing_key(options, test_.console, clock_, observer_, clock_.in(std::chrono::seconds(1)));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::app
