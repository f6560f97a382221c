// SPDX-License-Identifier: Apache-2.0
#include "app/image_arguments.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(ImageArguments, MakesValuesOfWords) {
  ImageWords words;
  words.at = "2026-03-01T00:00:00Z";
  words.output = "json";
  words.metadata = {"stage=production", "note=a=b", "empty="};
  words.allowed = {"127.0.0.0/8"};
  words.resolve = {"r.example:443:127.0.0.1:5000"};
  const auto options = understand(words, "text");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->at, Time(std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}));
  EXPECT_EQ(options->output, Output::Json);
  EXPECT_EQ(options->metadata, (std::map<std::string, std::string>{
                                   {"stage", "production"}, {"note", "a=b"}, {"empty", ""}}));
  EXPECT_EQ(options->allowed.size(), 1U);
  EXPECT_EQ(options->resolve.size(), 1U);
}

TEST(ImageArguments, JudgesNowUnlessToldOtherwise) {
  const auto options = understand({}, "text");
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->at);
  EXPECT_EQ(options->output, Output::Text);
}

TEST(ImageArguments, CallsTheOutputForPeopleAsTheCommandDoes) {
  ImageWords words;
  words.output = "tree";
  ASSERT_TRUE(understand(words, "tree"));
  EXPECT_EQ(understand(words, "tree")->output, Output::Text);
  EXPECT_FALSE(understand(words, "text"));
  words.output = "json";
  EXPECT_EQ(understand(words, "tree")->output, Output::Json);
}

TEST(ImageArguments, NamesTheOptionThatCantBeMeant) {
  struct Row {
    const char* option;
    void (*spoil)(ImageWords&);
  };
  for (const auto& row : {
           Row{"--at", [](ImageWords& words) { words.at = "yesterday"; }},
           Row{"--at", [](ImageWords& words) { words.at = "2026-03-01"; }},
           Row{"--output", [](ImageWords& words) { words.output = "yaml"; }},
           Row{"--user-metadata", [](ImageWords& words) { words.metadata = {"stage"}; }},
           Row{"--user-metadata", [](ImageWords& words) { words.metadata = {"=x"}; }},
           Row{"--user-metadata", [](ImageWords& words) { words.metadata = {"a=1", "a=2"}; }},
           Row{"--allow-address", [](ImageWords& words) { words.allowed = {"localhost"}; }},
           Row{"--resolve", [](ImageWords& words) { words.resolve = {"a:1"}; }},
       }) {
    ImageWords words;
    row.spoil(words);
    const auto options = understand(words, "text");
    ASSERT_FALSE(options) << row.option;
    EXPECT_EQ(options.error().reason, Reason::BadConfig);
    EXPECT_TRUE(options.error().detail.starts_with(row.option)) << options.error().detail;
  }
}

TEST(ImageArguments, OneReferenceIsNotMany) {
  ImageWords words;
  words.options.references = {"a"};
  EXPECT_EQ(understand(words, "text")->reference, "a");
  EXPECT_FALSE(understand(words, "text")->several());
  words.options.list_file = "list";
  EXPECT_TRUE(understand(words, "text")->several());
  words.options.list_file.clear();
  words.options.references = {"a", "b"};
  EXPECT_TRUE(understand(words, "text")->several());
}

TEST(ImageArguments, ATableIsForSignaturesAlone) {
  ImageWords words;
  words.output = "table";
  EXPECT_EQ(understand(words, "tree")->output, Output::Table);
  EXPECT_FALSE(understand(words, "text"));
}

}  // namespace
}  // namespace countersign::app
