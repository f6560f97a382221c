// SPDX-License-Identifier: Apache-2.0
// What a running application says of itself.
#pragma once
#include <string>

#include "countersign/base/clock.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"
#include "countersign/serving/certificate_keeper.h"

#include "app/application.h"
#include "app/denial_events.h"
#include "app/registration_watch.h"

namespace countersign::app {

// The gauges, as they are now.
void show(const Application&, Time now, server::Metrics&);
void show(const server::FrontCounters&, server::Metrics&);
void show(const serving::KeeperStatus&, server::Metrics&);
void show(const DenialEvents::Counters&, server::Metrics&);
void show(const RegistrationWatch::Status&, server::Metrics&);

// The lines that /readyz?verbose adds: trust stores and identities.
std::string details_of(const Application&, Time now);

}  // namespace countersign::app
