// SPDX-License-Identifier: Apache-2.0
// Every size, count, depth and wait, with where its number comes from. docs/limits.md lists them.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace countersign::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// --- image references
inline constexpr std::size_t kReferenceBytes =
    1024;  // host 253 + port + path 255 + tag 128 + digest 135, rounded up
inline constexpr std::size_t kReferencePath = 255;  // distribution/reference, NameTotalLengthMax
inline constexpr std::size_t kReferenceTag = 128;   // its grammar
inline constexpr std::size_t kHostBytes = 253;      // RFC 1035: a DNS name
inline constexpr std::size_t kHostLabel = 63;       // RFC 1035: a label

// --- JSON and CBOR
inline constexpr std::size_t kJsonDepth = 64;       // Kubernetes objects stay below 30
inline constexpr std::size_t kJsonNodes = 400'000;  // an 8 MiB review of short members
inline constexpr std::size_t kDocumentJsonDepth =
    16;  // manifests, envelopes and policies stay below 8
inline constexpr std::size_t kDocumentJsonNodes = 50'000;
inline constexpr std::size_t kCborDepth = 8;       // an envelope needs 4
inline constexpr std::size_t kCborItems = 10'000;  // an envelope needs about 40

// --- registry answers
inline constexpr std::size_t kManifestBytes =
    4 * kMiB;  // OCI distribution: registries take at least 4 MB
inline constexpr std::size_t kReferrersPageBytes = 4 * kMiB;
inline constexpr std::size_t kReferrersPages = 50;  // ACR and ECR answer 50 to 100 a page
inline constexpr std::size_t kReferrers = 1'000;    // kept of one image
inline constexpr std::size_t kSignatureManifestBytes =
    64 * kKiB;  // a Notation manifest has about 1 KiB
inline constexpr std::size_t kEnvelopeBytes =
    1 * kMiB;  // the largest real envelope seen has 10 KiB
inline constexpr std::size_t kTokenBytes =
    128 * kKiB;  // a token endpoint's answer; oras has the same
inline constexpr std::size_t kRegistryErrorBytes = 8 * kKiB;
inline constexpr std::size_t kResponseHeaderBytes = 64 * kKiB;
inline constexpr std::size_t kResponseHeaders = 100;
inline constexpr std::size_t kRedirects = 3;    // registry -> storage is one
inline constexpr std::size_t kChallenges = 16;  // in all WWW-Authenticate headers of an answer
inline constexpr std::size_t kChallengeParameters = 16;
inline constexpr std::size_t kUrlBytes = 8 * kKiB;  // signed storage URLs stay below 2 KiB
inline constexpr std::size_t kLinkTargets = 16;  // in all Link headers of an answer; one is usual
inline constexpr std::size_t kBearerTokenBytes = 64 * kKiB;  // ACR's have 2 KiB
inline constexpr std::size_t kTokens = 1'000;  // kept per registry: one a repository and credential
inline constexpr seconds kTokenLife{
    60};  // distribution token spec: when `expires_in` is missing or less
inline constexpr seconds kTokenLifeMost{3'600};  // a revoked right is noticed within the hour
inline constexpr seconds kTokenMargin{
    5};  // renewed this long, or a tenth of its life, before it ends
inline constexpr std::size_t kLayers =
    5'000;  // descriptors in a manifest or index, of at least 7 JSON nodes each
inline constexpr std::uint64_t kDescriptorSize =
    1ULL << 53U;  // JSON readers disagree about larger integers (RFC 8259, section 6)

// --- signatures
inline constexpr std::size_t kSignaturesPerImage =
    50;  // two are usual; whoever may push can add thousands (CVE-2023-33957)
inline constexpr std::size_t kSignaturesAtOnce =
    25;  // fetched together: bounds a decision's memory to 25 envelopes
inline constexpr std::size_t kChainCertificates = 10;  // three are usual
inline constexpr std::size_t kCertificateBytes = 64 * kKiB;
inline constexpr std::size_t kDerDepth = 32;  // elements in elements; a certificate needs 8
inline constexpr std::size_t kObjectIdentifierText =
    256;  // dotted; real ones have 40 characters (CVE-2023-2650)
inline constexpr int kPublicKeyBits =
    8'192;  // of a CA; a verification costs 1 ms (CVE-2023-3446 and its kind)
inline constexpr int kCaSecurityBits = 112;          // NIST SP 800-57: RSA 2048, 224-bit curves
inline constexpr std::size_t kNameBytes = 8 * kKiB;  // a subject or an identity (CVE-2023-25656)
inline constexpr std::size_t kNameAttributes = 64;
inline constexpr std::size_t kHeaderAttributes = 64;   // in an envelope's protected header
inline constexpr std::size_t kPolicyBytes = 1 * kMiB;  // a trust policy document
inline constexpr std::size_t kPolicyStatements = 1'000;
inline constexpr std::size_t kPolicyValues =
    1'000;  // scopes, stores or identities of a statement; identities are compared pairwise
inline constexpr std::size_t kTrustStoreFileBytes = 1 * kMiB;
inline constexpr std::size_t kTrustStoreCertificates = 1'000;

// --- admission
inline constexpr std::size_t kReviewBytes =
    8 * kMiB;  // object and old object of etcd's 1.5 MiB, as JSON
inline constexpr std::size_t kImagesPerReview = 100;  // distinct ones; pods have fewer than ten
inline constexpr std::size_t kImageUsesPerReview = 1'000;  // fields, before equal images are merged
inline constexpr std::size_t kUidBytes = 1'024;
inline constexpr std::size_t kDenialBytes = 2 * kKiB;   // kubectl and events cut longer messages
inline constexpr std::size_t kWarningCharacters = 120;  // Kubernetes API convention
inline constexpr std::size_t kWarnings = 10;
inline constexpr std::size_t kCauses = 100;      // in a denial's details: one a distinct image
inline constexpr std::size_t kCauseBytes = 512;  // of one; the message tells the rest
inline constexpr std::size_t kAuditAnnotations = 8;
inline constexpr std::size_t kAuditKeyBytes = 63;  // Kubernetes: the name part of a qualified name
inline constexpr std::size_t kAuditAnnotationBytes = 2 * kKiB;
inline constexpr milliseconds kAdmissionReserve{
    300};  // of ?timeout=, so that a denial arrives before the API server gives up
inline constexpr seconds kAdmissionBudget{10};      // without ?timeout=: the API server's default
inline constexpr seconds kAdmissionBudgetMost{30};  // the API server's maximum
inline constexpr seconds kCommandWait{60};          // `verify`: only a person waits
inline constexpr seconds kTrustLoadWait{30};  // of all trust stores, at the start and at a reload
inline constexpr seconds kRetryAfter{2};  // client-go tries ten times; kubectl must not look frozen

// --- server (phases measured with a probe of this design)
inline constexpr seconds kHandshakeWait{5};
inline constexpr seconds kHeaderWait{5};
inline constexpr seconds kBodyWait{10};
inline constexpr seconds kIdleWait{
    120};  // longer than the API server's 90 s, so that it closes first
inline constexpr seconds kWriteWait{10};
inline constexpr seconds kWorkWait{
    35};  // the API server gives up after 30 s, so nobody waits for the answer
inline constexpr seconds kLingerWait{2};
inline constexpr seconds kLastCallWait{
    1};  // idle connections at a drain: a request may be on its way
inline constexpr milliseconds kAcceptPause{50};  // without file descriptors, until the next try
inline constexpr std::size_t kLoopThreads = 2;   // of the front; decisions have a pool of their own
inline constexpr std::size_t kReadBytes = 16 * kKiB;      // a TLS record
inline constexpr std::size_t kHeldBodyBytes = 64 * kMiB;  // of all requests not yet answered
inline constexpr std::size_t kAdminConnections = 64;      // kubelet and a few scrapers
inline constexpr std::size_t kLingerBytes = 256 * kKiB;
inline constexpr std::size_t kRequestHeaderBytes = 16 * kKiB;
inline constexpr std::size_t kConnections = 1'024;  // 25 a hook and API server, plus probes
inline constexpr std::size_t kWorkers =
    32;  // decisions at a time; they mostly wait for registries, and idle threads cost little
inline constexpr std::size_t kQueuedReviews = 256;  // beyond it a review is denied at once
inline constexpr seconds kDrainWait{25};            // within the 30 s that Kubernetes grants

// --- outbound
inline constexpr seconds kConnectWait{5};
inline constexpr std::size_t kConnectionsPerHost = 16;
inline constexpr std::size_t kIdleConnections = 64;
inline constexpr seconds kCaFileLife{
    300};  // a changed CA bundle counts for new connections after it

// --- logs
inline constexpr std::size_t kLogField = 1 * kKiB;  // bytes of one field
inline constexpr std::size_t kLogQueue = 8'192;     // lines

// --- configuration
inline constexpr std::size_t kConfigBytes = 1 * kMiB;
inline constexpr std::size_t kRules = 1'000;
inline constexpr std::size_t kNamespaceBytes = 63;  // Kubernetes: a label as of RFC 1123

}  // namespace countersign::limits
