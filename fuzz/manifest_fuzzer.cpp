// SPDX-License-Identifier: Apache-2.0
// Law: an accepted document has one of four media types, and is an image or an index, not both;
// only entries of an index have a platform, and it matches itself. The first byte chooses the
// Content-Type.
#include <array>
#include <cstdlib>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"

namespace {

namespace media_type = countersign::oci::media_type;
using countersign::Bytes;
using countersign::Reason;
using countersign::oci::ManifestKind;

constexpr std::array<std::string_view, 6> kContentTypes{"",
                                                        media_type::kOciManifest,
                                                        media_type::kOciIndex,
                                                        media_type::kDockerManifest,
                                                        media_type::kDockerList,
                                                        "text/plain"};

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  // '{' chooses the empty one, so that a plain document is a seed.
  const auto choice = data[0] == '{' ? 0 : data[0] % kContentTypes.size();
  const auto document = Bytes(data, size).subspan(data[0] == '{' ? 0 : 1);
  const auto manifest = countersign::oci::parse_manifest(document, kContentTypes.at(choice));
  if (!manifest) {
    require(manifest.error().reason == Reason::RegistryResponse);
    return 0;
  }
  const bool image = manifest->media_type == media_type::kOciManifest ||
                     manifest->media_type == media_type::kDockerManifest;
  const bool index = manifest->media_type == media_type::kOciIndex ||
                     manifest->media_type == media_type::kDockerList;
  require(image != index);
  require(choice == 0 || manifest->media_type == kContentTypes.at(choice));
  require((manifest->kind == ManifestKind::Image) == image);
  require(manifest->config.has_value() == image);
  require(image ? manifest->manifests.empty() : manifest->layers.empty());
  for (const auto* list : {&manifest->layers, &manifest->manifests}) {
    require(list->size() <= countersign::limits::kLayers);
    for (const auto& descriptor : *list) {
      require(!descriptor.media_type.empty());
      require(descriptor.size <= countersign::limits::kDescriptorSize);
      if (descriptor.platform) {
        require(index);
        require(descriptor.platform->variant.size() <= countersign::limits::kPlatformText);
        require(descriptor.platform->os_features.size() <= countersign::limits::kPlatformFeatures);
        require(descriptor.platform->matches(*descriptor.platform));
      }
    }
  }
  return 0;
}
