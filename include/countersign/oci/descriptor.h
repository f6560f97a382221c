// SPDX-License-Identifier: Apache-2.0
// Digests, descriptors, and bytes that are proven to be what a descriptor says (OCI image
// specification 1.1, descriptor.md).
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"

namespace countersign::oci {

class Digest {  // an algorithm and that many bytes; never a string that was not parsed
 public:
  // "sha256:" and 64, "sha384:" and 96, "sha512:" and 128 lower-case hex digits. Anything else,
  // known to OCI or not, is refused.
  [[nodiscard]] static Result<Digest> parse(std::string_view text, Reason reason);
  static Digest of(Bytes content, crypto::HashAlgorithm algorithm = crypto::HashAlgorithm::Sha256);

  crypto::HashAlgorithm algorithm() const { return algorithm_; }
  std::string text() const;                 // "sha256:ab12..."
  std::string encoded() const;              // "ab12..."
  std::string_view algorithm_name() const;  // "sha256"
  auto operator<=>(const Digest&) const = default;

 private:
  Digest(crypto::HashAlgorithm algorithm, ByteVector bytes)
      : algorithm_(algorithm), bytes_(std::move(bytes)) {}
  crypto::HashAlgorithm algorithm_;
  ByteVector bytes_;
};

namespace media_type {
inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kDockerManifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerList =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kOciEmpty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view kNotarySignature = "application/vnd.cncf.notary.signature";
inline constexpr std::string_view kCose = "application/cose";
inline constexpr std::string_view kJose = "application/jose+json";
}  // namespace media_type

struct Descriptor {
  std::string media_type;  // as written; compared exactly
  Digest digest;
  std::uint64_t size = 0;
  std::string artifact_type;  // empty when absent; a hint until the manifest says the same
  std::map<std::string, std::string> annotations;  // never believed: ordering hints only

  // Media type, digest and size: what a signature binds.
  bool same_content(const Descriptor& other) const {
    return media_type == other.media_type && digest == other.digest && size == other.size;
  }
};

class Blob {  // bytes that were hashed and matched; there is no other way to get one. Cheap to copy
 public:
  // Compares size, then digest. Reason::DigestMismatch when they differ.
  [[nodiscard]] static Result<Blob> check(const Digest& expected, ByteVector bytes);
  [[nodiscard]] static Result<Blob> check(const Descriptor& expected, ByteVector bytes);
  // For a tag: what was received decides the digest.
  static Blob of(ByteVector bytes);

  Bytes bytes() const { return *bytes_; }
  const Digest& digest() const { return digest_; }

 private:
  Blob(Digest digest, ByteVector bytes)
      : digest_(std::move(digest)), bytes_(std::make_shared<const ByteVector>(std::move(bytes))) {}
  Digest digest_;
  std::shared_ptr<const ByteVector> bytes_;
};

}  // namespace countersign::oci
