// SPDX-License-Identifier: Apache-2.0
// Which versions of an object are trusted.
#pragma once
#include <string>
#include <vector>

#include "countersign/azure/key_vault.h"

#include "azure/object_list.h"

namespace countersign::azure {

struct VersionChoice {
  std::vector<std::string> versions;  // the newest first
  std::vector<std::string> remarks;   // about those that were left out
};

// Of Last and All: those to ask for. The newest is the one created last; of those created in the
// same second, the one with the higher identifier.
VersionChoice choose_versions(const Versions&, std::vector<Listed>, KeyVaultSettings::Expired,
                              Time now);

// Does it still count? The limits of an object's own validity may be told not to.
bool counts(Standing, KeyVaultSettings::Expired);

// "version 0123abcd is disabled": the first digits are enough for people.
std::string version_remark(std::string_view version, std::string_view what);

}  // namespace countersign::azure
