// SPDX-License-Identifier: Apache-2.0
// A console to look into, and a configuration over a signed image of tests/data/notation.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "countersign/courier/courier.h"
#include "countersign/policy/decide.h"

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
  Services services{.clock = clock,
                    .docker_config = "/nonexistent/config.json",
                    .cluster = std::make_shared<ClusterAccess>(ClusterSetup{}, clock)};
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

// The image of two cases, with the signatures of both: each by a signer of its own.
class TwoSigners {
 public:
  TwoSigners() {
    namespace fs = std::filesystem;
    fs::copy(one_.folder / "layout", layout(), fs::copy_options::recursive);
    fs::copy(other_ / "layout/blobs", layout() / "blobs",
             fs::copy_options::recursive | fs::copy_options::skip_existing);
    auto index = read(one_.folder / "layout/index.json");
    index.resize(index.rfind("]"));
    const auto more = read(other_ / "layout/index.json");
    folder_.write("layout/index.json", index + more.substr(more.find("},{") + 1));
  }

  std::string image() const { return one_.image(); }
  const support::TempFolder& folder() const { return folder_; }
  // Verifications `one` and `other`, and the default one, which trusts both. `rules` is YAML.
  std::string config(const std::string& rules, const std::string& more = {}) const {
    return "version: 1\nadmission:\n" + rules +
           "trustPolicy: " + policy("\"ca:one\", \"ca:other\"") +
           "\nverifications:\n  - {name: one, trustPolicy: " + policy("\"ca:one\"") +
           "}\n  - {name: other, trustPolicy: " + policy("\"ca:other\"") +
           "}\ntrustStores:\n  - {name: \"ca:one\", source: files, paths: [\"" +
           roots(one_.folder) + "\"]}\n  - {name: \"ca:other\", source: files, paths: [\"" +
           roots(other_) + "\"]}\nregistries:\n  - {host: registry.example, ociLayout: \"" +
           layout().string() + "\"}\n" + more;
  }
  static std::string policy(const std::string& stores) {
    return "{version: \"1.0\", trustPolicies: [{name: apps, registryScopes: [\"*\"], "
           "signatureVerification: {level: strict}, trustStores: [" +
           stores + "], trustedIdentities: [\"*\"]}]}";
  }

 private:
  std::filesystem::path layout() const { return folder_ / "layout"; }
  static std::string roots(const std::filesystem::path& folder) {
    return (folder / "home/truststore/x509/ca/vectors").string() + "/*";
  }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  support::TempFolder folder_;
  SignedImage one_;
  std::filesystem::path other_ = support::test_data("notation/valid/cli-akv-self-signed");
};

// A decision about one image: "allow", or the reason.
inline std::string word(const policy::Decision& decision) {
  return decision.allowed ? "allow" : std::string(wire_name(decision.reason));
}

}  // namespace countersign::app
