// SPDX-License-Identifier: Apache-2.0
#include "app/verify_arguments.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(VerifyArguments, MakesValuesOfWords) {
  VerifyWords words;
  words.at = "2026-03-01T00:00:00Z";
  words.output = "json";
  words.metadata = {"stage=production", "note=a=b", "empty="};
  words.allowed = {"127.0.0.0/8"};
  words.resolve = {"r.example:443:127.0.0.1:5000"};
  const auto options = understand(words);
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->at, Time(std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}));
  EXPECT_EQ(options->output, Output::Json);
  EXPECT_EQ(options->metadata, (std::map<std::string, std::string>{
                                   {"stage", "production"}, {"note", "a=b"}, {"empty", ""}}));
  EXPECT_EQ(options->allowed.size(), 1U);
  EXPECT_EQ(options->resolve.size(), 1U);
}

TEST(VerifyArguments, JudgesNowUnlessToldOtherwise) {
  const auto options = understand({});
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->at);
  EXPECT_EQ(options->output, Output::Text);
}

TEST(VerifyArguments, NamesTheOptionThatCantBeMeant) {
  struct Row {
    const char* option;
    void (*spoil)(VerifyWords&);
  };
  for (const auto& row : {
           Row{"--at", [](VerifyWords& words) { words.at = "yesterday"; }},
           Row{"--at", [](VerifyWords& words) { words.at = "2026-03-01"; }},
           Row{"--output", [](VerifyWords& words) { words.output = "yaml"; }},
           Row{"--user-metadata", [](VerifyWords& words) { words.metadata = {"stage"}; }},
           Row{"--user-metadata", [](VerifyWords& words) { words.metadata = {"=x"}; }},
           Row{"--user-metadata", [](VerifyWords& words) { words.metadata = {"a=1", "a=2"}; }},
           Row{"--allow-address", [](VerifyWords& words) { words.allowed = {"localhost"}; }},
           Row{"--resolve", [](VerifyWords& words) { words.resolve = {"a:1"}; }},
       }) {
    VerifyWords words;
    row.spoil(words);
    const auto options = understand(words);
    ASSERT_FALSE(options) << row.option;
    EXPECT_EQ(options.error().reason, Reason::BadConfig);
    EXPECT_TRUE(options.error().detail.starts_with(row.option)) << options.error().detail;
  }
}

}  // namespace
}  // namespace countersign::app
