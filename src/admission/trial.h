// SPDX-License-Identifier: Apache-2.0
// One request, from its images to what is to be said about them.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/admission/admitter.h"

#include "admission/rule_finder.h"

namespace countersign::admission {

struct TrialContext {  // what one request believes from start to end
  const Clock& clock;
  kube::Puller puller;
  View view;
  Time now;
  Deadline deadline;
};

struct Demands {  // beside what the trust policy demands
  std::map<std::string, std::string> metadata;
  policy::Demand policy;
  std::vector<oci::Platform> platforms;
  policy::Evidence evidence = policy::Evidence::NotWanted;
};

// Never throws: a port that breaks its promise denies its image.
Result<policy::Report> judge_image(const TrialContext&, const oci::ImageRef&, const Demands&);

class Trial {  // of all images of one review
 public:
  explicit Trial(TrialContext context) : context_(std::move(context)) {}

  policy::Decision run(const kube::Review& review, WorkerPool& workers);
  policy::ImageResult judge(std::string_view name_space, const kube::ImageUse& use);

  // With a deadline that does not wait. nullopt: there is something that is not known.
  std::optional<policy::Decision> run_at_once(const kube::Review& review);
  std::optional<policy::ImageResult> judge_at_once(std::string_view name_space,
                                                   const kube::ImageUse& use);

 private:
  struct Question {  // one distinct image, and the fields that ask it
    oci::ImageRef image;
    Demands demands;  // of its rule: one repository has one rule in one review
    std::vector<std::size_t> fields;
    Result<policy::Report> report = fail(Reason::Internal, "not judged");
  };

  RuleFinder rules_in(std::string_view name_space) const;
  void add(RuleFinder& rules, const kube::ImageUse& use);
  bool all_allowed() const;
  bool all_proven() const;
  void judge_all(WorkerPool& workers);
  void judge_in_turn();
  void spread_reports();
  void refuse_all();
  policy::Decision decide() const;

  TrialContext context_;
  std::vector<policy::ImageResult> results_;
  std::map<std::string, Question> questions_;  // by canonical reference
  std::size_t requests_ = 0;                   // to registries
};

}  // namespace countersign::admission
