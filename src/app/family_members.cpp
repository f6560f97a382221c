// SPDX-License-Identifier: Apache-2.0
#include "app/family_members.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "countersign/base/limits_registries.h"
#include "countersign/base/lru.h"

#include "app/sweeper.h"

namespace countersign::app {

struct FamilyMembers::Member {
  std::string host;
  Remote remote;
  std::atomic<bool> known = false;  // an image was found there
};

struct FamilyMembers::State {
  using Shared = std::shared_ptr<Member>;

  azure::RegistryFamily names;
  RemoteSetup family;
  net::HttpTransport& http;
  RegistryTools tools;
  Sweeper sweeper = {};  // outlives the members
  std::mutex mutex = {};
  Lru<Shared> known{limits::kFamilyKnown};
  Lru<Shared> strangers{limits::kFamilyStrangers};

  Result<Shared> member(const std::string& host);
  Result<Shared> make(const std::string& host);
  void found_in(const Shared& member);
};

namespace {

// Holds its member, and tells when an image was found there.
class MemberRepository final : public registry::Repository {
 public:
  using Found = std::function<void()>;
  MemberRepository(std::shared_ptr<const void> member,
                   std::unique_ptr<registry::Repository> repository, Found found)
      : member_(std::move(member)), repository_(std::move(repository)), found_(std::move(found)) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& image, Deadline deadline) override {
    auto manifest = repository_->resolve(image, deadline);
    if (manifest) {
      found_();
    }
    return manifest;
  }
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age age,
                                                 Deadline deadline) override {
    return repository_->referrers(subject, artifact_type, age, deadline);
  }
  void expect_referrers(const oci::Digest& subject, std::string_view artifact_type,
                        Deadline deadline) override {
    repository_->expect_referrers(subject, artifact_type, deadline);
  }
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                       std::size_t most, Deadline deadline) override {
    return repository_->fetch(wanted, content, most, deadline);
  }
  std::size_t requests() const override { return repository_->requests(); }

 private:
  std::shared_ptr<const void> member_;
  std::unique_ptr<registry::Repository> repository_;  // uses the member
  Found found_;
};

}  // namespace

FamilyMembers::FamilyMembers(azure::RegistryFamily names, RemoteSetup family,
                             net::HttpTransport& http, const RegistryTools& tools)
    : state_(new State{std::move(names), std::move(family), http, tools}) {}

FamilyMembers::~FamilyMembers() = default;

bool FamilyMembers::holds(std::string_view host) const { return state_->names.holds(host); }

Result<std::unique_ptr<registry::Repository>> FamilyMembers::open(const oci::ImageRef& image,
                                                                  const kube::Puller& puller) {
  TRY(auto member, state_->member(image.registry()));
  const auto& remote = member->remote;
  auto repository = remote.registry->open(image, remote.credentials->provider_for(puller));
  const auto found = [state = state_.get(), member] { state->found_in(member); };
  return std::make_unique<MemberRepository>(std::move(member), std::move(repository), found);
}

void FamilyMembers::renew(Deadline deadline) {
  std::vector<State::Shared> known;
  {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& each : state_->known.entries()) {
      known.push_back(each.value);
    }
  }
  for (const auto& member : known) {
    // What fails is tried again when an image needs it.
    static_cast<void>(member->remote.credentials->renew(deadline));
  }
}

Result<FamilyMembers::State::Shared> FamilyMembers::State::member(const std::string& host) {
  const std::scoped_lock lock(mutex);
  for (auto* kept : {&known, &strangers}) {
    if (const auto* there = kept->find(host)) {
      return *there;
    }
  }
  if (sweeper.living() >= limits::kFamilyMembers) {
    return fail(Reason::Overloaded,
                "too many registries of " + names.text() + " that nobody knows were named lately");
  }
  TRY(auto made, make(host));
  strangers.put(host, made);
  return made;
}

// Asks nobody, and waits for nobody.
Result<FamilyMembers::State::Shared> FamilyMembers::State::make(const std::string& host) {
  TRY(auto setup, member_of(family, host));
  TRY(auto remote, make_remote(setup, http, tools));
  auto member = std::make_unique<Member>();
  member->host = host;
  member->remote = std::move(remote);
  return sweeper.keep(std::move(member));
}

// Also of one that strangers have pushed out meanwhile.
void FamilyMembers::State::found_in(const Shared& member) {
  if (member->known.exchange(true)) {
    return;
  }
  {
    const std::scoped_lock lock(mutex);
    strangers.erase(member->host);
    known.put(member->host, member);
  }
  tools.logger.info("an image was found in a registry of a family",
                    {{"host", member->host}, {"family", names.text()}});
}

}  // namespace countersign::app
