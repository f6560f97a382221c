// SPDX-License-Identifier: Apache-2.0
// An OCI index that clients share, the referrers tag's or a layout's, to which descriptors are
// added. What stands there stays as it is, byte for byte: others keep in it what we do not know.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::registry {

struct IndexEntry {
  oci::Digest digest;
  std::string text;  // the descriptor, JSON
};

// With artifactType and annotations where it has them (distribution specification 1.1, "Referrers
// Tag Schema").
IndexEntry entry_of(const oci::Descriptor&);

class ReferrerIndex {
 public:
  static ReferrerIndex empty();
  // RegistryResponse: not an OCI index, or not one that Countersign would read.
  [[nodiscard]] static Result<ReferrerIndex> parse(std::string text, std::string_view content_type);

  bool has(const oci::Digest&) const;
  // Nothing when it is there. RegistryResponse: nobody could read the index that would come of it.
  [[nodiscard]] Result<void> add(const IndexEntry&);

  const std::vector<IndexEntry>& entries() const { return entries_; }
  const std::string& text() const { return text_; }

 private:
  ReferrerIndex(std::string text, std::vector<IndexEntry> entries)
      : text_(std::move(text)), entries_(std::move(entries)) {}
  std::string text_;
  std::vector<IndexEntry> entries_;
};

}  // namespace countersign::registry
