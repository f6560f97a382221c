// SPDX-License-Identifier: Apache-2.0
// ASN.1 read strictly, where OpenSSL is lenient.
#pragma once
#include <optional>
#include <string>

#include <openssl/asn1.h>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"

namespace countersign::x509 {

// Exactly one DER element: definite and minimal lengths, minimal integers, TRUE as 0xff, no bits
// set behind a bit string, strings in one piece. OpenSSL reads BER and keeps the bytes of names and
// of the signed part as they came, so that its re-encoding shows little. Not checked: the order of
// a SET, DEFAULT values written out, and what is inside of OCTET STRINGs and implicit tags.
bool is_der(Bytes bytes);

// RFC 5280, 4.1.2.5: UTCTime YYMMDDHHMMSSZ for 1950 to 2049, GeneralizedTime YYYYMMDDHHMMSSZ.
std::optional<Time> read_time(const ASN1_TIME& time);

std::optional<std::string> dotted(const ASN1_OBJECT* type);  // "2.5.4.6"

}  // namespace countersign::x509
