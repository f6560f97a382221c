// SPDX-License-Identifier: Apache-2.0
// How the instance metadata service says no.
#pragma once
#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"

#include "azure/entra_error.h"

namespace countersign::azure {

// Of an answer other than 200. AzureIdentityRefused: 400, 401 and 403 with an error in JSON. That
// is lasting ("the requested identity is not assigned"), so it asks for a pause of
// limits::kAzureRetryPauseMost. All else, 404 and 410 while an identity is being changed among it,
// is AzureIdentityUnavailable.
Refusal read_metadata_error(const net::Response&, Time now);

}  // namespace countersign::azure
