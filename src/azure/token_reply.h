// SPDX-License-Identifier: Apache-2.0
// What a token endpoint answers with 200: that of Microsoft Entra, or the metadata service, which
// writes its numbers as strings.
#pragma once
#include <string_view>

#include "countersign/azure/identity.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::azure {

// AzureIdentityUnavailable unless it is a JSON object with a `token_type` Bearer in any case, an
// `access_token` that can stand in a header, of at most limits::kBearerTokenBytes, and a whole
// `expires_in` from 1 to limits::kAzureTokenLifeMost seconds.
//
// `expires_on` can only shorten the life. A time that has passed already tells of a calendar that
// is wrong, not of the token, and so does nothing; nor does what is no number (a service writes
// dates). `refresh_in` counts when it lies within the life. The body is the caller's to wipe.
[[nodiscard]] Result<AccessToken> parse_token_reply(std::string_view body, Time now);

}  // namespace countersign::azure
