// SPDX-License-Identifier: Apache-2.0
// An image, and what is to refer to it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/registry/publisher.h"

#include "support/scripted_transport.h"

namespace countersign::registry::test_data {

inline const std::string kImage =
    R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
    R"({"mediaType":"application/vnd.oci.image.config.v1+json","digest":)"
    R"("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]})";

inline Content content(std::string_view type, std::string text) {
  auto blob = oci::Blob::of(std::move(text));
  const auto size = blob.bytes().size();
  oci::Descriptor descriptor{std::string(type), blob.digest(), size, {}, {}};
  return {std::move(descriptor), std::move(blob)};
}

inline oci::Descriptor image() { return content(oci::media_type::kOciManifest, kImage).descriptor; }

// `name` makes another signature.
inline Attachment signature(const std::string& name = "") {
  const auto subject = image();
  const auto config = content(oci::media_type::kNotarySignature, "{}");
  const auto envelope = content(oci::media_type::kCose, "envelope" + name);
  const auto text = [](const oci::Descriptor& each) {
    return R"({"mediaType":")" + each.media_type + R"(","digest":")" + each.digest.text() +
           R"(","size":)" + std::to_string(each.size) + "}";
  };
  auto manifest = content(
      oci::media_type::kOciManifest,
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
          text(config.descriptor) + R"(,"layers":[)" + text(envelope.descriptor) +
          R"(],"subject":)" + text(subject) + "}");
  manifest.descriptor.artifact_type = oci::media_type::kNotarySignature;
  manifest.descriptor.annotations = {{"made", "by \"us\""}};
  return {{config, envelope}, std::move(manifest), subject};
}

// "PUT https://h/x" of each.
inline std::vector<std::string> sent(const test::ScriptedTransport& http) {
  std::vector<std::string> requests;
  for (const auto& request : http.seen()) {
    requests.push_back(std::string(net::verb(request.method)) + " " + request.url);
  }
  return requests;
}

}  // namespace countersign::registry::test_data
