// SPDX-License-Identifier: Apache-2.0
// Image references, with the grammar that containerd and the kubelet use (distribution/reference
// and ParseDockerRef), nothing looser. One parser serves policy matching and URLs alike.
//
//   reference := name [ ":" tag ] [ "@" digest ]        name := [ host [ ":" port ] "/" ] path
//
// Stricter than that grammar, because other parsers on the way disagree about these: hosts with
// upper-case letters, labels over 63 or hosts over 253 characters, ports 0, over 65535 or with
// leading zeros, IPv6 that inet_pton refuses, a host part that is not a host ("foo_bar.com/app"),
// and local image ids ("sha256:ab12", Reason::LocalImageId), which containerd runs without any
// registry.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::oci {

class ImageRef {
 public:
  // Reason::BadReference or Reason::LocalImageId. Linear time, no recursion.
  [[nodiscard]] static Result<ImageRef> parse(std::string_view text);

  const std::string& host() const { return host_; }  // lower case, without port; "[::1]" for IPv6
  std::optional<std::uint16_t> port() const { return port_; }
  const std::string& path() const { return path_; }               // "library/nginx"
  const std::optional<std::string>& tag() const { return tag_; }  // informational beside a digest
  const std::optional<Digest>& digest() const { return digest_; }

  std::string registry() const;  // "docker.io", "host:5000": as configuration lists registries
  // "docker.io/library/nginx": what rules and scopes are matched against, a canonical_scope(). Two
  // spellings of one place have one repository().
  std::string repository() const;
  std::string wire_host() const;  // "registry-1.docker.io": host[:port] to connect to
  // As ParseDockerRef writes it: registry, path, then "@digest" or ":tag" ("latest" by default).
  std::string text() const;
  std::string wire_reference() const;  // the digest's text, else the tag

 private:
  ImageRef() = default;
  friend class ImageRefParser;
  std::string host_, path_;
  std::optional<std::uint16_t> port_;
  std::optional<std::string> tag_;
  std::optional<Digest> digest_;
};

// The form in which scopes of a trust policy and image names are compared: lower-case host,
// docker.io for its aliases (index.docker.io, registry-1.docker.io), no ":443", "library/" added.
// "registry-1.docker.io/nginx" stays itself: a pull does not add "library/" there. `repository` is
// host[:port]/path without tag and digest; nothing is checked, and text without a slash comes back
// as it is. Canonical text comes back unchanged.
std::string canonical_scope(std::string_view repository);

}  // namespace countersign::oci
