// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/manifest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::oci {
namespace {

using codec::Json;

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::RegistryResponse, std::move(detail));
}

Result<void> check_shape(const Json& document);
Result<std::string> agreed_media_type(const Json& document, std::string_view content_type);
Result<void> read_image(const Json& document, Manifest& manifest);
Result<void> read_index(const Json& document, Manifest& manifest);
Result<std::optional<Platform>> read_platform(const Json& entry);

// An absent member and null are the same, as in Go, which writes most of these documents.
const Json* present(const Json& object, std::string_view name) {
  const auto* member = object.find(name);
  return member != nullptr && member->is_null() ? nullptr : member;
}

Result<std::string> optional_string(const Json& object, std::string_view name, Reason reason) {
  const auto* member = present(object, name);
  if (member == nullptr) {
    return std::string();
  }
  if (member->string() == nullptr) {
    return fail(reason, std::string(name) + " is not a string");
  }
  return *member->string();
}

Result<std::map<std::string, std::string>> read_annotations(const Json& object, Reason reason) {
  std::map<std::string, std::string> annotations;
  const auto* member = present(object, "annotations");
  if (member == nullptr) {
    return annotations;
  }
  if (!member->is_object()) {
    return fail(reason, "annotations is not an object");
  }
  for (const auto& [key, value] : member->members()) {
    if (value.string() == nullptr) {
      return fail(reason, "an annotation is not a string");
    }
    annotations.emplace(key, *value.string());
  }
  return annotations;
}

Result<std::vector<Descriptor>> read_descriptors(const Json& document, std::string_view name) {
  const auto* member = document.find(name);
  if (member == nullptr || !member->is_array()) {
    return bad("the manifest has no array " + std::string(name));
  }
  if (member->elements().size() > limits::kLayers) {
    return bad("more than " + std::to_string(limits::kLayers) + " entries in " + std::string(name));
  }
  std::vector<Descriptor> descriptors;
  descriptors.reserve(member->elements().size());
  for (const auto& element : member->elements()) {
    TRY(auto descriptor, parse_descriptor(element, Reason::RegistryResponse));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

}  // namespace

Result<Manifest> parse_manifest(Bytes document, std::string_view content_type) {
  TRY(const auto json,
      Json::parse(as_text(document), {.bytes = limits::kManifestBytes}, Reason::RegistryResponse));
  TRY_VOID(check_shape(json));
  Manifest manifest;
  TRY(manifest.media_type, agreed_media_type(json, content_type));
  TRY(manifest.artifact_type, optional_string(json, "artifactType", Reason::RegistryResponse));
  TRY(manifest.annotations, read_annotations(json, Reason::RegistryResponse));
  if (const auto* subject = present(json, "subject")) {
    TRY(manifest.subject, parse_descriptor(*subject, Reason::RegistryResponse));
  }
  const bool index = manifest.media_type == media_type::kOciIndex ||
                     manifest.media_type == media_type::kDockerList;
  manifest.kind = index ? ManifestKind::Index : ManifestKind::Image;
  TRY_VOID(index ? read_index(json, manifest) : read_image(json, manifest));
  return manifest;
}

Result<Descriptor> parse_descriptor(const Json& json, Reason reason) {
  const auto* type = json.find_string("mediaType");
  const auto* digest = json.find_string("digest");
  const auto* size = json.find("size");
  if (type == nullptr || type->empty() || digest == nullptr || size == nullptr) {
    return fail(reason, "a descriptor lacks mediaType, digest or size");
  }
  TRY(auto parsed, Digest::parse(*digest, reason));
  const auto bytes = size->unsigned_integer();
  if (!bytes || *bytes > limits::kDescriptorSize) {
    return fail(reason, "the size of a descriptor is not a whole number from 0 to 2^53");
  }
  Descriptor descriptor{*type, std::move(parsed), *bytes, {}, {}};
  TRY(descriptor.artifact_type, optional_string(json, "artifactType", reason));
  TRY(descriptor.annotations, read_annotations(json, reason));
  return descriptor;
}

namespace {

Result<void> check_shape(const Json& document) {
  if (!document.is_object()) {
    return bad("the manifest is not a JSON object");
  }
  const auto* version = document.find("schemaVersion");
  if (version == nullptr || version->integer() != 2) {
    return bad("the manifest's schemaVersion is not 2");
  }
  // Readers that look for one kind only would see different images in the same bytes
  // (CVE-2021-41190).
  const bool image = document.find("layers") != nullptr || document.find("config") != nullptr;
  if (image && document.find("manifests") != nullptr) {
    return bad("the document is a manifest and an index at once");
  }
  if (document.find("fsLayers") != nullptr) {
    return bad("schema 1 manifests are not supported");
  }
  return {};
}

// RFC 9110 section 8.3.1: type and subtype are case-insensitive, parameters follow a semicolon.
std::string without_parameters(std::string_view content_type) {
  constexpr std::string_view kBlank = " \t";
  content_type = content_type.substr(0, content_type.find(';'));
  content_type.remove_prefix(std::min(content_type.find_first_not_of(kBlank), content_type.size()));
  std::string type(content_type.substr(0, content_type.find_last_not_of(kBlank) + 1));
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

bool is_manifest_type(std::string_view type) {
  static constexpr std::array kTypes{media_type::kOciManifest, media_type::kOciIndex,
                                     media_type::kDockerManifest, media_type::kDockerList};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

// "If the manifest has a mediaType field, clients [...] SHOULD verify that the value [...]
// matches the Content-Type" (OCI distribution specification, "Pulling manifests"). Here: must.
Result<std::string> agreed_media_type(const Json& document, std::string_view content_type) {
  const auto header = without_parameters(content_type);
  const auto* member = document.find("mediaType");
  const auto* own = member == nullptr ? nullptr : member->string();
  if (member != nullptr && own == nullptr) {
    return bad("mediaType is not a string");
  }
  const auto& type = own != nullptr ? *own : header;
  if (!is_manifest_type(type)) {
    return bad("the document does not say which kind of manifest it is");
  }
  if (!header.empty() && header != type) {
    return bad("mediaType and Content-Type disagree");
  }
  return type;
}

Result<void> read_image(const Json& document, Manifest& manifest) {
  const auto* config = document.find("config");
  if (config == nullptr) {
    return bad("the manifest has no config");
  }
  TRY(manifest.config, parse_descriptor(*config, Reason::RegistryResponse));
  TRY(manifest.layers, read_descriptors(document, "layers"));
  return {};
}

Result<void> read_index(const Json& document, Manifest& manifest) {
  TRY(manifest.manifests, read_descriptors(document, "manifests"));
  const auto entries = document.find("manifests")->elements();
  for (std::size_t number = 0; number < entries.size(); ++number) {
    TRY(manifest.manifests[number].platform, read_platform(entries[number]));
  }
  return {};
}

Result<std::string> platform_text(const Json& platform, std::string_view name) {
  TRY(auto text, optional_string(platform, name, Reason::RegistryResponse));
  if (text.size() > limits::kPlatformText) {
    return bad("a platform with a long " + std::string(name));
  }
  return text;
}

Result<std::vector<std::string>> platform_features(const Json& platform) {
  std::vector<std::string> features;
  const auto* member = present(platform, "os.features");
  if (member == nullptr) {
    return features;
  }
  if (!member->is_array() || member->elements().size() > limits::kPlatformFeatures) {
    return bad("a platform whose os.features are no list, or a long one");
  }
  for (const auto& feature : member->elements()) {
    if (feature.string() == nullptr || feature.string()->size() > limits::kPlatformText) {
      return bad("a platform with a feature that is no string, or a long one");
    }
    features.push_back(*feature.string());
  }
  return features;
}

// "architecture: string. This REQUIRED property [...]; os: string. This REQUIRED property"
// (image-index.md). Empty ones are in use for entries that run nowhere.
Result<std::optional<Platform>> read_platform(const Json& entry) {
  const auto* member = present(entry, "platform");
  if (member == nullptr) {
    return std::optional<Platform>();
  }
  if (member->find_string("os") == nullptr || member->find_string("architecture") == nullptr) {
    return bad("the platform of an entry has no os or no architecture");
  }
  Platform platform;
  TRY(platform.os, platform_text(*member, "os"));
  TRY(platform.architecture, platform_text(*member, "architecture"));
  TRY(platform.variant, platform_text(*member, "variant"));
  TRY(platform.os_version, platform_text(*member, "os.version"));
  TRY(platform.os_features, platform_features(*member));
  return std::optional(std::move(platform));
}

}  // namespace
}  // namespace countersign::oci
