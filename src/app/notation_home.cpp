// SPDX-License-Identifier: Apache-2.0
#include "app/notation_home.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/policy/combine.h"

#include "app/file.h"
#include "app/notation_plan.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));
}

// The newer name wins when both are there, even when it can't be read.
fs::path policy_file(const fs::path& folder) {
  const auto newer = folder / "trustpolicy.oci.json";
  return is_there(newer) ? newer : folder / "trustpolicy.json";
}

Result<notation::TrustPolicy> read_policy(const fs::path& folder) {
  const auto file = policy_file(folder);
  TRY(const auto content, read_file(file, limits::kPolicyBytes, Links::Refuse));
  auto policy = notation::TrustPolicy::parse(content);
  if (!policy) {
    return fail(policy.error().reason, file.string() + ": " + policy.error().detail);
  }
  return policy;
}

StoreSetup store_setup(const fs::path& home, const trust::StoreName& name, const Warn& warn) {
  const auto folder = home / "truststore" / "x509" / trust::name(name.type) / name.name;
  return {.where = folder.string(),
          .store = {.name = name, .source = certificate_folder(folder, warn)}};
}

// Each once, in the order in which the policy names them.
std::vector<trust::StoreName> stores_for(const notation::TrustPolicy& policy,
                                         std::span<const std::string> repositories) {
  std::vector<trust::StoreName> names;
  for (const auto& repository : repositories) {
    const auto* const statement = policy.statement_for(repository);
    for (const auto& name : statement ? statement->stores : std::vector<trust::StoreName>()) {
      if (std::ranges::find(names, name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  return names;
}

}  // namespace

bool has_trust_policy(const fs::path& folder) { return is_there(policy_file(folder)); }

Result<Setup> read_notation_home(const fs::path& folder, std::span<const std::string> repositories,
                                 admission::NotationOptions options, const Warn& warn) {
  TRY(auto document, read_policy(folder));
  Setup setup;
  for (const auto& name : stores_for(document, repositories)) {
    setup.stores.push_back(store_setup(folder, name, warn));
  }
  setup.verifications.push_back({.where = folder.string(),
                                 .name = std::string(policy::kDefaultVerification),
                                 .plan = notation_plan(std::move(document), options)});
  return setup;
}

}  // namespace countersign::app
