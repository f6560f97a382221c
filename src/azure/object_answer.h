// SPDX-License-Identifier: Apache-2.0
// What an answer about one version of a secret or certificate says.
#pragma once
#include <string>

#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

#include "azure/object_attributes.h"

namespace countersign::azure {

struct ObjectVersion {
  std::string version;
  Attributes attributes;
  // BadConfig when it can't be used; that matters only when the attributes want it to be used.
  Result<x509::Chain> certificates;
  // "kid", as it stands: the version of a key that they belong to. Empty when there is none.
  std::string key_id = {};
};

}  // namespace countersign::azure
