// SPDX-License-Identifier: Apache-2.0
// Lists that were fetched, by address and issuer: in memory, and in a folder where there is one.
#pragma once
#include <cstddef>
#include <mutex>
#include <optional>

#include "countersign/base/lru.h"

#include "revocation/list_folder.h"
#include "revocation/moment.h"
#include "revocation/source.h"

namespace countersign::revocation {

class ListCache {  // thread-safe
 public:
  ListCache(Settings, log::Logger&);

  // A list of memory that is valid now, fetched at `since` or later. One that is not valid is given
  // back, too, for limits::kRevocationFailureLife: its place would answer the same.
  std::optional<x509::Crl> find(const Source&, const Moment&, Tick since);

  // A list of the folder, judged as if it came from its source. Memory has it from then on.
  std::optional<x509::Crl> load(const Source&, const Moment&);

  // `der` are the bytes of the list.
  void keep(const Source&, const x509::Crl&, Bytes der, const Moment&);

  std::size_t bytes() const;  // in memory

 private:
  struct Entry {
    x509::Crl list;
    Tick fetched;
  };
  void remember(const Source&, const x509::Crl&, Tick fetched);

  mutable std::mutex mutex_;
  Lru<Entry> lists_;
  std::optional<ListFolder> folder_;
};

}  // namespace countersign::revocation
