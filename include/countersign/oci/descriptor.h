// SPDX-License-Identifier: Apache-2.0
// Digests, descriptors, and bytes that are proven to be what a descriptor says (OCI image
// specification 1.1, descriptor.md).
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"
#include "countersign/oci/platform.h"

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
  std::map<std::string, std::string> annotations;   // never believed: ordering hints only
  std::optional<Platform> platform = std::nullopt;  // of an entry of an index

  // Media type, digest and size: what a signature binds.
  bool same_content(const Descriptor& other) const {
    return media_type == other.media_type && digest == other.digest && size == other.size;
  }
};

class Buffer {  // bytes that were received, taken over without a copy. Cheap to copy
 public:
  Buffer(ByteVector bytes)  // NOLINT(google-explicit-constructor): both are what bytes come as
      : Buffer(std::make_shared<const ByteVector>(std::move(bytes))) {}
  Buffer(std::string text)  // NOLINT(google-explicit-constructor)
      : Buffer(std::make_shared<const std::string>(std::move(text))) {}

  Bytes bytes() const { return bytes_; }

 private:
  explicit Buffer(std::shared_ptr<const ByteVector> bytes)
      : bytes_(*bytes), owner_(std::move(bytes)) {}
  explicit Buffer(std::shared_ptr<const std::string> text)
      : bytes_(as_bytes(*text)), owner_(std::move(text)) {}

  Bytes bytes_;  // of the owner
  std::shared_ptr<const void> owner_;
};

class Blob {  // bytes that were hashed and matched; there is no other way to get one. Cheap to copy
 public:
  // Compares size, then digest. Reason::DigestMismatch when they differ.
  [[nodiscard]] static Result<Blob> check(const Digest& expected, Buffer bytes);
  [[nodiscard]] static Result<Blob> check(const Descriptor& expected, Buffer bytes);
  // For a tag: what was received decides the digest.
  static Blob of(Buffer bytes);

  Bytes bytes() const { return buffer_.bytes(); }
  const Digest& digest() const { return digest_; }

 private:
  Blob(Digest digest, Buffer bytes) : digest_(std::move(digest)), buffer_(std::move(bytes)) {}
  Digest digest_;
  Buffer buffer_;
};

}  // namespace countersign::oci
