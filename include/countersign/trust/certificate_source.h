// SPDX-License-Identifier: Apache-2.0
// Where the certificates of a trust store come from: files, Azure Key Vault.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::trust {

// What the certificates of a source are. Anchors: each is meant to be trusted, and one that may not
// be in such a store spoils its item. Chains: a signer's certificate with what stands above it; of
// these those are trusted that may be in such a store (anchors_of).
enum class Content : std::uint8_t { Anchors, Chains };

struct Entry {
  x509::Certificate certificate;
  std::string version = {};  // of the item, as its source calls it, for people; may be empty
};

// What is kept, replaced and dropped by itself: a certificate of a vault, with all its versions;
// all files of a store together.
struct Item {
  std::string name;  // once in a source, and the same at every load
  // Empty: it was looked at, and there is nothing to trust in it (any more); of Content::Anchors a
  // mistake. An Error: it could not
  // be looked at, so what it gave last stays until that is too old.
  Result<std::vector<Entry>> entries;
  std::string remark = {};  // what people should know: "version 01ab... is disabled"
  enum class Need : std::uint8_t { Optional, Required };
  Need need = Need::Optional;  // Required: without it the store is not ready
};

class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  virtual std::string_view description() const = 0;  // for logs: "files /trust/*.pem"
  virtual Content content() const { return Content::Anchors; }
  virtual bool fetched() const { return false; }  // over a network, so that it is refreshed
  // Every item as it is now: one that is missing here is gone. An Error: none could be looked at.
  // Called by one thread at a time.
  virtual Result<std::vector<Item>> load(Deadline) = 0;
};

// The usual source of one item.
inline Result<std::vector<Item>> one_item(std::string name,
                                          const std::vector<x509::Certificate>& certificates) {
  std::vector<Entry> entries;
  entries.reserve(certificates.size());
  for (const auto& certificate : certificates) {
    entries.push_back({certificate});
  }
  std::vector<Item> items;
  items.push_back({.name = std::move(name), .entries = std::move(entries)});
  return items;
}

}  // namespace countersign::trust
