// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/http_repository.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"
#include "countersign/net/url.h"
#include "countersign/oci/image_ref.h"
#include "countersign/oci/manifest.h"
#include "countersign/registry/status.h"

#include "registry/content_type.h"
#include "registry/http_publisher.h"
#include "registry/pace.h"
#include "registry/referrers.h"
#include "registry/session.h"
#include "registry/wire.h"

namespace countersign::registry {
namespace {

class HttpRepository final : public Repository {
 public:
  HttpRepository(std::shared_ptr<Wire> wire, std::shared_ptr<CredentialProvider> credentials,
                 const oci::ImageRef& image, Access access)
      : wire_(std::move(wire)),
        transport_(wire_->transport),
        paced_(transport_, wire_->pace),
        session_(wire_->authenticator, std::move(credentials), paced_, wire_->redirect_hosts, image,
                 access),
        url_(repository_url(*wire_, image)),
        repository_(image.repository()) {}

  Result<oci::Descriptor> resolve(const oci::ImageRef& reference, Deadline deadline) override;
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age,
                                                 Deadline deadline) override;
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content content,
                                       std::size_t most, Deadline deadline) override;
  std::size_t requests() const override { return transport_.sent(); }

 private:
  Result<Get> get(const oci::Descriptor& wanted, Content content, std::size_t most) const;

  std::shared_ptr<Wire> wire_;
  CountingTransport transport_;
  PacedTransport paced_;  // before it: what is not sent does not count
  Session session_;
  Result<net::Url> url_;    // ".../v2/<path>/"
  std::string repository_;  // "docker.io/library/nginx"
};

// A repository that is missing is named: its referrers may well be an empty list.
Error not_served(const Reply& reply, const std::string& what) {
  auto error = status_error(reply.response, reply.url.host());
  if (error.reason == Reason::ImageNotFound) {
    error.detail += ": no " + what;
  }
  return error;
}

Result<oci::Descriptor> HttpRepository::resolve(const oci::ImageRef& reference, Deadline deadline) {
  if (reference.repository() != repository_) {
    return fail(Reason::Internal, "a reference of another repository");
  }
  TRY(const auto repository, url_);
  TRY(auto url, repository.below("manifests/" + reference.wire_reference(), Reason::Internal));
  const auto& digest = reference.digest();
  const Get get{.url = std::move(url),
                .kind = digest ? "manifest" : "tag",
                .accept = kManifestTypes,
                .most = limits::kManifestBytes,
                // Nothing but the origin vouches for what a tag answers.
                .redirects = digest ? Redirects::AnyOrigin : Redirects::SameOrigin};
  TRY(auto reply, session_.send(get, deadline));
  if (reply.response.status != 200) {
    return std::unexpected(not_served(reply, reference.text()));
  }
  oci::Buffer bytes(std::move(reply.response.body));
  TRY(const auto blob,
      digest ? oci::Blob::check(*digest, std::move(bytes)) : oci::Blob::of(std::move(bytes)));
  const auto type = content_type(reply.response);
  if (!type) {
    return fail(Reason::RegistryResponse, reply.url.host() + " does not say one media type");
  }
  TRY(auto manifest, oci::parse_manifest(blob.bytes(), *type));
  return oci::Descriptor{.media_type = std::move(manifest.media_type),
                         .digest = blob.digest(),
                         .size = blob.bytes().size(),
                         .artifact_type = std::move(manifest.artifact_type),
                         .annotations = {}};
}

Result<std::vector<oci::Descriptor>> HttpRepository::referrers(const oci::Descriptor& subject,
                                                               std::string_view artifact_type, Age,
                                                               Deadline deadline) {
  TRY(const auto repository, url_);
  return list_referrers(session_, {repository, wire_->referrers, wire_->tag_first},
                        {subject.digest, artifact_type}, deadline);
}

Result<oci::Blob> check(Reply reply, const oci::Descriptor& wanted, Repository::Content content) {
  if (reply.response.status != 200) {
    return std::unexpected(status_error(reply.response, reply.url.host()));
  }
  // Bytes that are one thing here and another there are CVE-2021-41190.
  if (content == Repository::Content::Manifest &&
      content_type(reply.response) != net::lower(wanted.media_type)) {
    return fail(Reason::RegistryResponse,
                reply.url.host() + " answers another media type than the descriptor's");
  }
  return oci::Blob::check(wanted, std::move(reply.response.body));
}

std::vector<Result<oci::Blob>> HttpRepository::fetch(std::span<const oci::Descriptor> wanted,
                                                     Content content, std::size_t most,
                                                     Deadline deadline) {
  std::vector<Get> gets;
  std::vector<Result<std::size_t>> places;  // of each descriptor among the gets
  for (const auto& descriptor : wanted) {
    auto one = get(descriptor, content, most);
    if (one) {
      places.emplace_back(gets.size());
      gets.push_back(std::move(*one));
    } else {
      places.emplace_back(std::unexpected(std::move(one).error()));
    }
  }
  auto replies = session_.send_all(gets, deadline);
  std::vector<Result<oci::Blob>> blobs;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    if (!places[index]) {
      blobs.emplace_back(std::unexpected(std::move(places[index]).error()));
    } else if (auto& reply = replies[*places[index]]; !reply) {
      blobs.emplace_back(std::unexpected(std::move(reply).error()));
    } else {
      blobs.push_back(check(std::move(*reply), wanted[index], content));
    }
  }
  return blobs;
}

Result<Get> HttpRepository::get(const oci::Descriptor& wanted, Content content,
                                std::size_t most) const {
  TRY(const auto repository, url_);
  if (wanted.size > most) {
    return fail(Reason::RegistryResponse, wanted.digest.text() + " has " +
                                              std::to_string(wanted.size) +
                                              " bytes, more than the limit");
  }
  const bool manifest = content == Content::Manifest;
  TRY(auto url, repository.below((manifest ? "manifests/" : "blobs/") + wanted.digest.text(),
                                 Reason::Internal));
  return Get{.url = std::move(url),
             .kind = manifest ? "manifest" : "blob",
             .accept = manifest ? kManifestTypes : std::string_view("*/*"),
             .most = std::max<std::size_t>(wanted.size, 1),
             .redirects = Redirects::AnyOrigin};
}

}  // namespace

std::unique_ptr<Publisher> make_publisher(std::shared_ptr<Wire> wire,
                                          std::shared_ptr<CredentialProvider> credentials,
                                          const oci::ImageRef& image) {
  auto reader = std::make_unique<HttpRepository>(wire, credentials, image, Access::Push);
  return std::make_unique<HttpPublisher>(std::move(wire), std::move(credentials), image,
                                         std::move(reader));
}

struct Registry::State : Wire {
  using Wire::Wire;
};

Registry::Registry(std::string name, RegistrySettings settings, net::HttpTransport& transport,
                   const Clock& clock)
    : state_(std::make_shared<State>(std::move(name), std::move(settings), transport, clock)) {}

Registry::~Registry() = default;

const std::string& Registry::name() const { return state_->name; }

void Registry::close() {
  state_->pace.close();
  state_->patience->end();
}

std::unique_ptr<Repository> Registry::open(const oci::ImageRef& reference,
                                           std::shared_ptr<CredentialProvider> credentials) {
  return std::make_unique<HttpRepository>(state_, std::move(credentials), reference, Access::Pull);
}

std::unique_ptr<Publisher> Registry::publisher(const oci::ImageRef& reference,
                                               std::shared_ptr<CredentialProvider> credentials) {
  return make_publisher(state_, std::move(credentials), reference);
}

}  // namespace countersign::registry
