// SPDX-License-Identifier: Apache-2.0
#include "azure/version_choice.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

constexpr std::size_t kShownDigits = 8;  // of 32

void sort_newest_first(std::vector<Listed>& list) {
  const auto age = [](const Listed& each) {
    return std::tuple(each.attributes.created.value_or(Time::min()), each.version);
  };
  std::ranges::sort(list, std::greater(), age);
}

std::size_t candidates(const Versions& wanted, std::size_t count) {
  return wanted.which == Versions::Which::Last ? std::min(wanted.count, count) : count;
}

}  // namespace

VersionChoice choose_versions(const Versions& wanted, std::vector<Listed> list,
                              KeyVaultSettings::Expired expired, Time now) {
  sort_newest_first(list);
  list.resize(candidates(wanted, list.size()));
  VersionChoice choice;
  std::size_t older = 0;
  for (const auto& each : list) {
    const auto stands = standing(each.attributes, now);
    if (!counts(stands, expired)) {
      choice.remarks.push_back(version_remark(each.version, text_of(stands)));
    } else if (choice.versions.size() < limits::kVaultVersions) {
      choice.versions.push_back(each.version);
    } else {
      ++older;
    }
  }
  if (older > 0) {
    choice.remarks.push_back(std::to_string(older) + " older versions are left out");
  }
  return choice;
}

bool counts(Standing standing, KeyVaultSettings::Expired expired) {
  switch (standing) {
    case Standing::Disabled:
      return false;
    case Standing::NotYetValid:
    case Standing::Ended:
      return expired == KeyVaultSettings::Expired::Keep;
    case Standing::Usable:
      return true;
  }
  return false;
}

std::string version_remark(std::string_view version, std::string_view what) {
  return "version " + std::string(version.substr(0, kShownDigits)) + " " + std::string(what);
}

}  // namespace countersign::azure
