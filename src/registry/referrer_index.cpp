// SPDX-License-Identifier: Apache-2.0
#include "registry/referrer_index.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/codec/json_text.h"
#include "countersign/oci/manifest.h"

namespace countersign::registry {
namespace {

constexpr std::string_view kList = "manifests";
constexpr std::string_view kBlank = " \t\r\n";

// Of what begins at `quote`; in valid JSON.
std::size_t after_string(std::string_view json, std::size_t quote) {
  auto place = quote + 1;
  while (json[place] != '"') {
    place += json[place] == '\\' ? 2 : 1;
  }
  return place + 1;
}

bool is_name(std::string_view json, std::size_t after) {
  const auto next = json.find_first_not_of(kBlank, after);
  return next != std::string_view::npos && json[next] == ':';
}

// The "]" of the document's own list, in valid JSON; npos when its name is written with escapes.
std::size_t end_of_list(std::string_view json) {
  int depth = 0;
  bool named = false;  // the value that comes is the list
  for (std::size_t place = 0; place < json.size(); ++place) {
    switch (json[place]) {
      case '"': {
        const auto after = after_string(json, place);
        const auto text = json.substr(place + 1, after - place - 2);
        named = named || (depth == 1 && text == kList && is_name(json, after));
        place = after - 1;
        break;
      }
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (named && depth == 2) {
          return place;
        }
        --depth;
        break;
      default:  // of all characters
        break;
    }
  }
  return std::string_view::npos;
}

}  // namespace

IndexEntry entry_of(const oci::Descriptor& descriptor) {
  codec::JsonWriter writer;
  writer.begin_object()
      .member("mediaType", descriptor.media_type)
      .member("digest", descriptor.digest.text())
      .member("size", descriptor.size);
  if (!descriptor.artifact_type.empty()) {
    writer.member("artifactType", descriptor.artifact_type);
  }
  if (!descriptor.annotations.empty()) {
    writer.key("annotations").begin_object();
    for (const auto& [name, value] : descriptor.annotations) {
      writer.member(name, value);
    }
    writer.end_object();
  }
  writer.end_object();
  return {descriptor.digest, writer.take()};
}

ReferrerIndex ReferrerIndex::empty() {
  return {R"({"schemaVersion":2,"mediaType":")" + std::string(oci::media_type::kOciIndex) +
              R"(","manifests":[]})",
          {}};
}

Result<ReferrerIndex> ReferrerIndex::parse(std::string text, std::string_view content_type) {
  TRY(const auto index, oci::parse_manifest(as_bytes(text), content_type));
  if (index.media_type != oci::media_type::kOciIndex) {
    return fail(Reason::RegistryResponse, "it is no OCI index");
  }
  TRY(const auto document,
      codec::Json::parse(text, {.bytes = limits::kManifestBytes}, Reason::RegistryResponse));
  const auto written = document.find(kList)->elements();
  std::vector<IndexEntry> entries;
  for (std::size_t number = 0; number < index.manifests.size(); ++number) {
    entries.push_back({index.manifests[number].digest, codec::json_text(written[number])});
  }
  return ReferrerIndex(std::move(text), std::move(entries));
}

bool ReferrerIndex::has(const oci::Digest& digest) const {
  return std::ranges::find(entries_, digest, &IndexEntry::digest) != entries_.end();
}

Result<void> ReferrerIndex::add(const IndexEntry& entry) {
  if (has(entry.digest)) {
    return {};
  }
  const auto end = end_of_list(text_);
  if (end == std::string::npos) {
    return fail(Reason::RegistryResponse, "the list of the index has no plain name");
  }
  auto longer = text_;
  longer.insert(longer.find_last_not_of(kBlank, end - 1) + 1,
                (entries_.empty() ? "" : ",") + entry.text);
  TRY(auto added, parse(std::move(longer), oci::media_type::kOciIndex));
  *this = std::move(added);
  return {};
}

}  // namespace countersign::registry
