// SPDX-License-Identifier: Apache-2.0
// What `sign` made, and how it is told.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/notation/envelope.h"
#include "countersign/registry/publisher.h"
#include "countersign/signing/signature.h"

namespace countersign::app {

struct NewSignature {
  std::string reference;  // "ghcr.io/team/app@sha256:..."; of a layout "FOLDER@sha256:..."
  oci::Descriptor image;
  signing::Artifact artifact;
  std::shared_ptr<const notation::Envelope> envelope;  // as a verifier reads it
  std::optional<registry::Attached::Listed> listed;    // nullopt: it was stored nowhere
  std::vector<std::string> warnings;
};

std::string signature_text(const NewSignature&);  // several lines
std::string signature_json(const NewSignature&);  // one line

}  // namespace countersign::app
