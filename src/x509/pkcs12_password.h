// SPDX-License-Identifier: Apache-2.0
// What the pieces of a PKCS#12 reader share: the empty password, and how much work a file may ask
// for.
#pragma once
#include <cstdint>
#include <optional>

#include "countersign/base/limits.h"

#include "x509/der.h"

namespace countersign::x509 {

// RFC 7292, B.1: passwords are BMPStrings with an end mark, so that the empty one has two bytes.
// Some writers hash no bytes at all.
enum class EmptyPassword : std::uint8_t { EndMark, NoBytes };

// As OpenSSL wants it, with a length of 0.
inline const char* openssl_text(EmptyPassword password) {
  return password == EmptyPassword::EndMark ? "" : nullptr;
}

// An INTEGER with the rounds of a key derivation; nullopt for none and for too many.
inline std::optional<int> read_rounds(const std::optional<Der>& element) {
  const auto rounds = element ? integer(element->content) : std::nullopt;
  return rounds && *rounds >= 1 && *rounds <= limits::kPkcs12Rounds
             ? std::optional(static_cast<int>(*rounds))
             : std::nullopt;
}

}  // namespace countersign::x509
