// SPDX-License-Identifier: Apache-2.0
#include "admission/platforms.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/oci/image_config.h"
#include "countersign/oci/manifest.h"

namespace countersign::admission {
namespace {

using registry::Repository;
using Missing = std::optional<std::string>;

struct Question {
  std::span<const oci::Platform> demanded;
  Repository& repository;
  Deadline deadline;
};

Result<Missing> missing_in_index(const oci::Manifest& index, const Question& question);
Result<Missing> missing_in_image(const oci::Descriptor& config, const Question& question);

Result<oci::Blob> fetch(const oci::Descriptor& wanted, Repository::Content content,
                        std::size_t most, const Question& question) {
  auto fetched = question.repository.fetch({&wanted, 1}, content, most, question.deadline);
  return std::move(fetched.front());
}

}  // namespace

Result<Missing> missing_platform(const oci::Descriptor& manifest,
                                 std::span<const oci::Platform> demanded, Repository& repository,
                                 Deadline deadline) {
  const Question question{demanded, repository, deadline};
  if (demanded.empty()) {
    return std::nullopt;
  }
  TRY(const auto document,
      fetch(manifest, Repository::Content::Manifest, limits::kManifestBytes, question));
  TRY(const auto parsed, oci::parse_manifest(document.bytes(), manifest.media_type));
  switch (parsed.kind) {
    case oci::ManifestKind::Index:
      return missing_in_index(parsed, question);
    case oci::ManifestKind::Image:
      break;
  }
  if (!parsed.config) {
    return fail(Reason::RegistryResponse, "the manifest has no config");
  }
  return missing_in_image(*parsed.config, question);
}

namespace {

bool is_image(const oci::Descriptor& entry) {
  return entry.media_type == oci::media_type::kOciManifest ||
         entry.media_type == oci::media_type::kDockerManifest;
}

// "If multiple manifests match a client or runtime's requirements, the first matching entry SHOULD
// be used." (OCI image specification, image-index.md)
const oci::Descriptor* entry_for(const oci::Platform& wanted, const oci::Manifest& index) {
  const auto found = std::ranges::find_if(index.manifests, [&wanted](const auto& entry) {
    return is_image(entry) && entry.platform && entry.platform->matches(wanted);
  });
  return found == index.manifests.end() ? nullptr : &*found;
}

Result<Missing> missing_in_index(const oci::Manifest& index, const Question& question) {
  std::vector<oci::Descriptor> entries;
  for (const auto& wanted : question.demanded) {
    const auto* const entry = entry_for(wanted, index);
    if (entry == nullptr) {
      return "the index lists no manifest for " + wanted.text();
    }
    entries.push_back(*entry);
  }
  const auto fetched = question.repository.fetch(entries, Repository::Content::Manifest,
                                                 limits::kManifestBytes, question.deadline);
  for (std::size_t number = 0; number < entries.size(); ++number) {
    if (fetched[number]) {
      continue;
    }
    const auto& error = fetched[number].error();
    if (error.reason != Reason::ImageNotFound) {
      return std::unexpected(error);
    }
    return "the registry lacks the manifest for " + question.demanded[number].text() + ", " +
           entries[number].digest.text();
  }
  return std::nullopt;
}

Result<Missing> missing_in_image(const oci::Descriptor& config, const Question& question) {
  const auto document =
      fetch(config, Repository::Content::Blob, limits::kImageConfigBytes, question);
  if (!document && document.error().reason == Reason::ImageNotFound) {
    return "the registry lacks the image's configuration, " + config.digest.text();
  }
  if (!document) {
    return std::unexpected(document.error());
  }
  TRY(const auto platform, oci::platform_of_config(document->bytes()));
  if (!platform) {
    return "the image's configuration names no platform";
  }
  for (const auto& wanted : question.demanded) {
    if (!platform->matches(wanted)) {
      return "the image is for " + platform->text() + ", not for " + wanted.text();
    }
  }
  return std::nullopt;
}

}  // namespace
}  // namespace countersign::admission
