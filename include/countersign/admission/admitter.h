// SPDX-License-Identifier: Apache-2.0
// The use case: an AdmissionReview in, an answer out.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/admission/namespaces.h"
#include "countersign/admission/verifier.h"
#include "countersign/admission/worker_pool.h"
#include "countersign/base/clock.h"
#include "countersign/kube/admission_review.h"
#include "countersign/kube/workloads.h"
#include "countersign/policy/decide.h"
#include "countersign/policy/rule.h"
#include "countersign/registry/repository.h"
#include "countersign/trust/snapshot.h"

namespace countersign::admission {

class Repositories {  // opens the repository an image lives in
 public:
  virtual ~Repositories() = default;
  // RegistryNotAllowed when the configuration does not list the registry; no network is touched
  // then. With the credentials that `puller` may use.
  virtual Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&,
                                                             const kube::Puller& puller) = 0;
};

struct Verification {  // one way to judge an image, by name
  std::string name;
  std::shared_ptr<const Verifier> verifier;
};

struct Configuration {  // what a reload replaces; one review sees one
  policy::Rules rules;
  // Rules name them by their places. The first is the default one, if there is such.
  std::vector<Verification> verifications;
  std::shared_ptr<Repositories> repositories;
  kube::Workloads workloads = {};                    // what makes pods, for kube::parse_review
  std::shared_ptr<Namespaces> namespaces = nullptr;  // null: labels can't be read
};

struct View {  // what one review believes from start to end
  std::shared_ptr<const Configuration> configuration;
  std::shared_ptr<const trust::Snapshot> trust;
};

struct Parts {  // borrowed but for the function; outlive the admitter
  const Clock& clock;
  WorkerPool& workers;
  std::function<View()> view;  // as it is now; any thread
};

class Admitter {
 public:
  explicit Admitter(Parts parts) : parts_(std::move(parts)) {}

  // Taken once, before the review is read.
  View view() const { return parts_.view(); }

  // Judges every image, equal ones once, inside the deadline. Never throws, never allows by
  // accident.
  policy::Decision admit(const View&, const kube::Review&, Deadline) const;

  // The same when it needs no waiting and little work: every image is trusted by what is known, or
  // a rule allows it. nullopt: ask admit(). For threads that serve others, too.
  std::optional<policy::Decision> admit_at_once(const View&, const kube::Review&) const;

  // One image outside of any review, for the external data provider: the rules apply as they would
  // to a pod of this namespace. Empty: only rules that match whatever the namespace is. It is
  // pulled as the namespace's service account "default" would. Never throws, never allows by
  // accident.
  policy::ImageResult judge(const View&, std::string_view name_space, const std::string& image,
                            Deadline) const;
  // As admit_at_once().
  std::optional<policy::ImageResult> judge_at_once(const View&, std::string_view name_space,
                                                   const std::string& image) const;

  // One image outside of any review and of the rules, for `verify`: it is judged under the default
  // verification, or under all when there is none of that name. An Error means that it could not
  // be judged.
  Result<policy::Report> verify(const oci::ImageRef&,
                                const std::map<std::string, std::string>& required_metadata,
                                Deadline, policy::Evidence = policy::Evidence::NotWanted) const;

 private:
  Parts parts_;
};

// What the API server is told. `id` is the correlation id that the log line has too.
kube::Answer answer(const kube::Review&, const policy::Decision&, std::string_view id);

// The same for a webhook that only advises: always allowed, every refusal is a warning.
kube::Answer advice(const kube::Review&, const policy::Decision&, std::string_view id);

}  // namespace countersign::admission
