// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/http_repository.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/url.h"
#include "countersign/oci/manifest.h"

#include "registry/authenticator.h"
#include "registry/content_type.h"
#include "registry/header_reader.h"
#include "registry/referrers.h"
#include "registry/session.h"
#include "registry/status.h"

namespace countersign::registry {
namespace {

class CountingTransport final : public net::HttpTransport {
 public:
  explicit CountingTransport(net::HttpTransport& transport) : transport_(transport) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline deadline) override {
    sent_ += requests.size();
    return transport_.send_all(requests, deadline);
  }
  std::size_t sent() const { return sent_; }

 private:
  net::HttpTransport& transport_;
  std::atomic<std::size_t> sent_ = 0;
};

ByteVector to_bytes(const std::string& body) {
  const auto bytes = as_bytes(body);
  return {bytes.begin(), bytes.end()};
}

Result<oci::Blob> check(const Reply& reply, const oci::Descriptor& wanted,
                        Repository::Content content) {
  if (reply.response.status != 200) {
    return std::unexpected(status_error(reply.response, reply.url.host()));
  }
  // Bytes that are one thing here and another there are CVE-2021-41190.
  if (content == Repository::Content::Manifest &&
      content_type(reply.response) != lower(wanted.media_type)) {
    return fail(Reason::RegistryResponse,
                reply.url.host() + " answers another media type than the descriptor's");
  }
  return oci::Blob::check(wanted, to_bytes(reply.response.body));
}

}  // namespace

struct Registry::State {
  State(std::string registry, RegistrySettings settings, net::HttpTransport& http,
        const Clock& clock)
      : name(std::move(registry)),
        scheme(settings.scheme),
        transport(http),
        authenticator(name, std::move(settings.realms), clock) {}

  const std::string name;
  const Scheme scheme;
  net::HttpTransport& transport;
  Authenticator authenticator;
};

namespace {

class HttpRepository final : public Repository {
 public:
  HttpRepository(std::shared_ptr<void> registry, Authenticator& authenticator,
                 std::shared_ptr<CredentialProvider> credentials, net::HttpTransport& transport,
                 Result<net::Url> url, const oci::ImageRef& image)
      : registry_(std::move(registry)),
        transport_(transport),
        session_(authenticator, std::move(credentials), transport_, image),
        url_(std::move(url)),
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

  std::shared_ptr<void> registry_;  // keeps what is borrowed below
  CountingTransport transport_;
  Session session_;
  Result<net::Url> url_;    // ".../v2/<path>/"
  std::string repository_;  // "docker.io/library/nginx"
};

Result<oci::Descriptor> HttpRepository::resolve(const oci::ImageRef& reference, Deadline deadline) {
  if (reference.repository() != repository_) {
    return fail(Reason::Internal, "a reference of another repository");
  }
  TRY(const auto repository, url_);
  TRY(auto url, repository.resolve("manifests/" + reference.wire_reference(), Reason::Internal));
  // Nothing but the origin vouches for what a tag answers.
  const auto redirects = reference.digest() ? Redirects::AnyOrigin : Redirects::SameOrigin;
  TRY(const auto reply,
      session_.send({std::move(url), kManifestTypes, limits::kManifestBytes, redirects}, deadline));
  if (reply.response.status != 200) {
    return std::unexpected(status_error(reply.response, reply.url.host()));
  }
  auto bytes = to_bytes(reply.response.body);
  TRY(const auto blob, reference.digest() ? oci::Blob::check(*reference.digest(), std::move(bytes))
                                          : oci::Blob::of(std::move(bytes)));
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
  return list_referrers(session_, repository, {subject, artifact_type}, deadline);
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
  const auto replies = session_.send_all(gets, deadline);
  std::vector<Result<oci::Blob>> blobs;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    if (!places[index]) {
      blobs.emplace_back(std::unexpected(places[index].error()));
    } else if (const auto& reply = replies[*places[index]]; !reply) {
      blobs.emplace_back(std::unexpected(reply.error()));
    } else {
      blobs.push_back(check(*reply, wanted[index], content));
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
  TRY(auto url, repository.resolve((manifest ? "manifests/" : "blobs/") + wanted.digest.text(),
                                   Reason::Internal));
  return Get{.url = std::move(url),
             .accept = manifest ? kManifestTypes : std::string_view("*/*"),
             .most = std::max<std::size_t>(wanted.size, 1),
             .redirects = Redirects::AnyOrigin};
}

}  // namespace

Registry::Registry(std::string name, RegistrySettings settings, net::HttpTransport& transport,
                   const Clock& clock)
    : state_(std::make_shared<State>(std::move(name), std::move(settings), transport, clock)) {}

Registry::~Registry() = default;

const std::string& Registry::name() const { return state_->name; }

std::unique_ptr<Repository> Registry::open(const oci::ImageRef& reference,
                                           std::shared_ptr<CredentialProvider> credentials) {
  const std::string scheme = state_->scheme == Scheme::Https ? "https://" : "http://";
  // With another registry's reference, its host would be shown this one's credentials.
  auto url = reference.registry() == state_->name
                 ? net::Url::parse(scheme + reference.wire_host() + "/v2/" + reference.path() + "/",
                                   Reason::Internal)
                 : fail(Reason::Internal, "a reference of another registry");
  return std::make_unique<HttpRepository>(state_, state_->authenticator, std::move(credentials),
                                          state_->transport, std::move(url), reference);
}

}  // namespace countersign::registry
