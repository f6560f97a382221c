// SPDX-License-Identifier: Apache-2.0
// A console to look into, and a configuration over a signed image of tests/data/notation.
#pragma once
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "countersign/courier/courier.h"

#include "app/config.h"
#include "app/console.h"
#include "support/fixed_clock.h"
#include "support/temp_folder.h"
#include "support/test_data.h"

namespace countersign::app {

struct TestConsole {
  std::istringstream in;
  std::ostringstream out, err;
  std::map<std::string, std::string> environment = {{"HOME", "/nonexistent"}};
  Console console{in, out, err, Colour::Never, [this](const char* name) {
                    const auto found = environment.find(name);
                    return found == environment.end() ? std::nullopt : std::optional(found->second);
                  }};
};

// Services that need nothing, for parsing.
struct TestServices {
  test::FixedClock clock;
  Services services{clock, "/nonexistent/config.json"};
  courier::SilentObserver observer;
};

struct SignedImage {  // one case of tests/data/notation/valid
  std::filesystem::path folder = support::test_data("notation/valid/cli-p256-cose-chain4");
  std::string digest = "sha256:77a6c51724f5a0fcb8f453c7fa8026df242247ef1a58cf94cee464c2b4651154";
  std::string repository = "registry.example/net-monitor";

  std::string image() const { return repository + "@" + digest; }
  std::string home() const { return (folder / "home").string(); }
  std::string in_layout() const { return (folder / "layout").string() + "@" + digest; }
  // `more` is put at the end, at the left margin.
  std::string config(std::string_view more = {}) const {
    return "version: 1\n"
           "admission:\n"
           "  rules:\n"
           "    - {name: signed, images: [\"registry.example/**\"], action: verify}\n"
           "trustPolicy: {file: \"" +
           home() +
           "/trustpolicy.json\"}\n"
           "trustStores:\n"
           "  - {name: \"ca:vectors\", source: files, paths: [\"" +
           home() +
           "/truststore/x509/ca/vectors/*\"]}\n"
           "registries:\n"
           "  - {host: registry.example, ociLayout: \"" +
           (folder / "layout").string() + "\"}\n" + std::string(more);
  }
};

}  // namespace countersign::app
