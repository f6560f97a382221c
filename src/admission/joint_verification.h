// SPDX-License-Identifier: Apache-2.0
// All verifications that a rule demands of one image, over one look at its repository.
#pragma once
#include <vector>

#include "countersign/admission/admitter.h"
#include "countersign/policy/combine.h"
#include "countersign/policy/rule.h"

namespace countersign::admission {

class JointVerification {
 public:
  // Both borrowed. What trust policies alone decide about the repository is decided then.
  JointVerification(const Configuration&, const policy::Demand&, std::string_view repository);

  // Nothing that is still open could change the report: no need to look at the image.
  bool settled() const;
  // Before the manifest is resolved; once, whatever the number of verifications.
  void announce(const oci::ImageRef&, registry::Repository&, Deadline) const;
  // One after the other, until the report is settled.
  void verify(const Subject&, registry::Repository&, const trust::Snapshot&, Time now, Deadline);

  Result<policy::Report> report() const { return policy::combine(demand_.join, outcomes_); }

 private:
  const policy::Demand& demand_;
  std::vector<policy::Outcome> outcomes_;
  std::vector<const Verifier*> open_;  // side by side with them; null: decided
};

// What is demanded of an image that no rule is asked about: the default verification; where there
// is none, all.
policy::Demand demand_without_rules(const Configuration&);

}  // namespace countersign::admission
