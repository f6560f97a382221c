// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

class CommandVerifyTest : public testing::Test {
 protected:
  CommandVerifyTest() {
    options_.reference = image_.in_layout();
    options_.source = Source::OciLayout;
    options_.scope = image_.repository;
    options_.notation_config = image_.home();
    options_.at = Time(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1});
  }

  Exit run() {
    test_.out.str("");
    test_.err.str("");
    return verify(options_, test_.console);
  }

  SignedImage image_;
  VerifyOptions options_;
  support::TempFolder folder_;
  TestConsole test_;
};

TEST_F(CommandVerifyTest, TrustsASignedImageInALayout) {
  EXPECT_EQ(run(), Exit::Yes) << test_.out.str() << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("trusted "));
  EXPECT_EQ(test_.err.str(), "");
}

TEST_F(CommandVerifyTest, AnswersInJson) {
  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_TRUE(test_.out.str().starts_with("{\"reference\":")) << test_.out.str();
}

TEST_F(CommandVerifyTest, DoesTheSameWithAConfigurationFile) {
  options_.notation_config.clear();
  options_.config = folder_.write("c.yaml", image_.config());
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  options_.source = Source::Registry;
  options_.scope.clear();
  options_.reference = image_.image();
  EXPECT_EQ(run(), Exit::Yes) << "the file names the layout as a registry: " << test_.err.str();
  options_.reference = "ghcr.io/a/b:1";
  EXPECT_EQ(run(), Exit::No) << "the trust policy has no statement for it";
}

TEST_F(CommandVerifyTest, SaysNoToWhatIsNotTrusted) {
  options_.metadata = {{"stage", "production"}};
  EXPECT_EQ(run(), Exit::No);
  EXPECT_NE(test_.out.str().find("PAYLOAD_MISMATCH"), std::string::npos) << test_.out.str();
  options_.metadata.clear();
  options_.scope = "registry.example/other";
  EXPECT_EQ(run(), Exit::No);
  EXPECT_NE(test_.out.str().find("NO_POLICY"), std::string::npos);
}

TEST_F(CommandVerifyTest, SaysThatItCouldNotFindOut) {
  options_.reference = folder_.path().string() + "@" + image_.digest;
  EXPECT_EQ(run(), Exit::Unknown) << test_.out.str() << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("undecided ")) << test_.out.str();
}

TEST_F(CommandVerifyTest, NamesWhatIsWrongWithItsArguments) {
  struct Row {
    const char* name;
    void (*spoil)(VerifyOptions&);
  };
  for (const auto& row : {
           Row{"no scope", [](VerifyOptions& options) { options.scope.clear(); }},
           Row{"no digest", [](VerifyOptions& options) { options.reference = "layout"; }},
           Row{"no digest but a tag",
               [](VerifyOptions& options) { options.reference = "layout@latest"; }},
           Row{"a bad scope", [](VerifyOptions& options) { options.scope = "a b"; }},
           Row{"no policy",
               [](VerifyOptions& options) { options.notation_config = "/nonexistent"; }},
           Row{"no configuration", [](VerifyOptions& options) { options.config = "/nonexistent"; }},
           Row{"a bad reference",
               [](VerifyOptions& options) {
                 options.source = Source::Registry;
                 options.reference = "UPPER/case";
               }},
           Row{"no docker config",
               [](VerifyOptions& options) {
                 options.source = Source::Registry;
                 options.reference = "registry.example/net-monitor:1";
                 options.docker_config = "/nonexistent";
               }},
           Row{"a cache that is no folder",
               [](VerifyOptions& options) {
                 options.revocation_cache = (SignedImage().folder / "case.json").string();
               }},
       }) {
    auto good = options_;
    row.spoil(options_);
    EXPECT_EQ(run(), Exit::Usage) << row.name << test_.out.str();
    EXPECT_EQ(test_.out.str(), "") << row.name;
    EXPECT_NE(test_.err.str(), "") << row.name;
    options_ = good;
  }
}

TEST_F(CommandVerifyTest, CallsABrokenStoreAMistakeUnlessTheAnswerIsNoAnyway) {
  std::filesystem::copy(image_.home(), folder_ / "home", std::filesystem::copy_options::recursive);
  folder_.write("home/truststore/x509/ca/vectors/broken.pem", "garbage");
  options_.notation_config = folder_ / "home";
  EXPECT_EQ(run(), Exit::Usage);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str().find("broken.pem"), std::string::npos) << test_.err.str();
  options_.metadata = {{"stage", "production"}};  // was not signed
  EXPECT_EQ(run(), Exit::No);
  EXPECT_NE(test_.err.str().find("broken.pem"), std::string::npos) << test_.err.str();
}

TEST_F(CommandVerifyTest, TellsWhatWasSignedAlong) {
  const std::string name = "notation/valid/cli-cose-user-metadata";
  const auto json = support::read_test_data(name + "/case.json");
  options_.reference =
      (support::test_data(name) / "layout").string() + "@" + json.substr(json.find("sha256:"), 71);
  options_.notation_config = (support::test_data(name) / "home").string();
  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::Yes) << test_.out.str() << test_.err.str();
  EXPECT_NE(test_.out.str().find(R"("userMetadata":{")"), std::string::npos) << test_.out.str();
}

TEST_F(CommandVerifyTest, WarnsOfAFolderInATrustStore) {
  std::filesystem::copy(image_.home(), folder_ / "home", std::filesystem::copy_options::recursive);
  folder_.write("home/truststore/x509/ca/vectors/sub/broken.pem", "garbage");
  options_.notation_config = folder_ / "home";
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.err.str().starts_with("countersign: warning: ")) << test_.err.str();
  EXPECT_NE(test_.err.str().find("ca/vectors/sub:"), std::string::npos) << test_.err.str();
}

TEST_F(CommandVerifyTest, FindsNotationsFolderWhereNotationDoes) {
  options_.notation_config.clear();
  EXPECT_EQ(run(), Exit::Usage);
  EXPECT_NE(test_.err.str().find("/nonexistent/.config/notation"), std::string::npos);
  std::filesystem::copy(image_.home(), folder_ / "notation",
                        std::filesystem::copy_options::recursive);
  test_.environment["XDG_CONFIG_HOME"] = folder_.path();
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  test_.environment["NOTATION_CONFIG"] = "/nonexistent";
  EXPECT_EQ(run(), Exit::Usage);
}

TEST_F(CommandVerifyTest, JudgesManyInTheOrderGiven) {
  const auto good = options_.reference;
  const auto missing = (image_.folder / "layout").string() + "@sha256:" + std::string(64, '0');
  options_.references = {good, missing, good};
  EXPECT_EQ(run(), Exit::Unknown) << test_.out.str() << test_.err.str();
  const auto text = test_.out.str();
  EXPECT_TRUE(text.starts_with("trusted   " + good)) << text;
  EXPECT_NE(text.find("\nundecided " + missing), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("3 images: 2 trusted, 0 skipped, 0 untrusted, 1 undecided\n"));

  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::Unknown);
  EXPECT_TRUE(test_.out.str().starts_with("[{\"reference\":")) << test_.out.str();
}

TEST_F(CommandVerifyTest, ReadsReferencesFromAFileOrTheConsole) {
  options_.list_file = folder_.write("list", "# images\n" + options_.reference + "\n");
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_NE(test_.out.str().find("\n1 images: 1 trusted"), std::string::npos) << test_.out.str();
  options_.list_file = "-";
  test_.in.str(options_.reference + "\n");
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  for (const auto* bad : {"", "no digest\n"}) {
    options_.list_file = folder_.write("bad", bad);
    EXPECT_EQ(run(), Exit::Usage) << bad;
    EXPECT_EQ(test_.out.str(), "");
  }
  options_.list_file = "/nonexistent";
  EXPECT_EQ(run(), Exit::Usage);
}

TEST_F(CommandVerifyTest, ManyImagesShareOneLayout) {
  options_.references = {options_.reference, folder_.path().string() + "@" + image_.digest};
  EXPECT_EQ(run(), Exit::Usage) << test_.out.str();
}

TEST_F(CommandVerifyTest, ExplainsWhatItsChecksRestOn) {
  options_.evidence = policy::Evidence::Wanted;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_NE(test_.out.str().find("      trust store       ca:vectors has "), std::string::npos)
      << test_.out.str();
  EXPECT_NE(test_.out.str().find("      image             " + image_.digest), std::string::npos);
  options_.metadata = {{"stage", "production"}};
  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::No);
  EXPECT_NE(test_.out.str().find("\"nextStep\":"), std::string::npos) << test_.out.str();
  EXPECT_NE(test_.out.str().find("\"evidence\":[{\"name\":"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app
