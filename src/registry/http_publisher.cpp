// SPDX-License-Identifier: Apache-2.0
#include "registry/http_publisher.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "countersign/base/limits_signing.h"

#include "registry/attachment_check.h"
#include "registry/push_answer.h"
#include "registry/redirects.h"
#include "registry/referrers_tag_keeper.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kBytes = "application/octet-stream";

// "The Location header [...] MUST contain a digest": added to the query that it may have.
Result<net::Url> with_digest(const net::Url& location, const oci::Digest& digest) {
  auto text = location.text();
  text += location.query().empty() ? (text.ends_with('?') ? "" : "?") : "&";
  return net::Url::parse(text + "digest=" + net::percent_encode(digest.text()),
                         Reason::RegistryResponse);
}

bool worth_another(const Error& error) {
  return error.reason == Reason::RegistryUnavailable || error.reason == Reason::RegistryThrottled;
}

// "If the registry [...] supports the referrers API, it MUST [...] set the OCI-Subject header".
bool lists(const net::Response& response, const oci::Digest& subject) {
  const auto* header = response.header("oci-subject");
  return header != nullptr && *header == subject.text();
}

}  // namespace

HttpPublisher::HttpPublisher(std::shared_ptr<Wire> wire,
                             std::shared_ptr<CredentialProvider> credentials,
                             const oci::ImageRef& image, std::unique_ptr<Repository> reader)
    : wire_(std::move(wire)),
      transport_(wire_->transport),
      session_(wire_->authenticator, std::move(credentials), transport_, wire_->redirect_hosts,
               image, Access::Push),
      url_(repository_url(*wire_, image)),
      image_(image),
      reader_(std::move(reader)) {}

Result<Attached> HttpPublisher::attach(const Attachment& attachment, ReferrersTag tag,
                                       Deadline deadline) {
  std::string_view stored = "nothing was stored";
  auto attached = push(attachment, tag, stored, deadline);
  if (!attached) {
    attached.error().detail += "; " + std::string(stored);
  }
  return attached;
}

Result<Attached> HttpPublisher::push(const Attachment& attachment, ReferrersTag tag,
                                     std::string_view& stored, Deadline deadline) {
  TRY_VOID(check_attachment(attachment));
  TRY_VOID(find_subject(attachment.subject, deadline));
  stored = "at most blobs were stored, which nothing refers to";
  TRY_VOID(push_blobs(attachment, deadline));
  TRY(const auto knows, put_manifest(attachment, deadline));
  const bool by_api = knows == Knows::TheSubject;
  stored = by_api ? "the manifest was stored, and the referrers API lists it"
                  : "the manifest was stored, but may be listed nowhere";
  if (!by_api || tag == ReferrersTag::Always || wire_->referrers == ReferrersBy::Tag) {
    TRY_VOID(keep_tag(attachment, deadline));
  }
  return Attached{.listed = by_api ? Attached::Listed::ByApi : Attached::Listed::ByTag,
                  .requests = reader_->requests() + transport_.sent()};
}

// A registry takes referrers of what it does not have: they would wait for it unseen.
Result<void> HttpPublisher::find_subject(const oci::Descriptor& subject, Deadline deadline) {
  TRY(const auto reference,
      oci::ImageRef::parse(image_.repository() + "@" + subject.digest.text()));
  TRY(const auto found, reader_->resolve(reference, deadline));
  return is_the_same(found, subject);
}

// Those of a signature are small: to read what is there costs no more than to ask whether it is,
// and shows that it is whole.
Result<void> HttpPublisher::push_blobs(const Attachment& attachment, Deadline deadline) {
  std::vector<oci::Descriptor> wanted;
  for (const auto& each : attachment.blobs) {
    wanted.push_back(each.descriptor);
  }
  const auto there =
      reader_->fetch(wanted, Repository::Content::Blob, limits::kUploadBytes, deadline);
  for (std::size_t number = 0; number < there.size(); ++number) {
    if (there[number]) {
      continue;
    }
    const auto reason = there[number].error().reason;
    if (reason != Reason::ImageNotFound && reason != Reason::DigestMismatch) {
      return std::unexpected(there[number].error());
    }
    TRY_VOID(persist([&] { return upload(attachment.blobs[number], deadline); }, deadline));
  }
  return {};
}

// "POST then PUT": in one request many registries do not take a blob.
Result<void> HttpPublisher::upload(const registry::Content& content, Deadline deadline) {
  TRY(const auto location, begin_upload(deadline));
  if (!location) {
    return {};
  }
  TRY(auto url, with_digest(location->url, content.descriptor.digest));
  const auto bytes = content.blob.bytes();
  return accept_stored(session_.write({.method = net::Method::Put,
                                       .url = std::move(url),
                                       .place = location->place,
                                       .kind = "blob",
                                       .content_type = kBytes,
                                       .body = as_text(bytes),
                                       .wait = limits::kUploadWait},
                                      deadline),
                       bytes);
}

// Nothing when the registry says that there is nothing left to send: the manifest will show.
Result<std::optional<HttpPublisher::Location>> HttpPublisher::begin_upload(Deadline deadline) {
  TRY(const auto repository, url_);
  TRY(auto url, repository.below("blobs/uploads/", Reason::Internal));
  TRY(const auto reply,
      session_.write({.method = net::Method::Post,
                      .url = std::move(url),
                      .kind = "blob",
                      .content_type = kBytes},  // else libcurl calls nothing a form
                     deadline));
  if (reply.response.status == 201) {
    return std::nullopt;
  }
  if (reply.response.status != 202) {
    return std::unexpected(push_error(reply));
  }
  TRY(auto location, read_location(reply));
  return location;
}

// "The <location> [...] MUST be [...] absolute or relative".
Result<HttpPublisher::Location> HttpPublisher::read_location(const Reply& reply) const {
  TRY(auto target, redirect_target(reply.response, reply.url));
  if (target.same_origin(reply.url)) {
    return Location{std::move(target), Write::Place::Home};
  }
  if (!session_.may_leave_for(target.host())) {
    return fail(Reason::RegistryResponse, reply.url.host() + " wants an upload to go to " +
                                              target.host() + ", which is not listed for it");
  }
  return Location{std::move(target), Write::Place::Elsewhere};
}

Result<HttpPublisher::Knows> HttpPublisher::put_manifest(const Attachment& attachment,
                                                         Deadline deadline) {
  const auto& [descriptor, blob] = attachment.manifest;
  auto knows = Knows::OnlyTheManifest;
  const auto put = [&]() -> Result<void> {
    TRY(const auto repository, url_);
    TRY(auto url, repository.below("manifests/" + descriptor.digest.text(), Reason::Internal));
    const auto reply = session_.write({.method = net::Method::Put,
                                       .url = std::move(url),
                                       .kind = "manifest",
                                       .content_type = descriptor.media_type,
                                       .body = as_text(blob.bytes()),
                                       .wait = limits::kUploadWait},
                                      deadline);
    TRY_VOID(accept_stored(reply, blob.bytes()));
    knows = lists(reply->response, attachment.subject.digest) ? Knows::TheSubject
                                                              : Knows::OnlyTheManifest;
    return {};
  };
  TRY_VOID(persist(put, deadline));
  return knows;
}

Result<void> HttpPublisher::keep_tag(const Attachment& attachment, Deadline deadline) {
  TRY(const auto repository, url_);
  return ReferrersTagKeeper({session_, *wire_->patience, wire_->clock}, repository,
                            attachment.subject.digest)
      .list(attachment.manifest.descriptor, deadline);
}

Result<void> HttpPublisher::persist(const Step& step, Deadline deadline) {
  auto most = limits::kRetryPause;
  for (int attempt = 1;; ++attempt) {
    auto outcome = step();
    const auto pause = std::chrono::duration_cast<milliseconds>(wire_->patience->chance() * most);
    if (outcome || attempt == limits::kUploadAttempts || !worth_another(outcome.error()) ||
        deadline.remaining(wire_->clock) <= pause || !wire_->patience->wait(pause)) {
      return outcome;
    }
    most = std::min(2 * most, limits::kRetryPauseMost);
  }
}

}  // namespace countersign::registry
