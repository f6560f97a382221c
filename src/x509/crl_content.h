// SPDX-License-Identifier: Apache-2.0
// What was read of a revocation list.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"

#include "x509/crl_entries.h"
#include "x509/crl_extensions.h"

namespace countersign::x509 {

struct CrlContent {
  ByteVector der;  // the rest borrows from it
  Bytes issuer;    // the Name, raw
  Time this_update{};
  Time next_update{};
  CrlEntries entries;
  CrlExtensions extensions;
};

}  // namespace countersign::x509
