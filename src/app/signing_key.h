// SPDX-License-Identifier: Apache-2.0
// Who signs, as the options of `sign` name him.
#pragma once
#include <memory>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/courier/courier.h"
#include "countersign/signing/signer.h"

#include "app/sign.h"

namespace countersign::app {

struct SigningKey {
  std::shared_ptr<AzureAccess> azure;  // of a key in a vault; the signer uses it
  std::unique_ptr<signing::Signer> signer;
};

// What is borrowed outlives the key. BadConfig: the key, its certificates, or what the vault has
// can't sign at this time; else the vault's and the identity's reasons.
[[nodiscard]] Result<SigningKey> signing_key(const SignOptions&, const Console&, const Clock&,
                                             courier::Observer&, Deadline);

}  // namespace countersign::app
