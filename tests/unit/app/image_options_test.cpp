// SPDX-License-Identifier: Apache-2.0
#include "app/image_options.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace countersign::app {
namespace {

using Offer = void(CLI::App&, ImageWords&);

std::optional<ImageWords> parse(Offer* offer, std::vector<std::string> arguments) {
  CLI::App app;
  ImageWords words;
  offer(app, words);
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError&) {
    return std::nullopt;
  }
  return words;
}

TEST(ImageOptions, AreTheSameForEveryCommandAboutAnImage) {
  for (auto* const offer : {&offer_verify, &offer_list, &offer_inspect}) {
    const auto words = parse(offer, {"--plain-http",
                                     "a:1",
                                     "image",
                                     "--plain-http",
                                     "b:2",
                                     "--resolve",
                                     "x",
                                     "--resolve",
                                     "y",
                                     "--allow-address",
                                     "z",
                                     "--docker-config",
                                     "d",
                                     "--ca-file",
                                     "c",
                                     "--oci-layout",
                                     "--scope",
                                     "s",
                                     "-o",
                                     "json",
                                     "--max-signatures",
                                     "7"});
    ASSERT_TRUE(words);
    const auto& options = words->options;
    EXPECT_EQ(options.references.empty() ? options.reference : options.references.front(), "image");
    EXPECT_EQ(words->options.plain_http, (std::vector<std::string>{"a:1", "b:2"}));
    EXPECT_EQ(words->resolve, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(words->allowed, std::vector<std::string>{"z"});
    EXPECT_EQ(words->options.docker_config, "d");
    EXPECT_EQ(words->options.ca_file, "c");
    EXPECT_EQ(words->options.source, Source::OciLayout);
    EXPECT_EQ(words->options.scope, "s");
    EXPECT_EQ(words->output, "json");
    EXPECT_EQ(words->options.max_signatures, 7U);
  }
}

TEST(ImageOptions, AreOfferedWhereTheyMeanSomething) {
  struct Row {
    std::vector<std::string> arguments;
    bool verify, list, inspect;
  };
  for (const auto& row : std::vector<Row>{
           {{"a"}, true, true, true},
           {{}, true, false, false},  // it is missed later
           {{"a", "b"}, true, false, false},
           {{"--file", "l", "--explain"}, true, false, false},
           {{"a", "--notation-config", "d"}, true, false, true},
           {{"a", "--at", "t"}, true, false, true},
           {{"a", "--revocation-cache", "d"}, true, false, true},
           {{"a", "-m", "k=v"}, true, false, false},
           {{"a", "--config", "c"}, true, true, true},
           {{"a", "--config", "c", "--max-signatures", "1"}, false, true, true},
           {{"a", "--config", "c", "--resolve", "r"}, false, false, false},
           {{"a", "--config", "c", "--notation-config", "d"}, false, false, false},
           {{"a", "--config", "c", "--revocation-cache", "d"}, false, false, false},
           {{"a", "--scope", "s"}, false, false, false},
           {{"a", "--max-signatures", "0"}, false, false, false},
           {{"a", "--max-signatures", "1001"}, false, false, false},
       }) {
    const auto name = ::testing::PrintToString(row.arguments);
    EXPECT_EQ(parse(&offer_verify, row.arguments).has_value(), row.verify) << name;
    EXPECT_EQ(parse(&offer_list, row.arguments).has_value(), row.list) << name;
    EXPECT_EQ(parse(&offer_inspect, row.arguments).has_value(), row.inspect) << name;
  }
}

}  // namespace
}  // namespace countersign::app
