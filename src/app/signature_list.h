// SPDX-License-Identifier: Apache-2.0
// The signatures of an image, as its registry lists them; nothing is fetched or judged.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "countersign/oci/descriptor.h"
#include "countersign/registry/repository.h"

#include "app/image_access.h"

namespace countersign::app {

struct SignatureList {
  std::string reference;  // "ghcr.io/team/app@sha256:..."; of a layout "FOLDER@sha256:..."
  oci::Descriptor image;
  std::vector<oci::Descriptor> signatures;  // their manifests, by digest, each once
  std::size_t left_out = 0;                 // beyond the limit
};

// Errors are those of Repository.
[[nodiscard]] Result<SignatureList> list_signatures(registry::Repository&, const Target&,
                                                    std::size_t most, Deadline);

// Says on the console what `left_out` says.
void warn_of_limit(const SignatureList&, Console&);

std::string list_text(const SignatureList&);   // as `notation list`
std::string list_table(const SignatureList&);  // a line for each: digest, size, media type
std::string list_json(const SignatureList&);   // one line

}  // namespace countersign::app
