// SPDX-License-Identifier: Apache-2.0
// One batch of requests on its way: sent together, and what is worth another attempt together
// again, until all have an answer or can't get one in time.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/courier/courier.h"
#include "countersign/net/http_transport.h"

#include "courier/hosts.h"
#include "courier/symptoms.h"

namespace countersign::courier {

struct Means {  // borrowed
  net::HttpTransport& transport;
  Patience& patience;
  Observer& observer;
  const Clock& clock;
};

class Delivery {  // used once, by one thread
 public:
  // The requests outlive it.
  Delivery(const Means&, Hosts&, std::span<const net::Request>, Deadline);

  std::vector<Result<net::Response>> run();

 private:
  struct Parcel {  // one request
    const net::Request* request = nullptr;
    std::shared_ptr<HostState> host;
    std::size_t attempts = 0;
    Tick due{};                                 // of the next attempt
    std::optional<Result<net::Response>> last;  // what came of the one before
    Symptoms symptoms;                          // of that
    bool settled = false;                       // `last` is the result
  };
  struct Visit {  // to one host
    HostState* host = nullptr;
    Permit permit = Permit::None;
    std::vector<Parcel*> parcels;
  };

  void round();
  std::vector<Visit> due_visits(Tick now);
  bool admitted(Visit&, Tick now);
  void send(std::span<const Visit>);
  void conclude(const Visit&, Tick began);
  void plan(Parcel&, Tick now, double chance) const;
  void report(const Parcel&, Waited) const;
  void wait_for_due();

  static void refuse(Parcel&, const Error&);

  Means means_;
  Deadline deadline_;
  std::vector<Parcel> parcels_;
};

}  // namespace countersign::courier
