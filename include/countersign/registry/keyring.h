// SPDX-License-Identifier: Apache-2.0
// Credentials by image, with the kubelet's rules (pkg/credentialprovider/keyring.go, v1.35), so
// that we ask with what the node will ask with.
//
// Keys are "host[:port][/path]", with an optional scheme and "/v1/" or "/v2/" before the path; the
// host's labels may be globs (`*`, `?`, `[]` within one label); ports are equal; Docker Hub has the
// key "index.docker.io". Of several that match, the longer ones, in reverse string order, come
// first. docs/credentials.md lists what differs from the kubelet; above all, a path matches at a
// "/" only: "host/images" is no key for "host/images-of-others/x".
#pragma once
#include <cstdint>
#include <functional>
#include <map>
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
  // The few entries that could count for this image: joined with those of others they match it as
  // the whole keyrings would.
  Keyring only_for(const oci::ImageRef&) const;

  // The best match first, each credential once, at most limits::kCredentialsTried; empty: none.
  // BadConfig when the best match can't be used (its text is not base64, only a helper program has
  // it).
  [[nodiscard]] Result<std::vector<Credential>> match(const oci::ImageRef&) const;

 private:
  struct Key {  // lower-case host, which is a pattern; "" or digits; "" or "/path"
    std::string host, port, path;
    std::string text() const;
    bool is_hub() const;
    bool matches(const oci::ImageRef&) const;
  };
  struct Entry {
    Key key;
    Result<Credential> credential;
  };

  static Key parse_key(std::string_view text);
  // docker leaves an empty entry behind when a store keeps what belongs there.
  enum class Empty : std::uint8_t { NoCredential, InHelper };
  void add_entries(const codec::Json& auths, Empty);
  void add_helpers(const codec::Json& helpers);
  void add_entry(std::string_view key, Result<Credential>);
  std::vector<const Entry*> entries_for(const oci::ImageRef&) const;

  // By the text of the key, the best first; equal ones in the order in which they came.
  std::multimap<std::string, Entry, std::greater<>> entries_;
};

}  // namespace countersign::registry
