// SPDX-License-Identifier: Apache-2.0
// A subject as OpenSSL has it.
#pragma once
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/subject.h"

namespace countersign::x509 {

crypto::X509NamePtr write_subject(const Subject&);  // null when OpenSSL refuses a value

}  // namespace countersign::x509
