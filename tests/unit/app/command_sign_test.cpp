// SPDX-License-Identifier: Apache-2.0
// What registries, vaults and timestamp authorities add to this is tested with real ones.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "app/sign.h"
#include "samples.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

class CommandSignTest : public testing::Test {
 protected:
  CommandSignTest() {
    fs::copy(image_.folder / "layout", layout(), fs::copy_options::recursive);
    make_keys("signer");
    options_.reference = layout().string() + "@" + image_.digest;
    options_.source = Source::OciLayout;
    options_.scope = image_.repository;
    options_.files = {made("signer.key"), made("signer.crt"), ""};
  }

  fs::path layout() const { return folder_ / "layout"; }
  std::string made(const std::string& name) const { return (folder_ / name).string(); }
  void make_keys(const std::string& name) const {
    TestConsole test;
    const auto subject =
        x509::Subject::parse("CN=" + name + ",O=Acme,ST=WA,C=US", Reason::Internal);
    const KeysOptions options{.subject = *subject,
                              .life = std::chrono::hours(24),
                              .folder = folder_.path(),
                              .passphrase_file = {},
                              .overwrite = Overwrite::Allow};
    ASSERT_EQ(keys_generate(options, SystemClock(), test.console), Exit::Yes) << test.err.str();
  }
  std::string index() const {
    std::ifstream in(layout() / "index.json", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::ptrdiff_t blobs() const {
    return std::distance(fs::directory_iterator(layout() / "blobs/sha256"),
                         fs::directory_iterator());
  }
  Exit run() {
    test_.out.str("");
    test_.err.str("");
    return sign(options_, test_.console);
  }
  // Nothing is stored where nothing is signed.
  void expect_nothing_done(Exit expected) {
    const auto before = index();
    const auto blobs_before = blobs();
    EXPECT_EQ(run(), expected) << test_.out.str() << test_.err.str();
    EXPECT_NE(test_.err.str(), "");
    EXPECT_EQ(index(), before);
    EXPECT_EQ(blobs(), blobs_before);
  }
  std::size_t signatures() const {
    TestConsole test;
    ImageOptions options = options_;
    options.output = Output::Json;
    EXPECT_EQ(list(options, test.console), Exit::Yes);
    const auto text = test.out.str();
    std::size_t count = 0;
    for (auto at = text.find("\"size\""); at != std::string::npos;
         at = text.find("\"size\"", at + 1)) {
      ++count;
    }
    return count;
  }

  SignedImage image_;
  support::TempFolder folder_;
  SignOptions options_;
  TestConsole test_;
};

TEST_F(CommandSignTest, SignsInALayout) {
  ASSERT_EQ(signatures(), 1U);
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("Signed " + options_.reference)) << test_.out.str();
  EXPECT_EQ(test_.err.str(), "");
  EXPECT_EQ(signatures(), 2U);
  options_.format = signing::Format::Jws;
  options_.output = Output::Json;
  options_.life = std::chrono::hours(1);
  options_.metadata = {{"stage", "production"}};
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("{\"reference\":")) << test_.out.str();
  EXPECT_EQ(signatures(), 3U);
}

TEST_F(CommandSignTest, ADryRunStoresNothing) {
  const auto before = index();
  options_.effect = SignOptions::Effect::None;
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("Would sign ")) << test_.out.str();
  EXPECT_EQ(index(), before);
}

TEST_F(CommandSignTest, RefusesWhatCanNotSign) {
  make_keys("other");
  options_.files.certificates = made("other.crt");
  expect_nothing_done(Exit::Usage);
  options_.files = {made("signer.key"), "", ""};  // no certificates in it
  expect_nothing_done(Exit::Usage);
  options_.files = {made("none"), made("signer.crt"), ""};
  expect_nothing_done(Exit::Usage);
}

TEST_F(CommandSignTest, RefusesReservedMetadata) {
  options_.metadata = {{"io.cncf.notary.x", "y"}};
  expect_nothing_done(Exit::Usage);
}

TEST_F(CommandSignTest, SaysThatThereIsNoSuchImage) {
  options_.reference = layout().string() + "@sha256:" + std::string(64, 'a');
  expect_nothing_done(Exit::Unknown);
}

TEST_F(CommandSignTest, SaysWhichRootsCanNotBeRead) {
  options_.timestamp_url = "http://127.0.0.1:1/";
  options_.timestamp_roots = made("none");
  expect_nothing_done(Exit::Usage);
  EXPECT_NE(test_.err.str().find("none"), std::string::npos) << test_.err.str();
}

TEST_F(CommandSignTest, TellsItsProgressOnATerminal) {
  test_.console.progress = Progress::Shown;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_NE(test_.err.str().find("signing"), std::string::npos) << test_.err.str();
}

}  // namespace
}  // namespace countersign::app
