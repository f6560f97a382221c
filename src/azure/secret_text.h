// SPDX-License-Identifier: Apache-2.0
// The text of a secret, taken out of the vault's answer before anything parses the answer. Parsers
// copy what they read, and free the copies as they are.
#pragma once
#include <string>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::azure {

// The string that the member "value" of the outermost object holds, with private keys in PEM
// overwritten (below). In `answer` an "x" stands in place of each of its bytes then, so that it is
// valid JSON when it was before.
//
// KeyVaultUnavailable when there is no such string, or two; then all of `answer` is wiped.
[[nodiscard]] Result<Secret> take_secret_text(std::string& answer);

// Overwrites what PEM holds of private keys of any kind with spaces: everything behind the words
// "PRIVATE KEY", in any case, up to where the next block begins or a block ends. Line ends stay.
void blank_private_keys(std::string& pem);

}  // namespace countersign::azure
