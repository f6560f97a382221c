// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/descriptor.h"

#include <array>
#include <utility>

#include "countersign/codec/base64.h"

namespace countersign::oci {
namespace {

using crypto::HashAlgorithm;

// "The algorithm component MUST be [...] registered" and the encoded part has exactly its length
// (OCI image specification 1.1, descriptor.md, "Registered algorithms").
constexpr std::array kAlgorithms{std::pair{std::string_view("sha256"), HashAlgorithm::Sha256},
                                 std::pair{std::string_view("sha384"), HashAlgorithm::Sha384},
                                 std::pair{std::string_view("sha512"), HashAlgorithm::Sha512}};

}  // namespace

Result<Digest> Digest::parse(std::string_view text, Reason reason) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(reason, "a digest is an algorithm, a colon and hex digits");
  }
  for (const auto& [name, algorithm] : kAlgorithms) {
    if (text.substr(0, colon) != name) {
      continue;
    }
    TRY(auto bytes, codec::decode_hex(text.substr(colon + 1), reason));
    if (bytes.size() != crypto::hash_size(algorithm)) {
      return fail(reason, "a " + std::string(name) + " digest has " +
                              std::to_string(2 * crypto::hash_size(algorithm)) + " hex digits");
    }
    return Digest(algorithm, std::move(bytes));
  }
  return fail(reason, "digest algorithms are sha256, sha384 and sha512");
}

Digest Digest::of(Bytes content, HashAlgorithm algorithm) {
  return {algorithm, crypto::hash(algorithm, content)};
}

std::string Digest::text() const {
  const auto name = algorithm_name();
  std::string text;
  text.reserve(name.size() + 1 + 2 * bytes_.size());
  return text.append(name).append(":").append(encoded());
}

std::string Digest::encoded() const { return codec::encode_hex(bytes_); }

std::string_view Digest::algorithm_name() const {
  switch (algorithm_) {
    case HashAlgorithm::Sha256:
      return "sha256";
    case HashAlgorithm::Sha384:
      return "sha384";
    case HashAlgorithm::Sha512:
      return "sha512";
  }
  return "unknown";
}

Result<Blob> Blob::check(const Digest& expected, Buffer bytes) {
  if (Digest::of(bytes.bytes(), expected.algorithm()) != expected) {
    return fail(Reason::DigestMismatch, "the bytes received are not " + expected.text());
  }
  return Blob(expected, std::move(bytes));
}

Result<Blob> Blob::check(const Descriptor& expected, Buffer bytes) {
  // "the size [...] exists so that a client will have an expected size for the content before
  // validating" (descriptor.md): what has the wrong size is never hashed.
  if (bytes.bytes().size() != expected.size) {
    return fail(Reason::DigestMismatch, "received " + std::to_string(bytes.bytes().size()) +
                                            " bytes where the descriptor says " +
                                            std::to_string(expected.size));
  }
  return check(expected.digest, std::move(bytes));
}

Blob Blob::of(Buffer bytes) {
  auto digest = Digest::of(bytes.bytes());
  return {std::move(digest), std::move(bytes)};
}

}  // namespace countersign::oci
