// SPDX-License-Identifier: Apache-2.0
// Certificates out of PEM texts, and what OpenSSL says when it refuses.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/openssl_ptr.h"

namespace countersign::server {

using Certificates = std::vector<crypto::X509Ptr>;

// All of a PEM text in its order, one at least. Other PEM blocks are skipped. Reason::BadConfig:
// none, more than `most`, half of one.
[[nodiscard]] Result<Certificates> read_certificates(std::string_view pem, std::size_t most);

struct Validity {
  Time begin;
  Time end;
};
[[nodiscard]] Result<Validity> validity(const X509* certificate);

// Whether a client that expects this DNS name or IP address takes it. The common name counts for
// none of today's clients.
bool is_for(X509* certificate, const std::string& name);

// Reads a text without a copy of it; null when it is too large for OpenSSL or memory is short.
crypto::BioPtr memory_bio(std::string_view text);

// Without it OpenSSL asks for the passphrase of an encrypted key on the terminal.
int no_passphrase(char*, int, int, void*);

// What the oldest entry of this thread's error queue says; later ones tell who passed it on.
// Empties the queue.
std::string openssl_reason();

}  // namespace countersign::server
