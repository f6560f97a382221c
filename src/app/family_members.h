// SPDX-License-Identifier: Apache-2.0
// The registries of a family. Each is made when an image first names it, with tokens and memories
// of its own. Pods name them, so that there is a bound, and names that somebody makes up use up
// none of what is kept for registries that images were found in.
#pragma once
#include <memory>
#include <string_view>

#include "countersign/azure/registry_family.h"
#include "countersign/base/clock.h"
#include "countersign/kube/admission_review.h"
#include "countersign/net/http_transport.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/repository.h"

#include "app/registry_remote.h"
#include "app/setup.h"

namespace countersign::app {

class FamilyMembers {  // thread-safe
 public:
  // The transport is borrowed, and is closed before this ends; it outlives what it opened.
  FamilyMembers(azure::RegistryFamily names, RemoteSetup, net::HttpTransport&,
                const RegistryTools&);
  ~FamilyMembers();
  FamilyMembers(const FamilyMembers&) = delete;
  FamilyMembers& operator=(const FamilyMembers&) = delete;

  bool holds(std::string_view host) const;
  // An image of a registry that it holds. Overloaded: too many that nobody knows were named lately.
  Result<std::unique_ptr<registry::Repository>> open(const oci::ImageRef&, const kube::Puller&);
  // Fetches what soon ends of the credentials of members that images were found in.
  void renew(Deadline);

 private:
  struct Member;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::app
