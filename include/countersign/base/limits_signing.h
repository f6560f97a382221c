// SPDX-License-Identifier: Apache-2.0
// Limits of signing and of the commands around it, which the webhook never needs.
#pragma once
#include <chrono>
#include <cstddef>

#include "countersign/base/limits.h"

namespace countersign::limits {

// --- signing
// Of `sign` as a whole, with a vault, a timestamp authority and a slow registry.
inline constexpr seconds kSignWait{120};
// Of a private key's file, which may hold its certificates, too.
inline constexpr std::size_t kKeyFileBytes = 256 * kKiB;
// Of a passphrase's file; the rest of a line is a mistake.
inline constexpr std::size_t kPassphraseBytes = 1 * kKiB;
// Entries that a user adds to what is signed; the Notation CLI has no limit.
inline constexpr std::size_t kUserMetadata = 64;
// Of all of them together: the payload stays far below an envelope's limit.
inline constexpr std::size_t kUserMetadataBytes = 64 * kKiB;
// A signature may be told to end within a hundred years.
inline constexpr seconds kExpiryMost{3'153'600'000};
// Of a timestamp authority's answer; Notation has the same.
inline constexpr std::size_t kTimestampReplyBytes = 1 * kMiB;
// For a timestamp authority's answer; the Notation CLI waits as long.
inline constexpr seconds kTimestampWait{15};
// Bits of a timestamp request's nonce; RFC 3161 asks for 64 at least.
inline constexpr std::size_t kTimestampNonceBytes = 16;

// --- publishing
// Of one upload; half of a minute at 64 KiB/s, and no signature comes near it.
inline constexpr std::size_t kUploadBytes = 2 * kMiB;
// For one upload; the rest of the time is for other attempts.
inline constexpr seconds kUploadWait{30};
// Of what a registry answers to an upload; most answer nothing.
inline constexpr std::size_t kWriteReplyBytes = 64 * kKiB;
// Attempts of one upload, while the registry can't be reached or limits requests.
inline constexpr int kUploadAttempts = 3;
// How long a writer may take from reading the referrers tag to writing it. Who took longer reads it
// again.
inline constexpr milliseconds kTagWriteWindow{1'000};
// Looks, a window apart, that must find what was written before it is called settled: whoever had
// read the tag before has written by then.
inline constexpr int kTagLooks = 2;
// Attempts to get into the tag while others write; between them the wait doubles, and is random.
inline constexpr int kTagAttempts = 32;
// The longest of these waits.
inline constexpr milliseconds kTagBackOffMost{4'000};
// Between two attempts to lock a layout folder, which others keep for milliseconds.
inline constexpr milliseconds kLockPause{10};

// --- Notation's plugin protocol
// Of a request; the largest has an envelope's payload of some KiB in base64.
inline constexpr std::size_t kPluginRequestBytes = 1 * kMiB;
// Entries of pluginConfig; there are four that we know.
inline constexpr std::size_t kPluginConfig = 64;
// Digits of a minor contract version; so far there is 1.0.
inline constexpr std::size_t kPluginMinorDigits = 4;

// --- keys and certificates for tests
// Rounds of PBKDF2 under a key's passphrase; OWASP's advice for HMAC with SHA-256.
inline constexpr int kPassphraseRounds = 600'000;
// A certificate that we make ends within a hundred years.
inline constexpr seconds kIssuedLifeMost{3'153'600'000};

// --- commands about many images
// References of one `verify`; a cluster's whole list of images is below it.
inline constexpr std::size_t kReferencesAtOnce = 10'000;
// Of their file.
inline constexpr std::size_t kReferenceListBytes = 8 * kMiB;
// Images that are verified at the same time.
inline constexpr std::size_t kParallelVerifications = 8;

}  // namespace countersign::limits
