// SPDX-License-Identifier: Apache-2.0
// Notation's own configuration folder: trustpolicy.oci.json (or trustpolicy.json), and
// truststore/x509/<type>/<name>/.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "countersign/admission/notation_verifier.h"

#include "app/certificate_files.h"
#include "app/setup.h"

namespace countersign::app {

// Whether there is a trust policy to read, good or bad.
bool has_trust_policy(const std::filesystem::path& folder);

// Verifier and trust stores for one repository. As Notation does, only the stores that the
// applicable statement names are read. Reason::BadConfig.
[[nodiscard]] Result<Setup> read_notation_home(const std::filesystem::path& folder,
                                               std::span<const std::string> repositories,
                                               admission::NotationOptions, const Warn&);

}  // namespace countersign::app
