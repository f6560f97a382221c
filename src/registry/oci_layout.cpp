// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/oci_layout.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/oci/manifest.h"

#include "registry/layout_folder.h"

namespace countersign::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
constexpr std::string_view kVersion = "1.0.0";

// "Signature of this type" in both forms: `artifactType`, else the config's media type.
bool refers(const oci::Blob& content, const oci::Descriptor& referrer,
            const oci::Descriptor& subject, std::string_view artifact_type) {
  const auto manifest = oci::parse_manifest(content.bytes(), referrer.media_type);
  if (!manifest || manifest->kind != oci::ManifestKind::Image) {
    return false;
  }
  const std::string_view config =
      manifest->config ? manifest->config->media_type : std::string_view();
  const std::string_view type = manifest->artifact_type.empty() ? config : manifest->artifact_type;
  return type == artifact_type && manifest->subject && manifest->subject->same_content(subject);
}

class OciLayout final : public Repository {
 public:
  explicit OciLayout(fs::path folder) : folder_(std::move(folder)) {}

  Result<oci::Manifest> index() const;

  Result<oci::Descriptor> resolve(const oci::ImageRef& reference, Deadline) override;
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor& subject,
                                                 std::string_view artifact_type, Age,
                                                 Deadline) override;
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor> wanted, Content,
                                       std::size_t most, Deadline) override {
    std::vector<Result<oci::Blob>> blobs;
    for (const auto& descriptor : wanted) {
      blobs.push_back(read(descriptor, most));
    }
    return blobs;
  }

 private:
  Result<oci::Blob> read(const oci::Descriptor& wanted, std::size_t most) const;
  Result<oci::Descriptor> describe(const oci::Digest& digest, std::string_view media_type) const;

  LayoutFolder folder_;
};

Result<oci::Manifest> OciLayout::index() const {
  TRY(const auto mark, folder_.read("oci-layout", limits::kSignatureManifestBytes));
  TRY(const auto json, codec::Json::parse(as_text(mark), {.bytes = limits::kSignatureManifestBytes},
                                          Reason::RegistryResponse));
  const auto* version = json.find_string("imageLayoutVersion");
  if (version == nullptr || *version != kVersion) {
    return fail(Reason::RegistryResponse, "the folder is not an OCI layout of version 1.0.0");
  }
  TRY(const auto document, folder_.read("index.json", limits::kManifestBytes));
  // "index.json [...] MUST be an image index"; its own `mediaType` is optional.
  TRY(auto index, oci::parse_manifest(document, oci::media_type::kOciIndex));
  return index;
}

Result<oci::Descriptor> OciLayout::resolve(const oci::ImageRef& reference, Deadline deadline) {
  if (!deadline.waits()) {
    return fail(Reason::DeadlineExceeded, "a file system may keep us waiting");
  }
  TRY(const auto listed, index());
  const auto& wanted = reference.digest();
  std::optional<oci::Descriptor> found;
  for (const auto& descriptor : listed.manifests) {
    const auto name = descriptor.annotations.find(std::string(kRefName));
    const bool named =
        name != descriptor.annotations.end() && name->second == reference.tag().value_or("latest");
    if (wanted ? descriptor.digest != *wanted : !named) {
      continue;
    }
    if (found && !found->same_content(descriptor)) {
      return fail(Reason::RegistryResponse, "the layout names two manifests as one");
    }
    found = descriptor;
  }
  if (found) {
    return describe(found->digest, found->media_type);
  }
  if (wanted) {
    return describe(*wanted, {});  // a child of an index that is listed
  }
  return fail(Reason::ImageNotFound, "the layout has no tag " + reference.tag().value_or("latest"));
}

Result<oci::Descriptor> OciLayout::describe(const oci::Digest& digest,
                                            std::string_view media_type) const {
  TRY(auto bytes, folder_.read(blob_name(digest), limits::kManifestBytes));
  TRY(const auto blob, oci::Blob::check(digest, std::move(bytes)));
  TRY(auto manifest, oci::parse_manifest(blob.bytes(), media_type));
  return oci::Descriptor{.media_type = std::move(manifest.media_type),
                         .digest = digest,
                         .size = blob.bytes().size(),
                         .artifact_type = std::move(manifest.artifact_type),
                         .annotations = {}};
}

// What can't be read may have been the signature that counts. Where the index names its type it is
// listed, and its fetch says what is wrong; where not, we can't say that there was none.
Result<std::vector<oci::Descriptor>> OciLayout::referrers(const oci::Descriptor& subject,
                                                          std::string_view artifact_type, Age,
                                                          Deadline) {
  TRY(const auto listed, index());
  std::vector<oci::Descriptor> found;
  std::set<oci::Digest> seen;
  std::optional<Error> unread;
  for (const auto& descriptor : listed.manifests) {
    if (descriptor.media_type != oci::media_type::kOciManifest ||
        !seen.insert(descriptor.digest).second) {
      continue;
    }
    const auto blob = read(descriptor, limits::kManifestBytes);
    if (!blob && descriptor.artifact_type != artifact_type) {
      unread = blob.error();
      continue;
    }
    if (blob && !refers(*blob, descriptor, subject, artifact_type)) {
      continue;
    }
    if (found.size() == limits::kReferrers) {
      return fail(Reason::RegistryResponse, "too many referrers of one image");
    }
    found.push_back(descriptor);
    found.back().artifact_type = artifact_type;
  }
  if (found.empty() && unread) {
    return std::unexpected(std::move(*unread));
  }
  return found;
}

Result<oci::Blob> OciLayout::read(const oci::Descriptor& wanted, std::size_t most) const {
  if (wanted.size > most) {
    return fail(Reason::RegistryResponse, wanted.digest.text() + " is larger than the limit");
  }
  TRY(auto bytes, folder_.read(blob_name(wanted.digest), wanted.size));
  return oci::Blob::check(wanted, std::move(bytes));
}

}  // namespace

Result<std::unique_ptr<Repository>> open_layout(std::filesystem::path folder) {
  auto layout = std::make_unique<OciLayout>(std::move(folder));
  TRY([[maybe_unused]] const auto index, layout->index());
  return layout;
}

}  // namespace countersign::registry
