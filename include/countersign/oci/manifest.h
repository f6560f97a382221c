// SPDX-License-Identifier: Apache-2.0
// Image manifests and indexes, OCI and Docker v2 (OCI image specification 1.1, manifest.md and
// image-index.md).
//
// Refused: a document that has both `manifests` and `layers`/`config`, or whose `mediaType`
// disagrees with the registry's Content-Type (CVE-2021-41190), schema 1, a schemaVersion other than
// 2, descriptors whose size is not a plain integer from 0 to 2^53 or whose digest does not parse.
// The `platform` of an entry of an index is an object with strings os and architecture, or absent.
// Unknown members are ignored. So are `urls` and `data` of descriptors, although the specification
// lets a client use inline data that has the digest: bytes then come from one place only, and what
// is wrong there does no harm.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/oci/descriptor.h"

namespace countersign::oci {

enum class ManifestKind : std::uint8_t { Image, Index };

struct Manifest {
  ManifestKind kind = ManifestKind::Image;
  std::string media_type;             // one of the four in oci::media_type
  std::string artifact_type;          // empty when absent
  std::optional<Descriptor> config;   // of an image
  std::vector<Descriptor> layers;     // of an image
  std::vector<Descriptor> manifests;  // of an index
  std::optional<Descriptor> subject;
  std::map<std::string, std::string> annotations;
};

// `content_type` is the registry's header, parameters and case aside; empty when there is none (a
// layout), then `mediaType` must be present. Reason::RegistryResponse.
[[nodiscard]] Result<Manifest> parse_manifest(Bytes document, std::string_view content_type);

// One descriptor as it stands in a manifest, an index or a layout.
[[nodiscard]] Result<Descriptor> parse_descriptor(const codec::Json& json, Reason reason);

}  // namespace countersign::oci
