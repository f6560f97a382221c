// SPDX-License-Identifier: Apache-2.0
// The MAC over a PKCS#12 file (RFC 7292, section 5.1). With a password that everybody knows it
// proves nothing but that the file is whole; it also tells which form of the password was used.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

#include "x509/pkcs12_password.h"

namespace countersign::x509 {

// `mac_data` is the content of a MacData, `content` what it is about.
[[nodiscard]] Result<EmptyPassword> check_mac(Bytes mac_data, Bytes content, Reason reason);

}  // namespace countersign::x509
