// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/pull_secrets.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/codec/base64.h"
#include "countersign/crypto/digest.h"
#include "countersign/registry/keyring.h"

#include "cluster/pull_secret.h"
#include "cluster/service_account.h"

namespace countersign::cluster {
namespace {

using codec::Json;
using registry::Keyring;
using Names = std::vector<std::string>;
using SharedKeyring = std::shared_ptr<const Keyring>;

template <class Value>
struct Kept {
  Value value;
  Tick until;
};

std::string owner_of(std::string_view name_space, const std::vector<registry::Credential>& all);
std::string version_of(const std::optional<Json>& secret);
std::size_t weight_of(const std::optional<Json>& secret);
std::size_t weight_of(const Names& names);

}  // namespace

struct PullSecrets::State {
  ApiClient& api;
  const Clock& clock;
  log::Logger& logger;
  std::mutex mutex = {};
  Lru<Kept<Names>> accounts{limits::kServiceAccountBytes};
  Lru<Kept<SharedKeyring>> secrets{limits::kPullSecretBytes};
  Lru<bool> skipped{limits::kSkippedSecrets};

  Result<registry::Credentials> credentials_for(const kube::Puller&, const oci::ImageRef&,
                                                Deadline);

 private:
  Result<Names> names_of(const Resource& account, Deadline);
  Result<Keyring> keyring_for(const oci::ImageRef&, std::span<const Resource> wanted, Deadline);
  Result<std::vector<SharedKeyring>> read(std::span<const Resource> some, Deadline);
  std::vector<SharedKeyring> find_known(std::span<const Resource> some);
  SharedKeyring remember(const Resource&, const std::optional<Json>& secret);
  void skip(const Resource&, const std::string& version, std::string_view why);
};

namespace {

class NoPod final : public registry::CredentialProvider {
 public:
  Result<registry::Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    return fail(Reason::BadConfig,
                "pull secrets are those of a pod's namespace, and here is no pod; this registry "
                "needs another kind of credentials");
  }
};

template <class State>
class OfPuller final : public registry::CredentialProvider {
 public:
  OfPuller(std::shared_ptr<State> state, kube::Puller puller)
      : state_(std::move(state)), puller_(std::move(puller)) {}

  Result<registry::Credentials> credentials_for(const oci::ImageRef& image,
                                                Deadline deadline) override {
    return state_->credentials_for(puller_, image, deadline);
  }

 private:
  std::shared_ptr<State> state_;
  kube::Puller puller_;
};

}  // namespace

std::shared_ptr<registry::CredentialProvider> no_pod() { return std::make_shared<NoPod>(); }

PullSecrets::PullSecrets(ApiClient& api, const Clock& clock, log::Logger& logger)
    : state_(new State{api, clock, logger}) {}

PullSecrets::~PullSecrets() = default;

std::shared_ptr<registry::CredentialProvider> PullSecrets::provider_for(
    const kube::Puller& puller) {
  if (puller.name_space.empty()) {
    return no_pod();
  }
  return std::make_shared<OfPuller<State>>(state_, puller);
}

Result<registry::Credentials> PullSecrets::State::credentials_for(const kube::Puller& puller,
                                                                  const oci::ImageRef& image,
                                                                  Deadline deadline) {
  TRY(const auto account,
      Resource::parse(Resource::Kind::ServiceAccount, puller.name_space, puller.service_account));
  auto names = puller.pull_secrets;
  if (names.empty()) {
    TRY(names, names_of(account, deadline));
  }
  std::vector<Resource> wanted;
  std::set<std::string_view> seen;
  for (const auto& name : names) {  // what can't be a name names nothing that is there
    auto secret = Resource::parse(Resource::Kind::Secret, puller.name_space, name);
    if (secret && seen.insert(name).second) {
      wanted.push_back(*std::move(secret));
    }
  }
  TRY(const auto keyring, keyring_for(image, wanted, deadline));
  registry::Credentials credentials;
  TRY(credentials.candidates, keyring.match(image));
  credentials.owner = owner_of(puller.name_space, credentials.candidates);
  return credentials;
}

// Pods that went through admission have their service account's secrets already; templates have
// not, and a pod that has none may come of an account that has none.
Result<Names> PullSecrets::State::names_of(const Resource& account, Deadline deadline) {
  {
    const std::lock_guard lock(mutex);
    const auto* kept = accounts.find(account.place());
    if (kept != nullptr && clock.tick() < kept->until) {
      return kept->value;
    }
  }
  TRY(const auto object, std::move(api.get({&account, 1}, deadline).front()));
  if (!object) {
    return fail(Reason::CredentialsUnavailable, "there is no " + account.text());
  }
  TRY(auto names, read_service_account(*object));
  const auto until = clock.tick() + limits::kPullSecretLife;
  const std::lock_guard lock(mutex);
  accounts.put(account.place(), {names, until}, weight_of(names));
  return names;
}

Result<Keyring> PullSecrets::State::keyring_for(const oci::ImageRef& image,
                                                std::span<const Resource> wanted,
                                                Deadline deadline) {
  Keyring all;
  while (!wanted.empty()) {
    const auto some = wanted.first(std::min(wanted.size(), limits::kPullSecretsAtOnce));
    TRY(const auto keyrings, read(some, deadline));
    for (const auto& each : keyrings) {
      all.add(each->only_for(image));
    }
    wanted = wanted.subspan(some.size());
  }
  return all;
}

Result<std::vector<SharedKeyring>> PullSecrets::State::read(std::span<const Resource> some,
                                                            Deadline deadline) {
  auto found = find_known(some);
  std::vector<Resource> unknown;
  for (std::size_t index = 0; index < some.size(); ++index) {
    if (!found[index]) {
      unknown.push_back(some[index]);
    }
  }
  const auto answers = api.get(unknown, deadline);
  auto answer = answers.begin();
  for (std::size_t index = 0; index < some.size(); ++index) {
    if (found[index]) {
      continue;
    }
    if (!*answer) {
      return std::unexpected(answer->error());
    }
    found[index] = remember(some[index], **answer++);
  }
  return found;
}

// Null for one that must be asked for.
std::vector<SharedKeyring> PullSecrets::State::find_known(std::span<const Resource> some) {
  std::vector<SharedKeyring> known;
  const std::lock_guard lock(mutex);
  for (const auto& secret : some) {
    const auto* kept = secrets.find(secret.place());
    known.push_back(kept != nullptr && clock.tick() < kept->until ? kept->value : nullptr);
  }
  return known;
}

SharedKeyring PullSecrets::State::remember(const Resource& resource,
                                           const std::optional<Json>& secret) {
  auto read = secret ? read_pull_secret(*secret) : fail(Reason::BadConfig, "it does not exist");
  const std::lock_guard lock(mutex);
  if (!read) {
    skip(resource, version_of(secret), read.error().detail);
    read = Keyring();
  }
  const auto life = secret ? limits::kPullSecretLife : limits::kAbsentSecretLife;
  auto keyring = std::make_shared<const Keyring>(*std::move(read));
  secrets.put(resource.place(), {keyring, clock.tick() + life}, weight_of(secret));
  return keyring;
}

void PullSecrets::State::skip(const Resource& resource, const std::string& version,
                              std::string_view why) {
  const auto key = resource.place() + "\n" + version;
  if (skipped.find(key) == nullptr) {
    skipped.put(key, true);
    logger.warning("a pull secret is skipped",
                   {{"secret", resource.place()}, {"version", version}, {"why", why}});
  }
}

namespace {

// Lengths keep two lists of fields from having one text.
std::string owner_of(std::string_view name_space, const std::vector<registry::Credential>& all) {
  if (all.empty()) {
    return {};
  }
  std::string text;
  const auto add = [&text](std::string_view field) {
    text += std::to_string(field.size()) + ":";
    text += field;
  };
  add(name_space);
  for (const auto& credential : all) {
    add(std::to_string(static_cast<int>(credential.kind)));
    add(credential.user);
    add(credential.secret.reveal());
  }
  auto owner = codec::encode_hex(crypto::sha256(as_bytes(text)));
  wipe(text);
  return owner;
}

std::string version_of(const std::optional<Json>& secret) {
  const auto* metadata = secret ? secret->find("metadata") : nullptr;
  const auto* version = metadata == nullptr ? nullptr : metadata->find_string("resourceVersion");
  return version == nullptr ? std::string() : *version;
}

std::size_t weight_of(const Names& names) {
  auto weight = limits::kKeptObjectBytes;
  for (const auto& name : names) {
    weight += sizeof(name) + name.size();
  }
  return weight;
}

std::size_t weight_of(const std::optional<Json>& secret) {
  auto weight = limits::kKeptObjectBytes;
  const auto* data = secret ? secret->find("data") : nullptr;
  if (data != nullptr) {
    for (const auto& [key, value] : data->members()) {
      weight += value.string() == nullptr ? 0 : value.string()->size();
    }
  }
  return weight;
}

}  // namespace
}  // namespace countersign::cluster
