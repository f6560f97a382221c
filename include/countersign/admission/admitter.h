// SPDX-License-Identifier: Apache-2.0
// The use case: an AdmissionReview in, an answer out.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/admission/verifier.h"
#include "countersign/admission/worker_pool.h"
#include "countersign/base/clock.h"
#include "countersign/kube/admission_review.h"
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

struct Configuration {  // what a reload replaces; one review sees one
  policy::Rules rules;
  std::shared_ptr<const Verifier> verifier;
  std::shared_ptr<Repositories> repositories;
};

struct Parts {  // borrowed but for the functions; outlive the admitter
  const Clock& clock;
  WorkerPool& workers;
  std::function<std::shared_ptr<const Configuration>()> configuration;
  std::function<std::shared_ptr<const trust::Snapshot>()> trust;
};

class Admitter {
 public:
  explicit Admitter(Parts parts) : parts_(std::move(parts)) {}

  // Judges every image, equal ones once, inside the deadline. Never throws, never allows by
  // accident.
  policy::Decision admit(const kube::Review&, Deadline) const;

  // One image outside of any review: for `verify` and for the provider. Rules do not apply. An
  // Error means that it could not be judged.
  Result<policy::Report> verify(const oci::ImageRef&,
                                const std::map<std::string, std::string>& required_metadata,
                                Deadline) const;

 private:
  Parts parts_;
};

// What the API server is told. `id` is the correlation id that the log line has too.
kube::Answer answer(const kube::Review&, const policy::Decision&, std::string_view id);

// The same for a webhook that only advises: always allowed, every refusal is a warning.
kube::Answer advice(const kube::Review&, const policy::Decision&, std::string_view id);

}  // namespace countersign::admission
