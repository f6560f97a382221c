// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/remembered_registry.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "countersign/base/limits.h"

#include "registry/credential_snapshot.h"
#include "registry/remembered_publisher.h"

namespace countersign::registry {
namespace {

struct Asker {
  std::string name;  // of registry, owner and repository; no two have one that begins the same
  std::shared_ptr<CredentialProvider> credentials;
};

template <class Value>
using Seats = std::vector<typename Memory<Value>::Seat>;
template <class Value>
using Find = std::function<std::vector<Result<Value>>(Repository&, Deadline)>;

class RememberedRepository final : public Repository {  // used by one caller at a time
 public:
  RememberedRepository(std::shared_ptr<RememberedTools> tools, oci::ImageRef image,
                       std::shared_ptr<CredentialProvider> credentials)
      : tools_(std::move(tools)),
        image_(std::move(image)),
        repository_(image_.repository()),
        credentials_(std::move(credentials)) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& reference, Deadline deadline) override;
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age age,
                                                 Deadline deadline) override;
  void expect_referrers(const oci::Digest& subject, std::string_view artifact_type,
                        Deadline deadline) override;
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                       std::size_t most, Deadline deadline) override;
  std::size_t requests() const override { return *requests_; }

 private:
  Result<const Asker*> asker(Deadline deadline);
  Result<oci::Descriptor> resolve_digest(const Asker&, const oci::ImageRef&, Deadline);
  Result<oci::Descriptor> resolve_tag(const Asker&, const oci::ImageRef&, Deadline);
  void list(Seats<Listing> seats, const oci::Digest& subject, std::string_view artifact_type);
  std::vector<Result<oci::Blob>> fetch_all(std::span<const oci::Descriptor> wanted, Content,
                                           std::size_t most, Deadline);

  template <class Value>
  void look(Seats<Value> seats, Find<Value> find);

  std::shared_ptr<RememberedTools> tools_;
  oci::ImageRef image_;
  std::string repository_;
  std::shared_ptr<CredentialProvider> credentials_;
  std::optional<Asker> asker_;
  std::shared_ptr<std::atomic<std::size_t>> requests_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

Memory<Listing>::Question list_question(const Asker&, const oci::Digest& subject,
                                        std::string_view artifact_type, Repository::Age);
Memory<oci::Blob>::Question content_question(const Asker&, const oci::Descriptor&,
                                             Repository::Content);

template <class Value>
std::vector<Result<Value>> one(Result<Value> result) {
  return std::vector<Result<Value>>(1, std::move(result));
}

Result<oci::Descriptor> RememberedRepository::resolve(const oci::ImageRef& reference,
                                                      Deadline deadline) {
  if (reference.repository() != repository_) {
    return fail(Reason::Internal, "a reference of another repository");
  }
  TRY(const auto* const who, asker(deadline));
  return reference.digest() ? resolve_digest(*who, reference, deadline)
                            : resolve_tag(*who, reference, deadline);
}

Result<oci::Descriptor> RememberedRepository::resolve_digest(const Asker& who,
                                                             const oci::ImageRef& reference,
                                                             Deadline deadline) {
  const Memory<oci::Descriptor>::Question question{
      .fact = who.name + reference.wire_reference(), .asker = {}, .life = std::nullopt};
  const auto begin = [&](Seats<oci::Descriptor> seats) {
    look<oci::Descriptor>(std::move(seats), [reference](Repository& wire, Deadline until) {
      return one(wire.resolve(reference, until));
    });
  };
  return std::move(tools_->memories.manifests.get({&question, 1}, deadline, begin).front());
}

Result<oci::Descriptor> RememberedRepository::resolve_tag(const Asker& who,
                                                          const oci::ImageRef& reference,
                                                          Deadline deadline) {
  const Memory<oci::Descriptor>::Question question{
      .fact = who.name + reference.wire_reference(), .asker = {}, .life = limits::kTagLife};
  const auto begin = [&](Seats<oci::Descriptor> seats) {
    look<oci::Descriptor>(std::move(seats),
                          [reference, name = who.name, &manifests = tools_->memories.manifests](
                              Repository& wire, Deadline until) {
                            auto manifest = wire.resolve(reference, until);
                            if (manifest) {
                              manifests.learn(name + manifest->digest.text(), *manifest);
                            }
                            return one(std::move(manifest));
                          });
  };
  return std::move(tools_->memories.tags.get({&question, 1}, deadline, begin).front());
}

Result<std::vector<oci::Descriptor>> RememberedRepository::referrers(const oci::Descriptor& subject,
                                                                     std::string_view artifact_type,
                                                                     Age age, Deadline deadline) {
  TRY(const auto* const who, asker(deadline));
  const auto question = list_question(*who, subject.digest, artifact_type, age);
  const auto begin = [&](Seats<Listing> seats) {
    list(std::move(seats), subject.digest, artifact_type);
  };
  TRY(const auto listing, tools_->memories.referrers.get({&question, 1}, deadline, begin).front());
  return *listing;
}

void RememberedRepository::expect_referrers(const oci::Digest& subject,
                                            std::string_view artifact_type, Deadline deadline) {
  if (!deadline.waits()) {
    return;
  }
  if (const auto who = asker(deadline)) {
    tools_->memories.referrers.expect(
        list_question(**who, subject, artifact_type, Age::Kept), deadline,
        [&](Seats<Listing> seats) { list(std::move(seats), subject, artifact_type); });
  }
}

// A list depends on its subject's digest alone; when it is expected, nothing else is known.
void RememberedRepository::list(Seats<Listing> seats, const oci::Digest& subject,
                                std::string_view artifact_type) {
  const oci::Descriptor descriptor{
      .media_type = {}, .digest = subject, .size = 0, .artifact_type = {}, .annotations = {}};
  look<Listing>(std::move(seats), [descriptor, type = std::string(artifact_type)](Repository& wire,
                                                                                  Deadline until) {
    auto found = wire.referrers(descriptor, type, Age::Recent, until);
    return one(found ? Result<Listing>(
                           std::make_shared<const std::vector<oci::Descriptor>>(std::move(*found)))
                     : std::unexpected(std::move(found).error()));
  });
}

std::vector<Result<oci::Blob>> RememberedRepository::fetch(std::span<const oci::Descriptor> wanted,
                                                           Content content, std::size_t most,
                                                           Deadline deadline) {
  if (std::ranges::all_of(wanted, [most](const auto& each) { return each.size <= most; })) {
    return fetch_all(wanted, content, most, deadline);
  }
  std::vector<oci::Descriptor> fitting;
  for (const auto& descriptor : wanted) {
    if (descriptor.size <= most) {
      fitting.push_back(descriptor);
    }
  }
  auto fetched = fetch_all(fitting, content, most, deadline);
  auto next = fetched.begin();
  std::vector<Result<oci::Blob>> blobs;
  for (const auto& descriptor : wanted) {
    if (descriptor.size <= most) {
      blobs.push_back(std::move(*next++));
    } else {
      blobs.emplace_back(
          fail(Reason::RegistryResponse, descriptor.digest.text() + " is larger than the limit"));
    }
  }
  return blobs;
}

std::vector<Result<oci::Blob>> RememberedRepository::fetch_all(
    std::span<const oci::Descriptor> wanted, Content content, std::size_t most, Deadline deadline) {
  const auto who = asker(deadline);
  if (!who) {
    return {wanted.size(), std::unexpected(who.error())};
  }
  std::vector<Memory<oci::Blob>::Question> questions;
  for (const auto& descriptor : wanted) {
    questions.push_back(content_question(**who, descriptor, content));
  }
  return tools_->memories.contents.get(questions, deadline, [&](Seats<oci::Blob> seats) {
    std::vector<oci::Descriptor> missing;
    for (const auto& seat : seats) {
      missing.push_back(wanted[seat.question()]);
    }
    look<oci::Blob>(std::move(seats), [missing = std::move(missing), content, most](
                                          Repository& wire, Deadline until) {
      return wire.fetch(missing, content, most, until);
    });
  });
}

// On a thread of the crew, with a repository of its own; neither this one nor its caller need be
// there when it ends.
template <class Value>
void RememberedRepository::look(Seats<Value> seats, Find<Value> find) {
  struct Look {
    Seats<Value> seats;
    Find<Value> find;
  };
  const auto look = std::make_shared<Look>(std::move(seats), std::move(find));
  const auto task = [look, &registry = tools_->registry, image = image_,
                     credentials = asker_->credentials, requests = requests_] {
    try {
      const auto wire = registry.open(image, credentials);
      auto found = look->find(*wire, look->seats.front().deadline());
      *requests += wire->requests();
      for (std::size_t index = 0; index < look->seats.size(); ++index) {
        look->seats[index].land(std::move(found[index]));
      }
    } catch (...) {
      look->seats.clear();  // those that have not landed do
    }
  };
  if (!tools_->crew.run(task)) {
    for (auto& seat : look->seats) {
      seat.land(Error{Reason::Overloaded, "too many questions wait for " + image_.registry()});
    }
  }
}

Result<const Asker*> RememberedRepository::asker(Deadline deadline) {
  if (!asker_) {
    TRY(auto credentials, credentials_->credentials_for(image_, deadline));
    auto name = asker_of(tools_->registry, credentials, image_);
    asker_ = Asker{std::move(name),
                   std::make_shared<CredentialSnapshot>(std::move(credentials), credentials_)};
  }
  return &*asker_;
}

Memory<Listing>::Question list_question(const Asker& who, const oci::Digest& subject,
                                        std::string_view artifact_type, Repository::Age age) {
  return {
      .fact = list_fact(who.name, subject, artifact_type),
      .asker = {},
      .life = age == Repository::Age::Kept ? limits::kReferrersLife : limits::kRecentReferrersLife};
}

// Contents are shared by all owners and registries: bytes that have this digest are these bytes,
// wherever they came from, and whoever asks has the digest from a list that the registry showed to
// him; who may show him none does not get here. Whether a place refuses them or has them not is
// said to the asker alone. All that is checked of a descriptor belongs to the key, so that one
// that lies about size or media type is checked, too.
Memory<oci::Blob>::Question content_question(const Asker& who, const oci::Descriptor& descriptor,
                                             Repository::Content content) {
  auto fact = descriptor.digest.text() + " " + std::to_string(descriptor.size);
  if (content == Repository::Content::Manifest) {
    fact += " " + descriptor.media_type;
  }
  return {.fact = std::move(fact), .asker = who.name, .life = std::nullopt};
}

}  // namespace

struct RememberedRegistry::State : RememberedTools {
  using RememberedTools::RememberedTools;
};

RememberedRegistry::RememberedRegistry(Registry& registry, Facts& facts)
    : state_(std::make_shared<State>(registry, *facts.state_)) {}

RememberedRegistry::~RememberedRegistry() {
  state_->registry.close();
  state_->crew.close();
}

std::unique_ptr<Repository> RememberedRegistry::open(
    const oci::ImageRef& image, std::shared_ptr<CredentialProvider> credentials) {
  return std::make_unique<RememberedRepository>(state_, image, std::move(credentials));
}

std::unique_ptr<Publisher> RememberedRegistry::publisher(
    const oci::ImageRef& image, std::shared_ptr<CredentialProvider> credentials) {
  return make_remembered_publisher(state_, image, std::move(credentials));
}

}  // namespace countersign::registry
