// SPDX-License-Identifier: Apache-2.0
// Every size, count, depth and wait, with where its number comes from. docs/limits.md lists them.
#pragma once
#include <chrono>
#include <cstddef>

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
inline constexpr std::size_t kLayers = 10'000;  // descriptors in a manifest or index

// --- signatures
inline constexpr std::size_t kSignaturesPerImage =
    50;  // two are usual; whoever may push can add thousands (CVE-2023-33957)
inline constexpr std::size_t kChainCertificates = 10;  // three are usual
inline constexpr std::size_t kCertificateBytes = 64 * kKiB;
inline constexpr std::size_t kNameBytes = 8 * kKiB;  // a subject or an identity (CVE-2023-25656)
inline constexpr std::size_t kNameAttributes = 64;
inline constexpr std::size_t kHeaderAttributes = 64;   // in an envelope's protected header
inline constexpr std::size_t kPolicyBytes = 1 * kMiB;  // a trust policy document
inline constexpr std::size_t kPolicyStatements = 1'000;
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
inline constexpr std::size_t kAuditAnnotationBytes = 2 * kKiB;
inline constexpr milliseconds kAdmissionReserve{
    300};  // of ?timeout=, so that a denial arrives before the API server gives up
inline constexpr seconds kAdmissionBudget{10};      // without ?timeout=: the API server's default
inline constexpr seconds kAdmissionBudgetMost{30};  // the API server's maximum
inline constexpr seconds kRetryAfter{2};  // client-go tries ten times; kubectl must not look frozen

// --- server (phases measured with a probe of this design)
inline constexpr seconds kHandshakeWait{5};
inline constexpr seconds kHeaderWait{5};
inline constexpr seconds kBodyWait{10};
inline constexpr seconds kIdleWait{
    120};  // longer than the API server's 90 s, so that it closes first
inline constexpr seconds kWriteWait{10};
inline constexpr seconds kLingerWait{2};
inline constexpr std::size_t kLingerBytes = 256 * kKiB;
inline constexpr std::size_t kRequestHeaderBytes = 16 * kKiB;
inline constexpr std::size_t kConnections = 1'024;  // 25 a hook and API server, plus probes
inline constexpr std::size_t kQueuedReviews = 256;  // beyond it a review is denied at once
inline constexpr seconds kDrainWait{25};            // within the 30 s that Kubernetes grants

// --- outbound
inline constexpr seconds kConnectWait{5};
inline constexpr std::size_t kConnectionsPerHost = 16;
inline constexpr std::size_t kIdleConnections = 64;

// --- logs
inline constexpr std::size_t kLogField = 1 * kKiB;  // bytes of one field
inline constexpr std::size_t kLogQueue = 8'192;     // lines

// --- configuration
inline constexpr std::size_t kConfigBytes = 1 * kMiB;
inline constexpr std::size_t kRules = 1'000;

}  // namespace countersign::limits
