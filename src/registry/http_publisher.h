// SPDX-License-Identifier: Apache-2.0
// Pushing to one repository of a registry.
//
// Each step may be done twice: a blob and a manifest are what their digest says. So each is tried
// limits::kUploadAttempts times while the registry can't be reached or limits requests; nothing
// below here sends a POST or PUT again.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "countersign/oci/image_ref.h"
#include "countersign/registry/credential_provider.h"
#include "countersign/registry/publisher.h"
#include "countersign/registry/repository.h"

#include "registry/session.h"
#include "registry/wire.h"

namespace countersign::registry {

class HttpPublisher final : public Publisher {  // for one thread
 public:
  // `reader` is of the same repository, with tokens that may push, so that there is one token.
  HttpPublisher(std::shared_ptr<Wire>, std::shared_ptr<CredentialProvider>, const oci::ImageRef&,
                std::unique_ptr<Repository> reader);

  Result<Attached> attach(const Attachment&, ReferrersTag, Deadline) override;

 private:
  struct Location {
    net::Url url;
    Write::Place place = Write::Place::Home;
  };
  enum class Knows : std::uint8_t { TheSubject, OnlyTheManifest };  // the registry
  using Step = std::function<Result<void>()>;

  Result<Attached> push(const Attachment&, ReferrersTag, std::string_view& stored, Deadline);
  Result<void> find_subject(const oci::Descriptor&, Deadline);
  Result<void> push_blobs(const Attachment&, Deadline);
  Result<void> upload(const registry::Content&, Deadline);
  Result<std::optional<Location>> begin_upload(Deadline);
  Result<Location> read_location(const Reply&) const;
  Result<Knows> put_manifest(const Attachment&, Deadline);
  Result<void> keep_tag(const Attachment&, Deadline);
  Result<void> persist(const Step&, Deadline);

  std::shared_ptr<Wire> wire_;
  CountingTransport transport_;
  Session session_;
  Result<net::Url> url_;  // ".../v2/<path>/"
  oci::ImageRef image_;
  std::unique_ptr<Repository> reader_;
};

// Of Registry::publisher.
std::unique_ptr<Publisher> make_publisher(std::shared_ptr<Wire>,
                                          std::shared_ptr<CredentialProvider>,
                                          const oci::ImageRef&);

}  // namespace countersign::registry
