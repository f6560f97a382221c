// SPDX-License-Identifier: Apache-2.0
// A registry with a memory before a registry that a test holds the gate of.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/oci/manifest.h"
#include "countersign/registry/facts.h"
#include "countersign/registry/http_repository.h"
#include "countersign/registry/remembered_registry.h"

#include "support/distribution_api.h"
#include "support/fixed_clock.h"
#include "support/gate_transport.h"

namespace countersign::test {

using registry::Facts;
using registry::Repository;

class OneOwner final : public registry::CredentialProvider {  // with a password, or anonymous
 public:
  explicit OneOwner(std::string owner, std::string password = {})
      : owner_(std::move(owner)), password_(std::move(password)) {}
  Result<registry::Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    registry::Credentials credentials{.owner = owner_, .candidates = {}};
    if (!password_.empty()) {
      credentials.candidates.push_back({.kind = registry::Credential::Kind::Password,
                                        .user = "user",
                                        .secret = Secret(password_)});
    }
    return credentials;
  }

 private:
  std::string owner_, password_;
};

class RememberedTest : public testing::Test {
 protected:
  explicit RememberedTest(Facts::Room room = {}) : facts(clock, room) {
    image = store.push(oci::media_type::kOciManifest, manifest_text("image"));
    store.tags.emplace("v1", image.digest);
  }
  ~RememberedTest() override { gate.close(); }

  // What a verifier does, in its order: envelopes found, or what went wrong.
  Result<std::size_t> look(Repository& repository, const oci::ImageRef& reference) {
    if (reference.digest()) {
      repository.expect_referrers(*reference.digest(), kType, soon());
    }
    TRY(const auto subject, repository.resolve(reference, soon()));
    TRY(const auto signatures, referrers(repository, subject));
    std::vector<oci::Descriptor> envelopes;
    for (const auto& document : fetch(repository, signatures)) {
      TRY(const auto blob, document);
      TRY(const auto manifest, oci::parse_manifest(blob.bytes(), oci::media_type::kOciManifest));
      envelopes.push_back(manifest.layers.at(0));
    }
    const auto contents =
        repository.fetch(envelopes, Repository::Content::Blob, limits::kEnvelopeBytes, soon());
    return std::ranges::count_if(contents, [](const auto& each) { return each.has_value(); });
  }

  void sign(std::size_t times) {
    for (std::size_t number = 0; number < times; ++number) {
      const auto envelope =
          store.push(oci::media_type::kCose, "envelope " + std::to_string(number));
      store.push_signature(image, envelope);
    }
  }

  Result<std::vector<oci::Descriptor>> referrers(Repository& repository,
                                                 const oci::Descriptor& subject,
                                                 Repository::Age age = Repository::Age::Kept) {
    return repository.referrers(subject, kType, age, soon());
  }
  std::vector<Result<oci::Blob>> fetch(Repository& repository,
                                       const std::vector<oci::Descriptor>& wanted,
                                       std::size_t most = limits::kSignatureManifestBytes) {
    return repository.fetch(wanted, Repository::Content::Manifest, most, soon());
  }

  static oci::ImageRef at(const std::string& tail) {
    return oci::ImageRef::parse("reg.test/app" + tail).value();
  }
  oci::ImageRef by_digest() const { return at("@" + image.digest.text()); }
  static std::string manifest_text(const std::string& name) {
    const auto digest = oci::Digest::of(as_bytes(name)).text();
    return R"({"schemaVersion":2,"config":{"mediaType":"x","digest":")" + digest +
           R"(","size":1},"layers":[]})";
  }
  std::unique_ptr<Repository> open(const std::string& owner = "",
                                   const std::string& password = "") {
    return remembered->open(at(""), std::make_shared<OneOwner>(owner, password));
  }
  Deadline soon() const { return clock.in(std::chrono::minutes(1)); }

  static constexpr std::string_view kType = oci::media_type::kNotarySignature;

  FixedClock clock;
  MemoryStore store;
  oci::Descriptor image{"", oci::Digest::of({}), 0, "", {}};
  DistributionApi api{store};
  GateTransport gate{[this](const net::Request& request) { return answer(request); }};
  std::function<Result<net::Response>(const net::Request&)> answer = api;  // a test's own
  registry::Registry wire{"reg.test", {}, gate, clock};
  Facts facts;
  std::optional<registry::RememberedRegistry> remembered{std::in_place, wire, facts};
};

}  // namespace countersign::test
