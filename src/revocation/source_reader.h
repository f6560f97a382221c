// SPDX-License-Identifier: Apache-2.0
// Reads sources, many at once: from the caches where they have an answer, else from the network,
// each place once, however many threads want it.
#pragma once
#include <atomic>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "revocation/failures.h"
#include "revocation/flights.h"
#include "revocation/list_cache.h"
#include "revocation/moment.h"
#include "revocation/source.h"

namespace countersign::revocation {

struct ReadTerms {
  Moment moment;     // when the reading began
  Tick lists_since;  // lists that were fetched earlier don't count
  Deadline deadline;
};

class SourceReader {  // thread-safe
 public:
  SourceReader(Settings, net::HttpTransport&, const Clock&, log::Logger&);

  // In the order of the sources. RevocationUnknown, or DeadlineExceeded when our time was up, which
  // says nothing about the source.
  std::vector<Result<Finding>> read_all(std::span<const Source>, const ReadTerms&);

  std::size_t requests() const { return requests_; }
  std::size_t failures() const { return failed_; }
  std::size_t cached_bytes() const { return lists_.bytes(); }

 private:
  struct Errand {
    const Source& source;
    Flights::Seat seat;
  };
  using Found = std::map<std::string, Result<Finding>>;  // by the key of the source

  std::vector<Errand> errands(std::span<const Source>, const ReadTerms&, Found&);
  void run(std::span<const Errand>, const ReadTerms&, Found&);
  std::optional<Result<Finding>> known(const Source&, const ReadTerms&);
  std::optional<Result<Finding>> stored(const Source&, const ReadTerms&);
  Result<Finding> settle(const Source&, const Result<net::Response>&, const Moment&);
  std::unexpected<Error> failed(const std::string& key, std::string detail);

  net::HttpTransport& transport_;
  const Clock& clock_;
  ListCache lists_;
  Failures failures_;
  Flights flights_;
  std::atomic<std::size_t> requests_ = 0;
  std::atomic<std::size_t> failed_ = 0;
};

}  // namespace countersign::revocation
