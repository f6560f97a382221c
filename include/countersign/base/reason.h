// SPDX-License-Identifier: Apache-2.0
// Every reason why an image can be refused, in one table. Metric labels, the code at the head of a
// denial, docs/reasons.md and the tests come from it or are checked against it.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace countersign {

enum class Blame : std::uint8_t { Author, Publisher, Remote, Operator, Us };  // who must act

// One row a reason: name, wire name, who must act, may the same request succeed later, meaning.
// The wire names are a contract with users: they are added, never changed. Internal is the first
// row because it is the value of a Reason that nobody set.
#define COUNTERSIGN_REASONS(X)                                                                     \
  X(Internal, "INTERNAL", Us, false, "a fault in Countersign itself")                              \
  X(BadRequest, "BAD_REQUEST", Author, false, "the admission review can't be judged")              \
  X(UnsupportedResource, "UNSUPPORTED_RESOURCE", Operator, false,                                  \
    "the webhook is registered for a resource it does not know")                                   \
  X(TooManyImages, "TOO_MANY_IMAGES", Author, false, "more distinct images than the limit")        \
  X(BadReference, "BAD_REFERENCE", Author, false, "the image reference is not valid")              \
  X(LocalImageId, "LOCAL_IMAGE_ID", Author, false,                                                 \
    "the image is named by a node's local image id, not by a reference")                           \
  X(BadConfig, "BAD_CONFIG", Operator, false, "the configuration can't be used")                   \
  X(NoPolicy, "NO_POLICY", Operator, false,                                                        \
    "no rule or trust policy statement is about the image")                                        \
  X(ImageDenied, "IMAGE_DENIED", Operator, false, "a rule denies this image")                      \
  X(RegistryNotAllowed, "REGISTRY_NOT_ALLOWED", Operator, false, "the registry is not configured") \
  X(AddressNotAllowed, "ADDRESS_NOT_ALLOWED", Operator, false,                                     \
    "the host resolves to an address that may not be contacted")                                   \
  X(TagNotAllowed, "TAG_NOT_ALLOWED", Author, false, "the rule demands a reference by digest")     \
  X(ImageNotFound, "IMAGE_NOT_FOUND", Author, false, "the registry does not have the image")       \
  X(DigestMismatch, "DIGEST_MISMATCH", Remote, false,                                              \
    "the bytes received do not have the digest that was asked for")                                \
  X(SignatureNotFound, "SIGNATURE_NOT_FOUND", Publisher, false, "the image has no signature")      \
  X(SignatureLimit, "SIGNATURE_LIMIT", Publisher, false,                                           \
    "more signatures than the limit, and none of those tried is good")                             \
  X(TooFewSigners, "TOO_FEW_SIGNERS", Publisher, false,                                            \
    "fewer distinct signers than the rule demands")                                                \
  X(EnvelopeInvalid, "ENVELOPE_INVALID", Publisher, false, "the signature is malformed")           \
  X(SignatureInvalid, "SIGNATURE_INVALID", Publisher, false,                                       \
    "the signature does not match the signed bytes")                                               \
  X(PayloadMismatch, "PAYLOAD_MISMATCH", Publisher, false, "something else was signed")            \
  X(CertificateProfile, "CERTIFICATE_PROFILE", Publisher, false,                                   \
    "the certificate chain breaks the Notary Project profile")                                     \
  X(Untrusted, "UNTRUSTED", Publisher, false, "no certificate of the chain is in a trust store")   \
  X(IdentityMismatch, "IDENTITY_MISMATCH", Publisher, false,                                       \
    "the signer is none of the trusted identities")                                                \
  X(CertificateExpired, "CERTIFICATE_EXPIRED", Publisher, false,                                   \
    "a certificate is not valid at the time that counts")                                          \
  X(SignatureExpired, "SIGNATURE_EXPIRED", Publisher, false, "the signature has expired")          \
  X(TimestampInvalid, "TIMESTAMP_INVALID", Publisher, false,                                       \
    "the timestamp is missing or can't be trusted")                                                \
  X(Revoked, "REVOKED", Publisher, false, "a certificate was revoked")                             \
  X(RevocationUnknown, "REVOCATION_UNKNOWN", Remote, true,                                         \
    "whether a certificate was revoked could not be found out")                                    \
  X(PlatformMissing, "PLATFORM_MISSING", Publisher, false,                                         \
    "the image lacks a platform that the rule demands")                                            \
  X(RegistryAuth, "REGISTRY_AUTH", Operator, false, "the registry refuses our credentials")        \
  X(RegistryUnavailable, "REGISTRY_UNAVAILABLE", Remote, true, "the registry can't be reached")    \
  X(RegistryThrottled, "REGISTRY_THROTTLED", Remote, true, "the registry limits our requests")     \
  X(RegistryResponse, "REGISTRY_RESPONSE", Remote, false,                                          \
    "the registry's answer breaks the protocol or a limit")                                        \
  X(CredentialsUnavailable, "CREDENTIALS_UNAVAILABLE", Remote, true,                               \
    "the credentials for the registry could not be fetched")                                       \
  X(TrustStoreEmpty, "TRUST_STORE_EMPTY", Operator, true, "a trust store has no certificates")     \
  X(TrustStoreStale, "TRUST_STORE_STALE", Operator, true,                                          \
    "a trust store could not be refreshed for too long")                                           \
  X(KeyVaultUnavailable, "KEY_VAULT_UNAVAILABLE", Remote, true,                                    \
    "Azure Key Vault can't be reached")                                                            \
  X(KeyVaultDenied, "KEY_VAULT_DENIED", Operator, false, "Azure Key Vault refuses our identity")   \
  X(AzureIdentityUnavailable, "AZURE_IDENTITY_UNAVAILABLE", Remote, true,                          \
    "no token for our Azure identity could be fetched")                                            \
  X(AzureIdentityRefused, "AZURE_IDENTITY_REFUSED", Operator, false,                               \
    "Azure refuses our identity, or it is not set up")                                             \
  X(NamespaceUnavailable, "NAMESPACE_UNAVAILABLE", Remote, true,                                   \
    "the labels of the namespace could not be read")                                               \
  X(DeadlineExceeded, "DEADLINE_EXCEEDED", Remote, true, "the time for the decision ran out")      \
  X(Overloaded, "OVERLOADED", Us, true, "too many requests wait for a decision")

enum class Reason : std::uint8_t {
#define COUNTERSIGN_ROW(name, wire, blame, retry, meaning) name,
  COUNTERSIGN_REASONS(COUNTERSIGN_ROW)
#undef COUNTERSIGN_ROW
};

std::string_view wire_name(Reason) noexcept;  // "SIGNATURE_NOT_FOUND"
std::string_view meaning(Reason) noexcept;    // for people: one clause, no full stop
Blame blame(Reason) noexcept;                 // who can mend it
bool may_retry(Reason) noexcept;              // may the same request succeed later
std::span<const Reason> all_reasons() noexcept;
std::string_view name(Blame) noexcept;  // "author", "publisher", ...

}  // namespace countersign
