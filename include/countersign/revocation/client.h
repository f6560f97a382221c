// SPDX-License-Identifier: Apache-2.0
// Finds out whether certificates were revoked, by OCSP and revocation lists (Notary Project trust
// policy specification, "Certificate Revocation Evaluation"). Asks only what it is asked about:
// that the chain deserves it is the caller's business, and `notation` makes sure of it.
//
// OCSP first, its responders in turn until one gives a valid answer; lists when OCSP leaves the
// status unknown or there is no responder, and then all of a certificate's lists. Only http: the
// answers are signed. No redirects, no credentials.
//
// What is known is asked for again when it is over, or after limits::kOcspLife. A source that
// failed is left alone for limits::kRevocationFailureLife.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/revocation_status.h"

namespace countersign::revocation {

struct Query {
  x509::Certificate certificate;
  x509::Certificate issuer;
};

struct Settings {
  std::size_t cache_bytes = limits::kRevocationCacheBytes;  // of lists kept in memory
  std::filesystem::path cache_folder = {};  // lists survive a restart there; empty: they don't
};

struct Counters {  // for metrics: since the start, and what is kept now
  std::size_t requests = 0, failures = 0, cached_statuses = 0, cached_bytes = 0;
};

class Client {  // thread-safe; the only state are caches of signed answers
 public:
  virtual ~Client() = default;

  // In the order of the queries, all at once, within the deadline. A status may be older than its
  // fresh_until when its source can't be reached: whether that is good enough is for the caller to
  // say. Unknown when a responder says that he does not know and no list is named. Error:
  // RevocationUnknown or DeadlineExceeded. Never throws.
  virtual std::vector<Result<x509::RevocationStatus>> ask(std::span<const Query>, Deadline) = 0;

  // Asks again about what was asked lately and will soon be stale, so that decisions need not wait.
  virtual void refresh(Deadline) = 0;

  virtual Counters counters() const = 0;
};

// Transport, clock and logger are borrowed. A cache folder that can't be used is logged, and done
// without.
std::unique_ptr<Client> make_client(Settings, net::HttpTransport&, const Clock&, log::Logger&);

}  // namespace countersign::revocation
