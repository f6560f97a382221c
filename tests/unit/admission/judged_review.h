// SPDX-License-Identifier: Apache-2.0
// Reviews as the API server sends them, judged by all of it but the network: every image has to be
// signed, and lies in a repository in memory.
#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/admission/admitter.h"

#include "signed_image.h"
#include "unit/kube/request.h"

namespace countersign::admission {

class CountingRepositories : public Repositories {  // opens the one there is, however often
 public:
  explicit CountingRepositories(test::MemoryStore& store) : store_(store) {}
  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                     const kube::Puller&) override {
    ++opened;
    return std::make_unique<test::MemoryRepository>(store_);
  }
  std::atomic<std::size_t> opened = 0;

 private:
  test::MemoryStore& store_;
};

class JudgedReviewTest : public NotationVerifierTest {
 protected:
  static std::string reference(const oci::Descriptor& manifest) {
    return std::string(kRepository) + "@" + manifest.digest.text();
  }

  policy::Decision admit(const kube::Request& request,
                         std::chrono::milliseconds budget = std::chrono::seconds(10)) {
    const auto review = kube::parse_review(request.text(), {});
    if (!review) {
      ADD_FAILURE() << review.error().error.detail;
      return {};
    }
    return decide(*review, clock_.in(budget));
  }
  Result<policy::Report> judge(std::string_view image) {
    TRY(const auto parsed, oci::ImageRef::parse(image));
    return admitter().verify(parsed, {}, clock_.in(std::chrono::seconds(10)));
  }

  static policy::Rule rule(policy::Action action) {
    policy::Rule rule;
    rule.action = action;
    return rule;
  }

  std::shared_ptr<Repositories> repositories_;  // the test's
  std::shared_ptr<Namespaces> namespaces_;      // null: nobody knows labels
  std::string policy_ = trust_policy("strict");
  std::vector<policy::Rule> rules_;  // then everything is verified

  Admitter admitter() {
    const auto configuration = std::make_shared<const Configuration>(
        Configuration{policy::Rules(rules_, rule(policy::Action::Verify)),
                      {{"default", verifier(policy_)}},
                      repositories_,
                      {},
                      namespaces_});
    return Admitter({.clock = clock_, .workers = workers_, .view = [this, configuration] {
                       return View{configuration, std::make_shared<trust::Snapshot>(snapshot_)};
                     }});
  }
  policy::Decision decide(const kube::Review& review, Deadline deadline) {
    const auto judge = admitter();
    return judge.admit(judge.view(), review, deadline);
  }

 private:
  WorkerPool workers_{1, 4};
};

// "FIELD REASON" of every image that stands in the way.
inline std::vector<std::string> refusals(const policy::Decision& decision) {
  std::vector<std::string> lines;
  for (const auto& refusal : decision.enforced) {
    lines.push_back(refusal.field + " " + std::string(wire_name(refusal.reason)));
  }
  return lines;
}

}  // namespace countersign::admission
