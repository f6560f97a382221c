// SPDX-License-Identifier: Apache-2.0
// A certificate and its private key in files, for a client that has to show who it is.
#pragma once
#include <string>

#include "countersign/base/result.h"

namespace countersign::crypto {

// Reason::BadConfig unless both files, PEM, can be read, the key needs no passphrase, and it
// belongs to the first certificate. Who uses the pair reads the files for itself, so this is about
// a mistake being told at the start, and guards nothing.
[[nodiscard]] Result<void> check_key_pair(const std::string& certificate_file,
                                          const std::string& key_file);

}  // namespace countersign::crypto
