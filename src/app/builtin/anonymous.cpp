// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: anonymous}
#include "countersign/registry/docker_config.h"

#include "app/catalog.h"

namespace countersign::app::builtin {

std::unique_ptr<CredentialSource> anonymous(Section&, const Services&) {
  return one_for_all(registry::anonymous());
}

}  // namespace countersign::app::builtin
