// SPDX-License-Identifier: Apache-2.0
// Credentials by image, with the kubelet's rules (pkg/credentialprovider/keyring.go, v1.35), so
// that we ask with what the node will ask with.
//
// Keys are "host[:port][/path]", with an optional scheme and "/v1/" or "/v2/" before the path; the
// host's labels may be globs (`*`, `?`, `[]` within one label); ports are equal; Docker Hub has the
// key "index.docker.io". Of several that match, the longer ones, in reverse string order, come
// first. Unlike the kubelet, a path matches at a "/" only: "host/images" is no key for
// "host/images-of-others/x".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

class Keyring {
 public:
  enum class Format : std::uint8_t {
    DockerConfig,  // {"auths": {...}, ...}: config.json, kubernetes.io/dockerconfigjson
    DockerCfg      // the bare map of kubernetes.io/dockercfg
  };
  // Reason::BadConfig for what is no such document. An entry that can't be used is remembered as
  // such: it is an error only for images that it matches.
  [[nodiscard]] static Result<Keyring> parse(std::string_view json, Format);

  // What the other has comes after what this one has when keys are equal.
  void add(Keyring other);

  // The best match first; empty: none. BadConfig when the best match can't be used (its text is not
  // base64, only a helper program has it).
  [[nodiscard]] Result<std::vector<Credential>> match(const oci::ImageRef&) const;

 private:
  struct Entry;
  std::vector<Entry> entries_;
};

}  // namespace countersign::registry
