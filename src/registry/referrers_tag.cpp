// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_tag.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"
#include "countersign/registry/status.h"

#include "registry/content_type.h"

namespace countersign::registry {
namespace {

// No registry takes a tag over limits::kReferenceTag, and some say so with 400.
bool says_no_such_tag(const net::Response& response, const std::string& tag) {
  return (response.status == 404 && !is_name_unknown(response)) ||
         (response.status == 400 && tag.size() > limits::kReferenceTag);
}

}  // namespace

Result<std::vector<Get>> tag_requests(const net::Url& repository, const oci::Digest& subject) {
  std::vector<Get> gets;
  for (const auto& tag : referrers_tags(subject)) {
    TRY(auto url, repository.below("manifests/" + tag, Reason::Internal));
    gets.push_back({.url = std::move(url),
                    .kind = "referrersTag",
                    .accept = kManifestTypes,
                    .most = limits::kManifestBytes,
                    .redirects = Redirects::SameOrigin});
  }
  return gets;
}

Result<TagAnswer> read_tags(std::vector<Result<Reply>> replies, const oci::Digest& subject,
                            ReferrerCollection& found) {
  const auto tags = referrers_tags(subject);
  auto answer = TagAnswer::Absent;
  bool lists = false;
  for (std::size_t form = 0; form < replies.size(); ++form) {
    TRY(const auto reply, std::move(replies[form]));
    if (says_no_such_tag(reply.response, tags.at(form))) {
      continue;
    }
    if (reply.response.status != 200) {
      return std::unexpected(status_error(reply.response, reply.url.host()));
    }
    auto listed = read_index(reply.response);
    if (!listed || is_the_subject(reply.response, subject)) {
      answer = TagAnswer::Strange;
      continue;
    }
    TRY_VOID(found.add(std::move(*listed)));
    lists = true;
  }
  return lists ? TagAnswer::List : answer;
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

bool is_the_subject(const net::Response& response, const oci::Digest& subject) {
  return oci::Digest::of(as_bytes(response.body), subject.algorithm()) == subject;
}

bool is_name_unknown(const net::Response& response) {
  return response.status == 404 && error_code(response) == "NAME_UNKNOWN";
}

}  // namespace countersign::registry
