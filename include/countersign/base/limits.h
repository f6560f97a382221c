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
// Host 253 + port + path 255 + tag 128 + digest 135, rounded up.
inline constexpr std::size_t kReferenceBytes = 1024;
// Of a path; NameTotalLengthMax of distribution/reference.
inline constexpr std::size_t kReferencePath = 255;
// Of a tag; distribution/reference.
inline constexpr std::size_t kReferenceTag = 128;
// RFC 1035: a DNS name.
inline constexpr std::size_t kHostBytes = 253;
// RFC 1035: a label.
inline constexpr std::size_t kHostLabel = 63;

// --- JSON and CBOR
// Kubernetes objects stay below 30.
inline constexpr std::size_t kJsonDepth = 64;
// An 8 MiB review of short members.
inline constexpr std::size_t kJsonNodes = 400'000;
// Manifests, envelopes and policies stay below 8.
inline constexpr std::size_t kDocumentJsonDepth = 16;
// Values and members of a manifest, envelope or policy; an index of a thousand referrers has
// 20,000.
inline constexpr std::size_t kDocumentJsonNodes = 50'000;
// An envelope needs 4.
inline constexpr std::size_t kCborDepth = 8;
// An envelope needs about 40.
inline constexpr std::size_t kCborItems = 10'000;

// --- registry answers
// OCI distribution: registries take at least 4 MB.
inline constexpr std::size_t kManifestBytes = 4 * kMiB;
// As a manifest: an index of referrers is one.
inline constexpr std::size_t kReferrersPageBytes = 4 * kMiB;
// ACR and ECR answer 50 to 100 a page.
inline constexpr std::size_t kReferrersPages = 50;
// Kept of one image.
inline constexpr std::size_t kReferrers = 1'000;
// A Notation manifest has about 1 KiB.
inline constexpr std::size_t kSignatureManifestBytes = 64 * kKiB;
// The largest real envelope seen has 10 KiB.
inline constexpr std::size_t kEnvelopeBytes = 1 * kMiB;
// A token endpoint's answer; oras has the same.
inline constexpr std::size_t kTokenBytes = 128 * kKiB;
// Of the body of an error answer; error documents have some hundred bytes.
inline constexpr std::size_t kRegistryErrorBytes = 8 * kKiB;
// Of an answer; registries send about 1 KiB.
inline constexpr std::size_t kResponseHeaderBytes = 64 * kKiB;
// Lines; registries send about 20.
inline constexpr std::size_t kResponseHeaders = 100;
// Registry -> storage is one.
inline constexpr std::size_t kRedirects = 3;
// In all WWW-Authenticate headers of an answer.
inline constexpr std::size_t kChallenges = 16;
// Of one challenge; three are usual.
inline constexpr std::size_t kChallengeParameters = 16;
// Signed storage URLs stay below 2 KiB.
inline constexpr std::size_t kUrlBytes = 8 * kKiB;
// In all Link headers of an answer; one is usual.
inline constexpr std::size_t kLinkTargets = 16;
// ACR's have 2 KiB.
inline constexpr std::size_t kBearerTokenBytes = 64 * kKiB;
// Kept per registry: one a repository and credential.
inline constexpr std::size_t kTokens = 1'000;
// Distribution token spec: when `expires_in` is missing or less.
inline constexpr seconds kTokenLife{60};
// A revoked right is noticed within the hour.
inline constexpr seconds kTokenLifeMost{3'600};
// Renewed this long, or a tenth of its life, before it ends.
inline constexpr seconds kTokenMargin{5};
// Of one image at one registry; the kubelet tries all that match, one or two are usual.
inline constexpr std::size_t kCredentialsTried = 5;
// Of a list of referrers that an admission rests on: ACR grants one identity 250 lists a minute.
inline constexpr seconds kReferrersLife{60};
// Of one that a refusal rests on: who has just signed tries again at once.
inline constexpr seconds kRecentReferrersLife{5};
// Of "this registry has the referrers tag and no referrers API": it may gain the API.
inline constexpr seconds kReferrersTagLife{600};
// Of what a registry demands, once a credential is refused for it: it may demand something else by
// now.
inline constexpr seconds kDemandLife{60};
// Sets of several credentials of which it is known which one a registry took last.
inline constexpr std::size_t kCredentialSets = 1'000;
// Of what a tag names. The node asks again when it pulls, so this is about a crowd of equal pods.
inline constexpr seconds kTagLife{5};
// Of "the registry does not have it" and "it refuses us": an image that is pushed now is found
// soon.
inline constexpr seconds kAbsenceLife{5};
// Of a look at a registry, however little time the first who wanted it had: the next one profits.
inline constexpr seconds kLookWait{10};
// So long before the end of its first caller's time a look tries nothing anew: he is to hear what
// failed.
inline constexpr milliseconds kAnswerReserve{100};
// Looks at one registry at a time; each is a thread that waits, and no other registry's looks wait
// for it.
inline constexpr std::size_t kLooks = 32;
// Looks that wait for one of these; beyond it the answer is Overloaded at once.
inline constexpr std::size_t kLooksWaiting = 512;
// Idle for so long, such a thread ends.
inline constexpr seconds kLookThreadLife{10};
// Of remembered manifests, keys included: what is known of one takes half a KiB.
inline constexpr std::size_t kManifestFactBytes = 2 * kMiB;
// Of remembered tags; they live for seconds only.
inline constexpr std::size_t kTagFactBytes = 512 * kKiB;
// Of remembered lists: some 4,000 with a signature or two.
inline constexpr std::size_t kReferrersFactBytes = 4 * kMiB;
// Of remembered signature manifests and envelopes: some 2,000 signatures.
inline constexpr std::size_t kContentFactBytes = 8 * kMiB;
// Of what is not there, apart, so that invented names displace only each other.
inline constexpr std::size_t kAbsenceFactBytes = 512 * kKiB;
// Descriptors in a manifest or index, of at least 7 JSON nodes each.
inline constexpr std::size_t kLayers = 5'000;
// A string of the platform of an index's entry; "10.0.20348.2340" is a long one.
inline constexpr std::size_t kPlatformText = 64;
// `os.features` of such a platform; "win32k" is the only one in use.
inline constexpr std::size_t kPlatformFeatures = 16;
// JSON readers disagree about larger integers (RFC 8259, section 6).
inline constexpr std::uint64_t kDescriptorSize = 1ULL << 53U;

// Of an image's configuration; it has some 10 KiB, containers/image has the same limit.
inline constexpr std::size_t kImageConfigBytes = 4 * kMiB;

// --- signatures
// Two are usual; whoever may push can add thousands (CVE-2023-33957).
inline constexpr std::size_t kSignaturesPerImage = 50;
// Fetched together: bounds a decision's memory to 25 envelopes.
inline constexpr std::size_t kSignaturesAtOnce = 25;
// Three are usual.
inline constexpr std::size_t kChainCertificates = 10;
// Of one certificate; RSA 4096 has 2 KiB.
inline constexpr std::size_t kCertificateBytes = 64 * kKiB;
// Elements in elements; a certificate needs 8.
inline constexpr std::size_t kDerDepth = 32;
// Dotted; real ones have 40 characters (CVE-2023-2650).
inline constexpr std::size_t kObjectIdentifierText = 256;
// Of a CA; a verification costs 1 ms (CVE-2023-3446 and its kind).
inline constexpr int kPublicKeyBits = 8'192;
// NIST SP 800-57: RSA 2048, 224-bit curves.
inline constexpr int kCaSecurityBits = 112;
// A subject or an identity (CVE-2023-25656).
inline constexpr std::size_t kNameBytes = 8 * kKiB;
// Of a subject or identity; names have about 6, and identities are compared attribute by attribute.
inline constexpr std::size_t kNameAttributes = 64;
// In each header of an envelope; six are usual.
inline constexpr std::size_t kHeaderAttributes = 64;
// A trust policy document.
inline constexpr std::size_t kPolicyBytes = 1 * kMiB;
// Of a trust policy; one a team is usual, and scopes are compared with all of them.
inline constexpr std::size_t kPolicyStatements = 1'000;
// Scopes, stores or identities of a statement; identities are compared pairwise.
inline constexpr std::size_t kPolicyValues = 1'000;
// Of one file; a bundle of all public roots has 250 KiB.
inline constexpr std::size_t kTrustStoreFileBytes = 1 * kMiB;
// Of one store; each signature's chain is compared with all of them.
inline constexpr std::size_t kTrustStoreCertificates = 1'000;

// --- revocation and timestamps
// Notation's limit is the same; answers about one certificate have 2 KiB.
inline constexpr std::size_t kOcspResponseBytes = 20 * kKiB;
// Lists of public code signing CAs stay below 1 MiB; this is room for 200,000 entries.
inline constexpr std::size_t kCrlBytes = 8 * kMiB;
// In one list; the smallest entry has 20 bytes, and each costs an index of 8.
inline constexpr std::size_t kCrlEntries = 400'000;
// Of all lists kept in memory.
inline constexpr std::size_t kRevocationCacheBytes = 32 * kMiB;
// Answers kept, each about one certificate.
inline constexpr std::size_t kRevocationStatuses = 10'000;
// OCSP responders, or lists, of one certificate; one or two are usual.
inline constexpr std::size_t kRevocationUrls = 8;
// Of the sources' clocks: thisUpdate may be so far ahead.
inline constexpr seconds kRevocationSkew{300};
// Of one OCSP exchange; Notation's client has the same.
inline constexpr seconds kOcspWait{2};
// Of one list; Notation's client has the same.
inline constexpr seconds kCrlWait{5};
// A status is found out anew after it, however far nextUpdate: a revocation is noticed within the
// hour. When its source is down, the old one still counts.
inline constexpr seconds kOcspLife{3'600};
// After a failure a source is left alone for so long.
inline constexpr seconds kRevocationFailureLife{30};
// Sources and certificates remembered for it; a broken network fails a few dozen.
inline constexpr std::size_t kRevocationFailures = 1'000;
// Asked again in the background so long, or a quarter of its life, before an answer is stale: room
// for several tries.
inline constexpr seconds kRevocationRenewal{600};
// What no decision has wanted for so long is not asked again in the background.
inline constexpr seconds kRevocationUse{3'600};
// Certificates that are; each is kept for it, parsed, with its issuer: about 20 KiB.
inline constexpr std::size_t kRevocationRenewed = 256;
// Of them together: a host has so many connections, and a wait also counts the queue for one.
inline constexpr std::size_t kRevocationsAtOnce = 16;
// Of all lists in the cache folder; twice what memory holds.
inline constexpr std::size_t kRevocationFolderBytes = 64 * kMiB;
// Lists in the cache folder, which is read whole at each write.
inline constexpr std::size_t kRevocationFiles = 1'000;
// Between two looks for answers that will soon be stale; they live for an hour or longer.
inline constexpr seconds kRevocationRefreshInterval{60};
// Of one such look: the end of the program waits for it.
inline constexpr seconds kRevocationRefreshWait{10};
// Of `maxStale`, 30 days: a source that was silent for longer says nothing.
inline constexpr seconds kRevocationStaleMost{2'592'000};
// Of `cacheBytes`: more than the memory that a webhook should ask for.
inline constexpr std::size_t kRevocationCacheBytesMost = 1'024 * kMiB;
// Of a token; real ones have 6 KiB with their certificates.
inline constexpr std::size_t kTimestampTokenBytes = 64 * kKiB;
// Of an accuracy; a day is more than any authority claims.
inline constexpr std::int64_t kTimestampAccuracySeconds = 86'400;
// Certificates followed from roots to a token's signer; two are usual, and only CAs that certify
// each other could ask for more than the ten that a token has.
inline constexpr std::size_t kTimestampChainSteps = 100;

// --- facts
// Opened envelopes kept in memory, counted by what they hold.
inline constexpr std::size_t kOpenedEnvelopeBytes = 8 * kMiB;
// Findings about bytes that are no good envelope, apart from the good ones: a thousand or so, for
// images with many junk signatures.
inline constexpr std::size_t kRefusedEnvelopeBytes = 1 * kMiB;

// --- admission
// Object and old object of etcd's 1.5 MiB, as JSON.
inline constexpr std::size_t kReviewBytes = 8 * kMiB;
// Distinct ones; pods have fewer than ten.
inline constexpr std::size_t kImagesPerReview = 100;
// Fields, before equal images are merged.
inline constexpr std::size_t kImageUsesPerReview = 1'000;
// Of a review; the API server sends 36.
inline constexpr std::size_t kUidBytes = 1'024;
// Kubectl and events cut longer messages.
inline constexpr std::size_t kDenialBytes = 2 * kKiB;
// Kubernetes API convention.
inline constexpr std::size_t kWarningCharacters = 120;
// Of an answer; the API server drops all beyond 4 KiB.
inline constexpr std::size_t kWarnings = 10;
// In a denial's details: one a distinct image.
inline constexpr std::size_t kCauses = 100;
// Of one; the message tells the rest.
inline constexpr std::size_t kCauseBytes = 512;
// Of an answer; we write six.
inline constexpr std::size_t kAuditAnnotations = 8;
// Kubernetes: the name part of a qualified name.
inline constexpr std::size_t kAuditKeyBytes = 63;
// Of one value; audit logs keep what they get.
inline constexpr std::size_t kAuditAnnotationBytes = 2 * kKiB;
// Of ?timeout=, so that a denial arrives before the API server gives up.
inline constexpr milliseconds kAdmissionReserve{300};
// Without ?timeout=: the API server's default.
inline constexpr seconds kAdmissionBudget{10};
// The API server's maximum.
inline constexpr seconds kAdmissionBudgetMost{30};
// `verify`: only a person waits.
inline constexpr seconds kCommandWait{60};
// Of all trust stores, at the start and at a reload.
inline constexpr seconds kTrustLoadWait{30};
// Client-go tries ten times; kubectl must not look frozen.
inline constexpr seconds kRetryAfter{2};

// --- Kubernetes API
// Of a pod or a service account; one or two are usual, and each is a request.
inline constexpr std::size_t kPullSecrets = 100;
// Fetched together: bounds what a decision holds of them.
inline constexpr std::size_t kPullSecretsAtOnce = 10;
// Of a secret or service account; they have some KiB, and who writes pods may write secrets.
inline constexpr std::size_t kApiObjectBytes = 256 * kKiB;
// A bound token has 1 KiB.
inline constexpr std::size_t kApiTokenBytes = 16 * kKiB;
// The kubelet replaces the token's file before it ends; client-go reads it again as often.
inline constexpr seconds kApiTokenLife{60};
// Of one exchange: an API server answers in milliseconds, and the registry has yet to be asked.
inline constexpr seconds kApiWait{5};
// A secret or service account that was changed counts after it.
inline constexpr seconds kPullSecretLife{60};
// One that was not there is looked for again after it.
inline constexpr seconds kAbsentSecretLife{5};
// Secrets kept, by what they hold: each has some hundred bytes.
inline constexpr std::size_t kPullSecretBytes = 4 * kMiB;
// Service accounts kept, by the names that they list.
inline constexpr std::size_t kServiceAccountBytes = 1 * kMiB;
// That one of these takes beside its texts, at least: nodes of a map and a list, pointers.
inline constexpr std::size_t kKeptObjectBytes = 512;
// Secrets that can't be used are logged once a version; so many are remembered for it.
inline constexpr std::size_t kSkippedSecrets = 1'000;

// --- Azure
// Of a tenant or client id; both are UUIDs or a domain's name.
inline constexpr std::size_t kAzureNameBytes = 128;
// A projected token has 1 KiB.
inline constexpr std::size_t kFederatedTokenBytes = 64 * kKiB;
// Of a file with a client secret; Entra makes them of 40 characters.
inline constexpr std::size_t kClientSecretBytes = 4 * kKiB;
// Of a file with a certificate and private key.
inline constexpr std::size_t kClientCertificateBytes = 64 * kKiB;
// Of `expires_in`, two days: managed identities get one.
inline constexpr seconds kAzureTokenLifeMost{172'800};
// A token is not sent any more so long before it ends: it is still to travel, and clocks differ.
inline constexpr seconds kAzureTokenMargin{30};
// Renewed so long before it ends, if nothing asks for it earlier.
inline constexpr seconds kAzureTokenRenewal{300};
// A token that lives so long is renewed at half of its life, as Microsoft's libraries do.
inline constexpr seconds kAzureTokenLong{7'200};
// Between two looks for tokens that are to be renewed; five fit into kAzureTokenRenewal.
inline constexpr seconds kAzureRenewalInterval{60};
// Of one such look: the end of the program waits for it.
inline constexpr seconds kAzureRenewalWait{10};
// After a failure; doubled for each further one.
inline constexpr seconds kAzureRetryPause{1};
// What the doubling ends at: a role or federation that Azure has not spread yet takes minutes.
inline constexpr seconds kAzureRetryPauseMost{60};
// Of a client assertion; Microsoft's libraries have the same.
inline constexpr seconds kAssertionLife{600};
// Its `nbf` lies so far back: clocks differ.
inline constexpr seconds kAssertionSkew{60};
// Of one exchange with a token endpoint: Microsoft advises ten seconds for the metadata service.
inline constexpr seconds kAzureTokenWait{10};
// Of who has a good token and fetches the next on the side: Azure answers within it, and the
// decision that he is about must not pay for an Azure that does not.
inline constexpr seconds kAzureAsideWait{2};
// A tenth earlier or later: replicas that began together do not ask together for ever.
inline constexpr double kAzureRenewalSpread = 0.1;
// How far the `nbf` of a federated token may lie ahead: clocks differ.
inline constexpr seconds kFederatedTokenSkew{60};

// --- Azure Container Registry
// Of a registry's name, at least; Azure.
inline constexpr std::size_t kAcrNameLeast = 5;
// And at most.
inline constexpr std::size_t kAcrNameMost = 50;
// Of a refresh token, whatever it says of itself: three hours are documented.
inline constexpr seconds kAcrTokenLifeMost{10'800};
// Of one that says nothing.
inline constexpr seconds kAcrTokenLife{300};
// Renewed so long before it ends, so that no image waits for it.
inline constexpr seconds kAcrTokenMargin{300};
// A refused refresh token is replaced only when it is so old: who has no right to an image must not
// make us ask for a new one at each try.
inline constexpr seconds kAcrTokenDoubt{60};
// Lists of referrers a minute: with the burst below, less than the 250 that ACR grants an identity.
inline constexpr std::size_t kAcrReferrersPerMinute = 180;
// Of `referrersPerMinute`; beyond it there is no point in a limit.
inline constexpr std::size_t kReferrersPerMinuteMost = 100'000;
// Lists that may be asked for at once after a quiet time.
inline constexpr std::size_t kReferrersBurst = 50;

// --- Azure Key Vault
// Of an answer; a secret has at most 25 KiB, a page of 25 versions 10.
inline constexpr std::size_t kVaultAnswerBytes = 256 * kKiB;
// Of a secret's value; Key Vault's own limit is 25 KiB.
inline constexpr std::size_t kVaultSecretBytes = 64 * kKiB;
// Of an object's name; Key Vault.
inline constexpr std::size_t kVaultObjectName = 127;
// Of a version: hexadecimal digits.
inline constexpr std::size_t kVaultVersionDigits = 32;
// Of a vault's name, at least; Key Vault.
inline constexpr std::size_t kVaultNameLeast = 3;
// And at most.
inline constexpr std::size_t kVaultNameMost = 24;
// Certificates in one secret: a chain has three, a bundle of roots some more.
inline constexpr std::size_t kVaultChain = 20;
// Pages of one list, of 25 entries each: a thousand versions or objects.
inline constexpr std::size_t kVaultPages = 40;
// Versions of one certificate that are trusted side by side.
inline constexpr std::size_t kVaultVersions = 25;
// Objects of one store that a pattern or tag may select.
inline constexpr std::size_t kVaultObjects = 100;
// Requests to one vault together; 4,000 in ten seconds are granted.
inline constexpr std::size_t kVaultAtOnce = 8;
// Rounds of deriving a key for a PKCS#12 file; OpenSSL writes 2,048, others up to 600,000.
inline constexpr std::int64_t kPkcs12Rounds = 1'000'000;
// Parts of such a file, each of which may cost a derivation; two are usual.
inline constexpr std::size_t kPkcs12Safes = 8;
// Nested `innererror` of an answer that are followed; one is usual.
inline constexpr std::size_t kVaultInnerErrors = 8;
// Of an error code that is shown; ForbiddenByConnection is a long one.
inline constexpr std::size_t kVaultErrorCode = 64;
// Remarks about versions of one certificate that are shown; the rest is counted.
inline constexpr std::size_t kVaultRemarks = 8;
// Tags that select certificates; Key Vault has at most 15 of one object.
inline constexpr std::size_t kVaultTags = 15;
// Of a tag's name or value; Key Vault.
inline constexpr std::size_t kVaultTagBytes = 256;

// --- trust stores that are fetched
// Between two refreshes: a certificate that was disabled counts for so long.
inline constexpr seconds kStoreRefresh{900};
// Of `refresh`, at least: five objects and three replicas then ask once in four seconds.
inline constexpr seconds kStoreRefreshLeast{60};
// Of `refresh`, at most a day.
inline constexpr seconds kStoreRefreshMost{86'400};
// Of `maxStale`: an outage of a day stops nothing; a certificate taken away counts no longer.
inline constexpr seconds kStoreMaxStale{86'400};
// Of `maxStale`, at most 30 days.
inline constexpr seconds kStoreMaxStaleMost{2'592'000};
// A tenth earlier or later, so that replicas and stores spread.
inline constexpr double kStoreJitter = 0.1;
// After a refresh that failed; doubled for each further one.
inline constexpr seconds kStoreRetryPause{1};
// What the doubling ends at.
inline constexpr seconds kStoreRetryPauseMost{60};
// A trusted certificate that ends within 30 days is told of.
inline constexpr seconds kExpiryNotice{2'592'000};
// Once a day.
inline constexpr seconds kExpiryNoticeEvery{86'400};

// --- server (phases measured with a probe of this design)
// A handshake takes some milliseconds; measured with stuck clients.
inline constexpr seconds kHandshakeWait{5};
// From the first byte of a request to the end of its header, which fits one packet.
inline constexpr seconds kHeaderWait{5};
// 8 MiB at 7 Mbit/s.
inline constexpr seconds kBodyWait{10};
// Longer than the API server's 90 s, so that it closes first.
inline constexpr seconds kIdleWait{120};
// An answer has some kilobytes; who does not read it blocks only himself.
inline constexpr seconds kWriteWait{10};
// The API server gives up after 30 s, so nobody waits for the answer.
inline constexpr seconds kWorkWait{35};
// After our last answer, so that a reset does not overtake it.
inline constexpr seconds kLingerWait{2};
// Idle connections at a drain: a request may be on its way.
inline constexpr seconds kLastCallWait{1};
// Without file descriptors, until the next try.
inline constexpr milliseconds kAcceptPause{50};
// Of the front; decisions have a pool of their own.
inline constexpr std::size_t kLoopThreads = 2;
// A TLS record.
inline constexpr std::size_t kReadBytes = 16 * kKiB;
// Of all requests not yet answered.
inline constexpr std::size_t kHeldBodyBytes = 64 * kMiB;
// Kubelet and a few scrapers.
inline constexpr std::size_t kAdminConnections = 64;
// Read and dropped in that time.
inline constexpr std::size_t kLingerBytes = 256 * kKiB;
// The API server sends some hundred bytes; nginx and Go have 8 KiB and 1 MiB.
inline constexpr std::size_t kRequestHeaderBytes = 16 * kKiB;
// 25 a hook and API server, plus probes.
inline constexpr std::size_t kConnections = 1'024;
// Decisions at a time. They mostly wait for registries, and those that wait for one that hangs must
// leave threads for the others: six times the looks that one registry is given at a time. A thread
// that waits costs some 40 KiB, so threads are started when they are needed.
inline constexpr std::size_t kWorkers = 192;
// Threads that stay when there is nothing to do.
inline constexpr std::size_t kWorkersKept = 4;
// Idle for so long, any other ends: a crowd of pods comes in waves some seconds apart.
inline constexpr seconds kWorkerLife{10};
// Beyond it a review is denied at once.
inline constexpr std::size_t kQueuedReviews = 256;
// Within the 30 s that Kubernetes grants.
inline constexpr seconds kDrainWait{25};

// --- outbound
// For TCP and TLS together; half of the usual budget of a decision.
inline constexpr seconds kConnectWait{5};
// HTTP/1.1 needs one a request at a time, so this bounds a burst of cold images: 32 at 20 ms each
// way are 800 requests a second. More, and registries answer 429.
inline constexpr std::size_t kConnectionsPerHost = 32;
// Of `connections`: more would be a load that a registry punishes.
inline constexpr std::size_t kConnectionsPerHostMost = 256;
// Kept for reuse; four hosts at their most.
inline constexpr std::size_t kIdleConnections = 128;
// Kept for reuse: one a connection that is kept.
inline constexpr std::size_t kIdleHandles = kIdleConnections;
// Between two looks at a connection that is being made: what each address that fails costs.
inline constexpr milliseconds kConnectTick{10};
// Tried for one exchange: registries have up to a dozen, and a name with thousands would make a
// scanner of us.
inline constexpr std::size_t kAddressesTried = 32;
// Entries of `noProxy`; each request to a host behind a proxy is compared with them.
inline constexpr std::size_t kNoProxy = 256;
// A changed CA bundle counts for new connections after it.
inline constexpr seconds kCaFileLife{300};

// --- hosts that fail
// Of one exchange with a registry: then it is tried on another connection, since connections go
// silent behind load balancers. A decision has time for two.
inline constexpr seconds kExchangeWait{4};
// An exchange that had less time than this says nothing about its host when it fails.
inline constexpr seconds kFairWait{1};
// Before the second attempt at most; doubled for each after it. A lost packet costs about as much.
inline constexpr milliseconds kRetryPause{100};
// What the doubling ends at: two more attempts within a decision.
inline constexpr milliseconds kRetryPauseMost{2'000};
// Retries of one host without a success in between: a whole batch of signatures.
inline constexpr std::size_t kRetryBudget = kSignaturesAtOnce;
// That earn one retry: retries are at most a tenth of a healthy host's load.
inline constexpr std::size_t kSuccessesPerRetry = 10;
// Of Retry-After: ACR counts down from it; a host that says more is asked again after it.
inline constexpr seconds kBackOffMost{60};
// In a row; a single caller's attempts at a host that is down.
inline constexpr std::size_t kBreakerFailures = 5;
// The first; doubled each time the host is found to be down still.
inline constexpr seconds kBreakerPause{1};
// What the doubling ends at: a host that is back is noticed within it.
inline constexpr seconds kBreakerPauseMost{30};
// That wait for a silent host: half of the looks that a registry gets.
inline constexpr std::size_t kSilentCallers = 16;
// Registries answer within a quarter of it.
inline constexpr seconds kHostSilence{1};
// Hosts whose state is known: the registries and what they redirect to, which others choose.
inline constexpr std::size_t kHosts = 256;
// Of all Warning headers of an answer; OCI distribution.
inline constexpr std::size_t kRegistryWarningBytes = 4 * kKiB;
// Of one that is reported.
inline constexpr std::size_t kRegistryWarningText = 512;
// Distinct ones reported of a host; one that makes up more is not worth the log.
inline constexpr std::size_t kRegistryWarnings = 32;

// --- logs
// Bytes of one field.
inline constexpr std::size_t kLogField = 1 * kKiB;
// That wait to be written; half a second at 2,000 decisions a second, should nobody read.
inline constexpr std::size_t kLogBytes = 512 * kKiB;
// Lines are gathered for so long and written together; a warning waits for nothing.
inline constexpr milliseconds kLogPause{5};

// --- configuration
// Of a configuration file; a ConfigMap holds 1 MiB.
inline constexpr std::size_t kConfigBytes = 1 * kMiB;
// Of a configuration; an image is compared with each in turn.
inline constexpr std::size_t kRules = 1'000;
// That a rule demands: each is a manifest to fetch; images have about ten.
inline constexpr std::size_t kPlatformsPerRule = 16;
// Of one registry, asked in turn inside one deadline.
inline constexpr std::size_t kMirrors = 8;
// Kubernetes: a label as of RFC 1123.
inline constexpr std::size_t kNamespaceBytes = 63;

// --- Labels of namespaces
// A label that was changed counts after it.
inline constexpr seconds kNamespaceLife{10};
// So old may labels be when the API server can't be asked: a restart of it takes less.
inline constexpr seconds kNamespaceStale{60};
// Of a look while older labels would do: a decision must not wait long for what it can do without.
inline constexpr seconds kNamespaceStaleWait{1};
// After a look that failed, older labels count so long before the next one.
inline constexpr seconds kNamespaceRetry{2};
// Kept; a large cluster has some thousand, and labels of one are some hundred bytes.
inline constexpr std::size_t kNamespacesKeptBytes = 4 * kMiB;
// Of one namespace; Kubernetes bounds them by the size of the object alone.
inline constexpr std::size_t kNamespaceLabels = 1'000;

// --- Serving certificate that keeps itself
// As cert-manager's and Kyverno's own webhooks have it.
inline constexpr seconds kAuthorityLife{31'536'000};
// A leaf of the authority ends before it does, whenever it is made: at most a third of it.
inline constexpr seconds kLeafLife{7'776'000};
// A rotation takes minutes; shorter than a day nobody needs, and each is a write in the cluster.
inline constexpr seconds kAuthorityLifeLeast{86'400};
// Ten years: what others sign for the longest.
inline constexpr seconds kAuthorityLifeMost{315'360'000};
// A leaf is renewed with a third of it left: an hour leaves twenty minutes.
inline constexpr seconds kLeafLifeLeast{3'600};
// Clocks of nodes and API servers differ by less.
inline constexpr seconds kCertificateBackdate{300};
// Of the lifetime: replicas don't all renew at one moment, and the first spares the others.
inline constexpr int kRenewalJitterShare = 30;
// Between the bundle being everywhere and the leaf that needs it: API servers learn of it by a
// watch within seconds, replicas look every kCertificateLook.
inline constexpr seconds kBundleSettling{60};
// Each is two or three small requests; a new pair is with every replica after it.
inline constexpr seconds kCertificateLook{10};
// Of one look, all requests together.
inline constexpr seconds kCertificateLookWait{20};
// A bundle that somebody else keeps changing is mended no more often.
inline constexpr seconds kBundleMendEvery{60};
// The same trouble is logged again after it.
inline constexpr seconds kServingTroubleEvery{600};
// Steps of one look: a start makes everything, publishes and notes it; the rest is for lost races.
inline constexpr int kCertificateSteps = 8;
// A service has five names at most, and a few for people.
inline constexpr std::size_t kServingNames = 20;
// Providers of Gatekeeper that hold our bundle; one is usual.
inline constexpr std::size_t kServingProviders = 20;
// Webhooks of one configuration; ours has three.
inline constexpr std::size_t kWebhooksOfConfiguration = 100;

// --- Events
// Of an event's message; the API server refuses more.
inline constexpr std::size_t kEventMessageBytes = 1024;
// Events fill etcd and its watchers.
inline constexpr std::size_t kEventsPerMinute = 30;
// Of `perMinute`: ten a second.
inline constexpr std::size_t kEventsPerMinuteMost = 600;
// That wait to be written, or to be counted together.
inline constexpr std::size_t kEventsWaiting = 200;
// Equal ones within it become one.
inline constexpr seconds kEventTogether{60};
// Of writing one.
inline constexpr seconds kEventWait{5};
// Events that were lost are told of no more often.
inline constexpr seconds kEventTroubleEvery{300};

// --- external data provider
// Keys are made of one object, and etcd keeps objects of at most 1.5 MiB.
inline constexpr std::size_t kProviderRequestBytes = 2 * kMiB;
// As kImageUsesPerReview: a key for every image field of the largest pod.
inline constexpr std::size_t kProviderKeys = 1'000;
// "[" namespace "]" and a reference: nothing longer can be pulled.
inline constexpr std::size_t kProviderKeyBytes = 2 + kHostLabel + kReferenceBytes;
// A request is 4 levels deep.
inline constexpr std::size_t kProviderJsonDepth = 8;
// Keys, and room for members that a later version adds.
inline constexpr std::size_t kProviderJsonNodes = 2 * kProviderKeys;
// Of a message for people: as much as a denial says of an image (kube::denial_message).
inline constexpr std::size_t kProviderMessageBytes = 512;
// Gatekeeper's validating webhook has 3 s, and needs some of it for itself.
inline constexpr milliseconds kProviderTimeout{2'500};
// Less than a round trip to a registry far away would refuse everything.
inline constexpr milliseconds kProviderTimeoutLeast{100};
// The API server waits 30 s for any webhook, and Gatekeeper is one.
inline constexpr milliseconds kProviderTimeoutMost{29'000};

// --- policy
// Named verifications beside the trust policy: one for each party that signs (build, scan, release)
// is usual; each is one more search through the signatures of an image.
inline constexpr std::size_t kVerifications = 16;
// Distinct signers that one rule may demand of each verification. Each costs a signature that must
// be fetched and verified inside one deadline.
inline constexpr std::size_t kSignersPerRule = 16;
// Requirements on labels in one rule. Every review may compare them all.
inline constexpr std::size_t kSelectorRequirements = 32;
// Of one requirement; the same.
inline constexpr std::size_t kSelectorValues = 64;
// Of a label's name or value; Kubernetes.
inline constexpr std::size_t kLabelBytes = 63;
// Of the prefix of a label's key; Kubernetes.
inline constexpr std::size_t kLabelPrefixBytes = 253;
// Patterns that are held against each other when rules are looked through for mistakes: enough for
// 1,000 rules with three patterns each, and less than a second of work.
inline constexpr std::size_t kRuleComparisons = 10'000'000;
// Of one run of `policy test`.
inline constexpr std::size_t kPolicyCases = 10'000;
// Of one case, which is written by hand.
inline constexpr std::size_t kPolicyCaseBytes = 1 * kMiB;

// --- files that change
// Between two looks at the files that the configuration names: a look costs some stat calls.
inline constexpr seconds kFileWatchPause{2};
// The files are read, whatever their times and sizes say.
inline constexpr seconds kFileReadPause{60};
// Of the paths that a configuration names, patterns counted once.
inline constexpr std::size_t kWatchedFiles = 4'096;
// Rules that have series of their own: those of a large configuration, and their names after some
// reloads.
inline constexpr std::size_t kRuleSeries = 2'000;

// --- workloads
// Of `admission.workloads`; a cluster has a handful of operators that make pods.
inline constexpr std::size_t kWorkloads = 100;
// Of the path to a pod template; "spec.jobTemplate.spec.template" has 30 bytes.
inline constexpr std::size_t kTemplatePathBytes = 128;
// Member names of such a path; the deepest of the operators that are known has 6.
inline constexpr std::size_t kTemplatePathNames = 16;

// --- serving certificates and clients
// Of a PEM file for TLS; a certificate with its chain and a key have some 10 KiB.
inline constexpr std::size_t kServingFileBytes = 256 * kKiB;
// Of the serving certificate and what is above it; three are usual.
inline constexpr std::size_t kServingChain = 10;
// Authorities that client certificates may come from; during a rotation there are two.
inline constexpr std::size_t kClientAuthorities = 32;
// Of `names` and `expectNames`; a service has five spellings.
inline constexpr std::size_t kCertificateNames = 64;
// Above a client's certificate; an API server's has none or one.
inline constexpr int kClientChainDepth = 5;
// Of all certificates that a client sends; three of RSA 4096 have 6 KiB.
inline constexpr long kClientChainBytes = 32 * 1'024;
// The clock of who issued the certificate may be so far ahead of ours.
inline constexpr seconds kIssuerClockSkew{60};
// Between two log lines about refused client certificates for the same reason: who is refused comes
// again at once.
inline constexpr seconds kRefusalLogPause{1};
// A serving certificate that ends within 30 days is told of.
inline constexpr seconds kServingNotice{2'592'000};
// Once a day.
inline constexpr seconds kServingNoticeEvery{86'400};
// Within 7 days nobody is about to renew it.
inline constexpr seconds kServingAlarm{604'800};
// Then once an hour.
inline constexpr seconds kServingAlarmEvery{3'600};
// Between two looks at its end.
inline constexpr seconds kServingLookInterval{60};

// --- callers that leave
// Between two looks whether those who wait for an answer still do; it costs a system call each.
inline constexpr milliseconds kCallerLook{50};

// --- the end of the server
// Of `drain.delay`: endpoints take some seconds to forget a pod.
inline constexpr seconds kDrainDelay{5};
// Of `drain.wait`, ten minutes: Kubernetes grants what a pod asks for, and no review takes longer
// than 30 s.
inline constexpr seconds kDrainWaitMost{600};

// --- warm decisions
// Of a request that a listener's thread tries to decide itself: a Pod has 2 to 20 KiB, and to read
// 64 takes it half a millisecond, in which it serves nobody else.
inline constexpr std::size_t kAtOnceBytes = 64 * kKiB;
// Of distinct images, or keys: each takes it some 30 microseconds.
inline constexpr std::size_t kAtOnceImages = 8;

// Certificates of signatures that were read before: some 250, far more than publishers in use.
inline constexpr std::size_t kKnownCertificateBytes = 2 * kMiB;

}  // namespace countersign::limits
