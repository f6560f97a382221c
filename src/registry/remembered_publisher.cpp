// SPDX-License-Identifier: Apache-2.0
#include "registry/remembered_publisher.h"

#include <utility>

namespace countersign::registry {
namespace {

class RememberedPublisher final : public Publisher {
 public:
  RememberedPublisher(std::shared_ptr<RememberedTools> tools, oci::ImageRef image,
                      std::shared_ptr<CredentialProvider> credentials)
      : tools_(std::move(tools)),
        image_(std::move(image)),
        credentials_(std::move(credentials)),
        wire_(tools_->registry.publisher(image_, credentials_)) {}

  // Also after an error: much may have been done by then.
  Result<Attached> attach(const Attachment& attachment, ReferrersTag tag,
                          Deadline deadline) override {
    auto attached = wire_->attach(attachment, tag, deadline);
    if (const auto credentials = credentials_->credentials_for(image_, deadline)) {
      tools_->memories.referrers.forget(list_fact(asker_of(tools_->registry, *credentials, image_),
                                                  attachment.subject.digest,
                                                  attachment.manifest.descriptor.artifact_type));
    }
    return attached;
  }

 private:
  std::shared_ptr<RememberedTools> tools_;
  oci::ImageRef image_;
  std::shared_ptr<CredentialProvider> credentials_;
  std::unique_ptr<Publisher> wire_;
};

}  // namespace

// The length keeps an owner from being read as another with a part of a repository's name.
std::string asker_of(const Registry& registry, const Credentials& credentials,
                     const oci::ImageRef& image) {
  return registry.name() + " " + std::to_string(credentials.owner.size()) + " " +
         credentials.owner + " " + image.repository() + " ";
}

std::string list_fact(const std::string& asker, const oci::Digest& subject,
                      std::string_view artifact_type) {
  return asker + subject.text() + " " + std::string(artifact_type);
}

std::unique_ptr<Publisher> make_remembered_publisher(
    std::shared_ptr<RememberedTools> tools, const oci::ImageRef& image,
    std::shared_ptr<CredentialProvider> credentials) {
  return std::make_unique<RememberedPublisher>(std::move(tools), image, std::move(credentials));
}

}  // namespace countersign::registry
