// SPDX-License-Identifier: Apache-2.0
// A registry with a memory: what is known is not asked again, what is asked for by many at once is
// asked once, and what can be asked at once is.
//
// A look at the registry has a deadline of its own (limits::kLookWait) and a thread of this
// registry, so that it goes on when the first who wanted it has run out of time, and a registry
// that hangs holds up nobody else. Everything but contents by digest is remembered for each owner
// of credentials apart.
#pragma once
#include <memory>

#include "countersign/registry/facts.h"
#include "countersign/registry/http_repository.h"

namespace countersign::registry {

class RememberedRegistry {  // thread-safe
 public:
  // Borrowed; both outlive it and its repositories.
  RememberedRegistry(Registry&, Facts&);
  // Closes the registry, and waits for the looks that are under way: close the transport first.
  ~RememberedRegistry();
  RememberedRegistry(const RememberedRegistry&) = delete;
  RememberedRegistry& operator=(const RememberedRegistry&) = delete;

  // As Registry::open(). requests() of what is opened counts the looks that it began itself. An
  // error that is not about the image, like RegistryUnavailable, is shared by those who wait for
  // the same look, and forgotten.
  std::unique_ptr<Repository> open(const oci::ImageRef&, std::shared_ptr<CredentialProvider>);

  // As Registry::publisher(). What these credentials' owner knew of the subject's referrers is
  // forgotten.
  std::unique_ptr<Publisher> publisher(const oci::ImageRef&, std::shared_ptr<CredentialProvider>);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace countersign::registry
