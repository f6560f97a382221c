// SPDX-License-Identifier: Apache-2.0
// What reading with a memory and writing beside it share.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "countersign/oci/image_ref.h"
#include "countersign/registry/http_repository.h"

#include "registry/crew.h"
#include "registry/memories.h"

namespace countersign::registry {

struct RememberedTools {  // of a registry with a memory; both are borrowed
  RememberedTools(Registry& wire, Memories& known) : registry(wire), memories(known) {}

  Registry& registry;
  Memories& memories;
  Crew crew{Crew::Size{}};
};

// Of registry, owner and repository; no two have one that begins the same.
std::string asker_of(const Registry&, const Credentials&, const oci::ImageRef&);
// What a list of referrers is remembered as.
std::string list_fact(const std::string& asker, const oci::Digest& subject,
                      std::string_view artifact_type);

// Forgets the lists that an attachment adds to.
std::unique_ptr<Publisher> make_remembered_publisher(std::shared_ptr<RememberedTools>,
                                                     const oci::ImageRef&,
                                                     std::shared_ptr<CredentialProvider>);

}  // namespace countersign::registry
