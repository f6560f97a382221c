// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"

#include "registry/content_type.h"
#include "registry/header_reader.h"
#include "registry/link.h"
#include "registry/redirects.h"
#include "registry/status.h"

namespace countersign::registry {
namespace {

enum class Api : std::uint8_t {
  Garbled,  // 200, but not with an index
  Absent,
  Present
};

class Collection {  // the referrers that were asked for, each once
 public:
  explicit Collection(std::string_view artifact_type) : artifact_type_(artifact_type) {}

  Result<void> add(std::vector<oci::Descriptor> listed) {
    for (auto& descriptor : listed) {
      if (descriptor.artifact_type != artifact_type_ || !seen_.insert(descriptor.digest).second) {
        continue;
      }
      if (kept_.size() == limits::kReferrers) {
        return fail(Reason::RegistryResponse,
                    "more than " + std::to_string(limits::kReferrers) + " referrers of one image");
      }
      kept_.push_back(std::move(descriptor));
    }
    return {};
  }
  std::vector<oci::Descriptor> take() { return std::move(kept_); }

 private:
  std::string_view artifact_type_;
  std::vector<oci::Descriptor> kept_;
  std::set<oci::Digest> seen_;
};

class Search {
 public:
  Search(Session& session, const net::Url& repository, const ReferrersQuery& query,
         Deadline deadline)
      : session_(session),
        repository_(repository),
        query_(query),
        deadline_(deadline),
        found_(query.artifact_type) {}

  Result<std::vector<oci::Descriptor>> run() {
    TRY(const auto api, ask_api());
    if (api != Api::Present) {
      TRY_VOID(ask_tags(api));
    }
    return found_.take();
  }

 private:
  Result<Api> ask_api();
  Result<void> ask_tags(Api api);
  Result<net::Url> first_page() const;
  Result<net::Url> next_page(const Reply& reply, const std::string& target) const;

  Session& session_;
  const net::Url& repository_;
  const ReferrersQuery& query_;
  Deadline deadline_;
  Collection found_;
};

// The descriptors of an OCI index; nullopt when the answer is anything else.
std::optional<std::vector<oci::Descriptor>> read_index(const net::Response& response) {
  const auto type = content_type(response);
  if (!type) {
    return std::nullopt;
  }
  auto index = oci::parse_manifest(as_bytes(response.body), *type);
  if (!index || index->media_type != oci::media_type::kOciIndex) {
    return std::nullopt;
  }
  return std::move(index->manifests);
}

bool is_name_unknown(const net::Response& response) {
  return response.status == 404 && error_code(response) == "NAME_UNKNOWN";
}

// Says that the registry does not know this route, rather than that it can't answer now.
bool denies_the_api(const net::Response& response) {
  switch (response.status) {
    case 400:
    case 405:
    case 406:
    case 501:
      return true;
    case 404:
      return !is_name_unknown(response);
    default:  // of all integers; a redirect that is still here leads to another origin
      return is_redirect(response.status);
  }
}

Result<Api> Search::ask_api() {
  TRY(auto url, first_page());
  for (std::size_t page = 0; page < limits::kReferrersPages; ++page) {
    TRY(const auto reply, session_.send({url, oci::media_type::kOciIndex,
                                         limits::kReferrersPageBytes, Redirects::SameOrigin},
                                        deadline_));
    if (page == 0 && denies_the_api(reply.response)) {
      return Api::Absent;
    }
    if (reply.response.status != 200) {
      return std::unexpected(status_error(reply.response, reply.url.host()));
    }
    auto listed = read_index(reply.response);
    if (!listed && page == 0) {
      return Api::Garbled;
    }
    if (!listed) {
      return fail(Reason::RegistryResponse, "a later page of referrers is not an index");
    }
    TRY_VOID(found_.add(std::move(*listed)));
    TRY(const auto next, next_link(reply.response));
    if (!next) {
      return Api::Present;
    }
    TRY(url, next_page(reply, *next));
  }
  return fail(Reason::RegistryResponse,
              "referrers on more than " + std::to_string(limits::kReferrersPages) + " pages");
}

Result<net::Url> Search::first_page() const {
  // A "+" that a server reads as a space would give an empty list: everything is encoded.
  return repository_.resolve("referrers/" + query_.subject.digest.text() +
                                 "?artifactType=" + net::percent_encode(query_.artifact_type),
                             Reason::Internal);
}

Result<net::Url> Search::next_page(const Reply& reply, const std::string& target) const {
  TRY(auto url, reply.url.resolve(target, Reason::RegistryResponse));
  const auto path = lower(url.path());
  const bool disguised =
      path.find("%2e") != std::string::npos || path.find("%2f") != std::string::npos;
  if (!url.same_origin(repository_) || disguised ||
      !url.path().starts_with(repository_.path() + "referrers/") ||
      url.text() == reply.url.text()) {
    return fail(Reason::RegistryResponse,
                repository_.host() + " names a next page that is not of this list");
  }
  return url;
}

// "If the client receives a 404 [...] or the content is not a valid image index, it MUST assume
// there are no referrers": unless the API's answer was strange, too.
Result<void> Search::ask_tags(Api api) {
  bool present = false;
  for (const auto& tag : referrers_tags(query_.subject.digest)) {
    TRY(auto url, repository_.resolve("manifests/" + tag, Reason::Internal));
    TRY(const auto reply,
        session_.send({url, kManifestTypes, limits::kManifestBytes, Redirects::SameOrigin},
                      deadline_));
    const auto& response = reply.response;
    const bool no_tag = response.status == 404 && !is_name_unknown(response);
    const bool no_such_tag_can_be = response.status == 400 && tag.size() > limits::kReferenceTag;
    if (no_tag || no_such_tag_can_be) {
      continue;
    }
    if (response.status != 200) {
      return std::unexpected(status_error(response, reply.url.host()));
    }
    present = true;
    // GitLab reads the tag as the digest that it spells, and answers with the image itself.
    const bool subject_itself =
        oci::Digest::of(as_bytes(response.body), query_.subject.digest.algorithm()) ==
        query_.subject.digest;
    if (auto listed = read_index(response); listed && !subject_itself) {
      return found_.add(std::move(*listed));
    }
  }
  return api == Api::Garbled && present
             ? fail(Reason::RegistryResponse,
                    repository_.host() + " answers neither the API nor the tag with an index")
             : Result<void>();
}

}  // namespace

Result<std::vector<oci::Descriptor>> list_referrers(Session& session, const net::Url& repository,
                                                    const ReferrersQuery& query,
                                                    Deadline deadline) {
  return Search(session, repository, query, deadline).run();
}

std::vector<std::string> referrers_tags(const oci::Digest& digest) {
  static constexpr std::size_t kMostEncoded = 64;  // distribution specification, 1.1
  const auto encoded = digest.encoded();
  const auto prefix = std::string(digest.algorithm_name()) + "-";
  std::vector<std::string> tags{prefix + encoded};
  if (encoded.size() > kMostEncoded) {
    tags.push_back(prefix + encoded.substr(0, kMostEncoded));
  }
  return tags;
}

}  // namespace countersign::registry
