// SPDX-License-Identifier: Apache-2.0
// A repository that holds one signature and what was fetched of it: a verifier that looks into it
// says what this signature alone is worth, and no byte is fetched twice.
#pragma once
#include <optional>

#include "countersign/registry/repository.h"

namespace countersign::app {

class OneSignature final : public registry::Repository {
 public:
  // `envelope` is missing when the manifest names none.
  OneSignature(oci::Descriptor signature, Result<oci::Blob> manifest,
               std::optional<Result<oci::Blob>> envelope);

  Result<oci::Descriptor> resolve(const oci::ImageRef&, Deadline) override;  // it has no image
  Result<std::vector<oci::Descriptor>> referrers(const oci::Descriptor&, std::string_view, Age,
                                                 Deadline) override;
  std::vector<Result<oci::Blob>> fetch(std::span<const oci::Descriptor>, Content, std::size_t most,
                                       Deadline) override;

 private:
  Result<oci::Blob> fetch_one(const oci::Descriptor&, Content, std::size_t most) const;

  oci::Descriptor signature_;
  Result<oci::Blob> manifest_;
  std::optional<Result<oci::Blob>> envelope_;
};

}  // namespace countersign::app
