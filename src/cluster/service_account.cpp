// SPDX-License-Identifier: Apache-2.0
#include "cluster/service_account.h"

#include "countersign/base/limits.h"

namespace countersign::cluster {

Result<std::vector<std::string>> read_service_account(const codec::Json& account) {
  std::vector<std::string> names;
  const auto* list = account.find("imagePullSecrets");
  if (list == nullptr || list->is_null()) {
    return names;
  }
  if (!list->is_array() || list->elements().size() > limits::kPullSecrets) {
    return fail(Reason::CredentialsUnavailable,
                "the service account's imagePullSecrets are no list of at most " +
                    std::to_string(limits::kPullSecrets));
  }
  for (const auto& element : list->elements()) {
    if (const auto* name = element.find_string("name")) {
      names.push_back(*name);
    }
  }
  return names;
}

}  // namespace countersign::cluster
