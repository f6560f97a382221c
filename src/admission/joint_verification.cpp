// SPDX-License-Identifier: Apache-2.0
#include "admission/joint_verification.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace countersign::admission {

JointVerification::JointVerification(const Configuration& configuration,
                                     const policy::Demand& demand, std::string_view repository)
    : demand_(demand) {
  for (const auto place : demand.verifications) {
    auto& outcome = outcomes_.emplace_back();  // an Error, until it is judged
    auto& open = open_.emplace_back(nullptr);
    if (place >= configuration.verifications.size()) {
      continue;  // stays an Error: nobody can judge it
    }
    const auto& [name, verifier] = configuration.verifications[place];
    outcome.verification = name;
    if (auto report = verifier->settled(repository)) {
      outcome.report = std::move(*report);
    } else {
      open = verifier.get();
    }
  }
}

bool JointVerification::settled() const {
  return std::ranges::all_of(open_, [](const Verifier* each) { return each == nullptr; }) ||
         std::ranges::any_of(outcomes_, [this](const policy::Outcome& outcome) {
           return policy::settles(demand_.join, outcome.report);
         });
}

void JointVerification::announce(const oci::ImageRef& image, registry::Repository& repository,
                                 Deadline deadline) const {
  const auto first =
      std::ranges::find_if(open_, [](const Verifier* each) { return each != nullptr; });
  if (first != open_.end()) {
    (*first)->announce(image, repository, deadline);
  }
}

void JointVerification::verify(const Subject& subject, registry::Repository& repository,
                               const trust::Snapshot& trust, Time now, Deadline deadline) {
  for (std::size_t each = 0; each < open_.size() && !settled(); ++each) {
    if (const auto* const verifier = std::exchange(open_[each], nullptr)) {
      outcomes_[each].report = verifier->verify(subject, repository, trust, now, deadline);
    }
  }
}

policy::Demand demand_without_rules(const Configuration& configuration) {
  policy::Demand demand;
  const auto& all = configuration.verifications;
  if (all.empty() || all.front().name != policy::kDefaultVerification) {
    demand.verifications.resize(all.size());
    std::iota(demand.verifications.begin(), demand.verifications.end(), std::size_t{0});
  }
  return demand;
}

}  // namespace countersign::admission
