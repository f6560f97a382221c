// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "countersign/base/limits_signing.h"
#include "countersign/base/utf8.h"
#include "countersign/codec/json.h"
#include "countersign/notation/attribute_names.h"
#include "countersign/signing/signature.h"

namespace countersign::signing {
namespace {

Result<void> check_metadata(const std::map<std::string, std::string>& metadata);

}  // namespace

// Signature specification, "Payload". Annotations are left out when there are none.
Result<std::string> make_payload(const Request& request) {
  TRY_VOID(check_metadata(request.user_metadata));
  codec::JsonWriter json;
  json.begin_object().key("targetArtifact").begin_object();
  json.member("mediaType", request.target.media_type)
      .member("digest", request.target.digest.text())
      .member("size", request.target.size);
  if (!request.user_metadata.empty()) {
    json.key("annotations").begin_object();
    for (const auto& [key, value] : request.user_metadata) {
      json.member(key, value);
    }
    json.end_object();
  }
  json.end_object().end_object();
  return json.take();
}

namespace {

// What the JSON of the payload can hold, and what readers take for the same again.
bool is_text(std::string_view text) { return is_utf8(text) && !text.contains('\0'); }

Result<void> check_entry(const std::string& key, const std::string& value) {
  if (key.empty()) {
    return fail(Reason::BadConfig, "metadata has an entry without a key");
  }
  if (!is_text(key)) {
    return fail(Reason::BadConfig, "a key of the metadata is not UTF-8, or has a NUL");
  }
  if (!is_text(value)) {
    return fail(Reason::BadConfig, "the value of metadata " + key + " is not UTF-8, or has a NUL");
  }
  // Signature specification, "Payload": "The prefix io.cncf.notary ... is reserved".
  if (key.starts_with(notation::kReservedPrefix)) {
    return fail(Reason::BadConfig, "metadata " + key + ": keys that begin with " +
                                       std::string(notation::kReservedPrefix) + " are reserved");
  }
  return {};
}

Result<void> check_metadata(const std::map<std::string, std::string>& metadata) {
  if (metadata.size() > limits::kUserMetadata) {
    return fail(Reason::BadConfig,
                "more than " + std::to_string(limits::kUserMetadata) + " entries of metadata");
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : metadata) {
    TRY_VOID(check_entry(key, value));
    bytes += key.size() + value.size();
  }
  if (bytes > limits::kUserMetadataBytes) {
    return fail(Reason::BadConfig, "the metadata has more than " +
                                       std::to_string(limits::kUserMetadataBytes) + " bytes");
  }
  return {};
}

}  // namespace
}  // namespace countersign::signing
