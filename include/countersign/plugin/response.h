// SPDX-License-Identifier: Apache-2.0
// What a plugin that signs answers (plugin-extensibility.md, "Plugin metadata" and "Signature
// Generator"). JSON, one line without its end.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/plugin/request.h"
#include "countersign/signing/signer.h"

namespace countersign::plugin {

// Capability SIGNATURE_GENERATOR.RAW alone: Notation makes the envelope itself, and so it also
// timestamps, counts expiry and knows formats that come.
std::string metadata(std::string_view version);

// `signer` is that of the request's key. Validation when the Notary Project has no algorithm for
// it.
[[nodiscard]] Answer<std::string> describe_key(const KeyRequest&, const signing::Signer& signer);

// Validation when the key is not what the request takes it for: it may have been rotated since it
// was described. Else what the signer says.
[[nodiscard]] Answer<std::string> generate_signature(const SignatureRequest&,
                                                     const signing::Signer& signer, Deadline);

}  // namespace countersign::plugin
