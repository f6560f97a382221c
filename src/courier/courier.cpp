// SPDX-License-Identifier: Apache-2.0
#include "countersign/courier/courier.h"

#include <atomic>

#include "courier/delivery.h"
#include "courier/hosts.h"

namespace countersign::courier {

struct Courier::State {
  Means means;
  Hosts hosts;
  std::atomic<bool> closed = false;
};

Courier::Courier(net::HttpTransport& transport, Patience& patience, Observer& observer,
                 const Clock& clock)
    : state_(new State{.means = {transport, patience, observer, clock}, .hosts = {}}) {}
Courier::~Courier() = default;

std::vector<Result<net::Response>> Courier::send_all(std::span<const net::Request> requests,
                                                     Deadline deadline) {
  if (state_->closed) {
    return {requests.size(), fail(Reason::Overloaded, "no request is sent any more")};
  }
  return Delivery(state_->means, state_->hosts, requests, deadline).run();
}

// Who is under way is woken, or given up by the transport.
void Courier::close() {
  state_->closed = true;
  state_->means.patience.end();
  state_->means.transport.close();
}

}  // namespace countersign::courier
